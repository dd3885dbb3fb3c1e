#!/usr/bin/env python3
"""Reading CM's bodies, side by side with the JSON libraries of the distribution, each finding all fields

    tests/bench/run advice [--native] [--counts] [--json FILE]

Each reader is a program of its own: the library as Debian has built it, the calls to it under the flags that its manual
asks for; our own code as it ships. Instructions are counted by QEMU, allocations and heap by a malloc that counts, stack by
painting it; scratch is memory that the caller lends. Time is the best of 60 rounds in which the readers take turns. Code is
what a reader adds to a program that has none; of a shared library all of it. "Accepts" is how many of the texts that are no
JSON, and that cmagent refuses, a reader takes for JSON: what accepts more does less.
--native: not for armhf. --counts: of our own reader, and nothing that depends on this machine.
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from counting import Counter, read_arguments  # noqa: E402
from results import Results, print_table  # noqa: E402

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
ROUNDS = 6  # of ten each
# What is wanted: instructions of cJSON's, of compact and of indented bodies.
WANTED = {("x86", False): 0.25, ("x86", True): 0.32, ("armhf", False): 0.30, ("armhf", True): 0.38}
WANTED_STACK = 1024
# Twice the text takes twice as long: what is more than that is begun.
LINEAR = 2.1


class Reader:
    def __init__(self, counter, folder, line):
        self.key, shared = line.rstrip("\n").split("\t")
        self.shared = [pathlib.Path(name) for name in shared.split(";") if name]
        self.counter = counter
        self.folder = folder
        (self.name, extracts), = self.ask("name", counted=False)
        self.extracts = extracts == "1"

    def ask(self, what, program="advice", counted=False):
        return self.counter.run(self.folder / f"{program}_{self.key}", what, counted=counted)

    def found(self):
        return self.ask("found")

    def counts(self):
        return {document: int(count) for document, _, count in self.ask("count", counted=True)}

    def memory(self):
        return {document: [int(number) for number in numbers]
                for document, *numbers in self.ask("memory", program="memory")}

    def accepts(self):
        return [document for document, accepted in self.ask("invalid") if accepted == "1"]

    def times(self):
        return {document: float(time) for document, _, time in self.ask("time")}

    def code(self):
        nothing = text_size(self.folder / "code_none")
        # GLib is in many a box already; what is weighed is the first.
        return text_size(self.folder / f"code_{self.key}") - nothing + sum(text_size(name) for name in self.shared[:1])


def text_size(program):
    """Code and constants."""
    line = subprocess.run(["size", str(program)], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[1]
    return int(line.split()[0])


def readers_of(arch, folder, plugin):
    counter = Counter(arch, plugin, folder / "counts")
    return [Reader(counter, folder, line) for line in (folder / "advice_readers").read_text().splitlines()
            if (folder / f"advice_{line.split()[0]}").exists()]


def by_name(readers, name="cmagent"):
    return next((reader for reader in readers if reader.name == name), None)


def is_indented(document):
    file = FIXTURES / f"{document}.json"
    return file.exists() and "\n  " in file.read_text()


class Bench:
    def __init__(self, folders, results):
        plugin = folders["x86"] / "bench_counter.so"
        self.readers = {arch: readers_of(arch, folder, plugin) for arch, folder in folders.items()}
        self.results = results
        self.sizes = {document: int(size) for document, size, _ in by_name(self.readers["x86"]).ask("count", counted=True)}
        self.broken = []

    def must(self, holds, what):
        if not holds:
            self.broken.append(what)

    def check_agreement(self):
        """All must find the same, else what they cost cannot be compared."""
        for readers in self.readers.values():
            expected = by_name(readers).found()
            for reader in readers:
                self.must(not reader.extracts or reader.found() == expected, f"{reader.name} finds something else")

    def count(self):
        """Of our own reader: what tests/bench/check compares."""
        for arch, readers in self.readers.items():
            ours = by_name(readers)
            memory = ours.memory()
            for document, count in ours.counts().items():
                allocations, _, scratch, stack = memory[document]
                self.results.count(f"{arch}/instructions/{document}", count)
                self.results.count(f"{arch}/allocations/{document}", allocations)
                self.results.count(f"{arch}/stack/{document}", stack)
                self.results.count(f"{arch}/scratch/{document}", scratch)
                self.must(allocations == 0, f"{arch}, {document}: {allocations} allocations")
            self.results.count(f"{arch}/code/cmagent", ours.code())

    def print_wanted(self):
        """Our instructions ÷ cJSON's: the goals."""
        print("\nInstructions of cmagent ÷ those of cJSON: less is better; bytes of stack")
        rows = [("document", "form", "processor", "÷ cJSON", "wanted", "stack", "wanted", "")]
        for arch, readers in self.readers.items():
            ours, theirs = by_name(readers).counts(), by_name(readers, "cJSON").counts()
            for document, count in ours.items():
                indented = is_indented(document)
                ratio, wanted = count / theirs[document], WANTED[arch, indented]
                stack = self.results.counts[f"advice/{arch}/stack/{document}"]
                rows.append((document, "indented" if indented else "compact", arch, ratio, wanted, stack, WANTED_STACK,
                             "" if ratio <= wanted and stack <= WANTED_STACK else "not yet"))
        print_table(rows, left=3)

    def print_documents(self):
        counts = {arch: {reader.name: reader.counts() for reader in readers} for arch, readers in self.readers.items()}
        memory = {arch: {reader.name: reader.memory() for reader in readers} for arch, readers in self.readers.items()}
        accepts = {reader.name: len(reader.accepts()) for reader in self.readers["x86"]}
        times = self.times()
        for document, size in self.sizes.items():
            print(f"\n{document} ({size:,} bytes): instructions and ns a reading, less is better")
            head = ["", "accepts", "ns", "÷ cJSON"]
            for arch in counts:
                head += [f"{arch} instr.", "÷ cJSON", "a byte"]
            rows = [head + ["allocs", "heap", "scratch"] + [f"{arch} stack" for arch in counts]]
            for name in sorted(counts["x86"], key=lambda name: counts["x86"][name][document]):
                row = [name, accepts[name], round(times[name][document]), times[name][document] / times["cJSON"][document]]
                for of_arch in counts.values():
                    count = of_arch.get(name, {}).get(document)
                    row += [count, count and count / of_arch["cJSON"][document], count and count / size]
                row += memory["x86"][name][document][:3]
                rows.append(row + [of_arch.get(name, {}).get(document, [None])[-1] for of_arch in memory.values()])
                self.results.time(f"ratio/{name}/{document}", round(times[name][document] / times["cJSON"][document], 3))
            print_table(rows)

    def times(self):
        best = {}
        for _ in range(ROUNDS):
            for reader in self.readers["x86"]:
                for document, time in reader.times().items():
                    known = best.setdefault(reader.name, {})
                    known[document] = min(time, known.get(document, time))
        return best

    def print_code(self):
        print("\nCode and constants, bytes: less is better")
        code = {arch: {reader.name: reader.code() for reader in readers} for arch, readers in self.readers.items()}
        shared = {reader.name: reader.shared for reader in self.readers["x86"]}
        print_table([("", *code, "")] + [
            (name, *(of_arch.get(name) for of_arch in code.values()),
             f"  with all of {shared[name][0].name}" if shared[name] else "")
            for name in sorted(code["x86"], key=code["x86"].get)])

    def print_accepted(self):
        print("\nNo JSON, and accepted all the same")
        number = len(by_name(self.readers["x86"]).ask("invalid"))
        for reader in self.readers["x86"]:
            taken = reader.accepts()
            self.must(reader.name != "cmagent" or not taken, f"cmagent accepts {', '.join(taken)}")
            print(f"  {reader.name:20} {len(taken):2} of {number}   {', '.join(taken)}")

    def print_hostile(self):
        """Each has the bound that it really has: its own number, and twice as much for twice the text."""
        print("\n64 KiB that are hard to read, with cmagent: instructions a byte; twice: what 64 KiB take, of what 32 take")
        hostile = {arch: by_name(readers).ask("hostile", counted=True) for arch, readers in self.readers.items()}
        head = [""]
        for arch in hostile:
            head += [f"{arch} a byte", "÷ ordinary", "twice"]
        rows = [head]
        for lines in zip(*hostile.values()):
            row = [lines[0][0]]
            for arch, (document, *numbers) in zip(hostile, lines):
                size, count, half_size, half = (int(number) for number in numbers)
                ordinary = int(hostile[arch][0][2]) / int(hostile[arch][0][1])
                row += [count / size, count / size / ordinary, count / half]
                self.results.count(f"{arch}/hostile/{document}", count)
                self.must(count <= LINEAR * half * size / half_size / 2 or count < 20_000,
                          f"{arch}, {document}: {count / half:.2f} times as much for twice the text")
            rows.append(row)
        print_table(rows)


def main():
    options, folders = read_arguments(__doc__)
    results = Results("advice", options.json)
    bench = Bench(folders, results)
    bench.count()
    if not options.counts:
        bench.check_agreement()
        bench.print_documents()
        bench.print_code()
        bench.print_accepted()
    bench.print_hostile()
    bench.print_wanted()
    results.write()
    for what in bench.broken:
        print("over the limit:", what)
    return 1 if bench.broken else 0


if __name__ == "__main__":
    sys.exit(main())
