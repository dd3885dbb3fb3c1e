#!/usr/bin/env python3
"""Reading the bodies of CM: side by side with other JSON libraries, each finding all fields.

    tests/bench/run advice

Time is the best of 60 rounds in which the readers take turns. Instructions are counted by callgrind, allocations
and heap by a malloc that counts, stack by painting it; scratch is memory that the caller lends. Code is what a
reader adds to a program that has none; for cJSON and simdjson, which come as shared libraries only, the library's
own code counts as a whole.
"""
import collections
import pathlib
import re
import subprocess
import sys

LIMITS = {"ratio": 0.60, "per_byte": 20, "allocations": 0, "stack": 1024, "large": 2.0}
CODE = {"cmagent": "Cmagent", "jsmn (tokens only)": "Jsmn", "cJSON": "Cjson", "json-c": "JsonC",
        "RapidJSON in situ": "Rapidjson", "simdjson on demand": "Simdjson", "nlohmann": "Nlohmann"}
SHARED = {"cJSON": "libcjson", "simdjson on demand": "libsimdjson"}

Row = collections.namedtuple("Row", "document size reader nanoseconds")
broken = []


def rows(*command):
    text = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE,
                          universal_newlines=True).stdout
    return [line.split("\t") for line in text.splitlines()]


def instructions(program, reader, document):
    """Of one reading: the difference of 10 and 60."""
    def count(times):
        callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                     str(program), "once", reader, str(document), str(times)]
        report = subprocess.run(callgrind, check=True, stderr=subprocess.PIPE,
                                universal_newlines=True).stderr
        return int(re.search(r"Collected : (\d+)", report).group(1))
    return (count(60) - count(10)) // 50


def text_size(program):
    """Code and constants."""
    line = subprocess.run(["size", str(program)], check=True, stdout=subprocess.PIPE,
                          universal_newlines=True).stdout.splitlines()[1]
    return int(line.split()[0])


def shared_size(program, name):
    libraries = subprocess.run(["ldd", str(program)], check=True, stdout=subprocess.PIPE,
                               universal_newlines=True).stdout
    return text_size(pathlib.Path(re.search(rf"{name}\S* => (\S+)", libraries).group(1)).resolve())


def must(holds, what):
    if not holds:
        broken.append(what)


def print_documents(folder):
    times = [Row(document, int(size), reader, float(nanoseconds))
             for document, size, reader, nanoseconds in rows(folder / "bench_advice", "time")]
    memory = {(document, reader): [int(number) for number in numbers]
              for document, reader, *numbers in rows(folder / "bench_advice_memory", "memory")}
    documents = list(dict.fromkeys(row.document for row in times))
    for number, document in enumerate(documents):
        of_document = [row for row in times if row.document == document]
        base = next(row.nanoseconds for row in of_document if row.reader == "cJSON")
        print(f"\n{document} ({of_document[0].size} bytes)")
        print(f"  {'':20} {'ns':>8} {'/cJSON':>7} {'instr.':>8} {'/byte':>6} {'allocs':>7}"
              f" {'heap':>7} {'scratch':>8} {'stack':>7}")
        for row in of_document:
            count = instructions(folder / "bench_advice", row.reader, number)
            allocations, heap, scratch, stack = memory[document, row.reader]
            ratio, per_byte = row.nanoseconds / base, count / row.size
            print(f"  {row.reader:20} {row.nanoseconds:8.0f} {ratio:7.2f} {count:8} {per_byte:6.1f}"
                  f" {allocations:7} {heap:7} {scratch:8} {stack:7}")
            if row.reader == "cmagent":
                must(ratio <= LIMITS["ratio"], f"{document}: {ratio:.2f} of cJSON's time")
                must(per_byte <= LIMITS["per_byte"], f"{document}: {per_byte:.1f} instructions a byte")
                must(allocations <= LIMITS["allocations"], f"{document}: {allocations} allocations")
                must(stack <= LIMITS["stack"], f"{document}: {stack} bytes of stack")


def print_code(folder):
    print("\nCode and constants, bytes")
    nothing = text_size(folder / "code_none")
    for reader, name in CODE.items():
        program = folder / f"code_{name}"
        size = text_size(program) - nothing
        shared = shared_size(program, SHARED[reader]) if reader in SHARED else 0
        print(f"  {reader:20} {size + shared:8}" + (f"  ({shared} of them {SHARED[reader]}.so)" if shared else ""))


def print_large(folder):
    print("\n64 KiB that are hard to read, with cmagent")
    large = rows(folder / "bench_advice", "large")
    ordinary = float(large[0][2])
    for document, size, nanoseconds, result in large:
        ratio = float(nanoseconds) / ordinary
        print(f"  {document:30} {size:>6} bytes {float(nanoseconds) / 1000:8.1f} µs {ratio:6.2f}  {result}")
        if document in ("[", ":,", '{"a":', "8,000 keys"):
            must(ratio <= LIMITS["large"], f"{document}: {ratio:.2f} of an ordinary document's time")


def main():
    folder = pathlib.Path(sys.argv[1])
    print_documents(folder)
    print_code(folder)
    print_large(folder)
    print()
    for what in broken:
        print("over the limit:", what)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
