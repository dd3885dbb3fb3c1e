"""tests/size/report: what takes the space in a program, by origin and section, from the linker's map. Without link-time
optimisation, which mixes what comes from different places: the sums are higher than what ships."""

import argparse
import collections
import re
import subprocess
import sys

import builds

SECTIONS = {  # of the file, by what they are; the linker's names without the part for one function or variable
    ".text": "code", ".init": "code", ".plt": "code", ".glue_7": "code",
    ".rodata": "constants", ".data.rel.ro": "constants", ".eh_frame": "unwinding", ".ARM.exidx": "unwinding",
    ".ARM.extab": "unwinding", ".data": "variables", ".bss": "bss", "COMMON": "bss",
}
COLUMNS = ("code", "constants", "unwinding", "variables", "bss")

# " .text.name   0x0001234   0x56 path/libx.a(y.o)"; the name may stand on a line of its own.
INPUT = re.compile(r"^ (\.?[A-Za-z][\w.$]*)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S+)$")


def origin(path):
    archive = re.search(r"(?:^|/)lib(\w+)\.a\(", path)
    if archive:
        return archive.group(1)
    return "program" if ".dir/" in path else "start-up code and libc"


def kind(section):
    for prefix, name in sorted(SECTIONS.items(), key=lambda item: -len(item[0])):
        if section == prefix or section.startswith(prefix + "."):
            return name
    return None


def sizes(map_file):
    used = map_file.read_text().split("Linker script and memory map")[1]
    used = re.sub(r"^( \S+)\n +0x", r"\1 0x", used, flags=re.M)
    table = collections.defaultdict(collections.Counter)
    for line in used.splitlines():
        found = INPUT.match(line)
        if found and kind(found.group(1)):
            table[origin(found.group(3))][kind(found.group(1))] += int(found.group(2), 16)
    return table


def main():
    parser = argparse.ArgumentParser(prog="tests/size/report", description="What takes the space, by origin.")
    parser.add_argument("arch", nargs="?", default="armhf")
    parser.add_argument("program", nargs="?", default="cmagentd")
    options = parser.parse_args()
    row = next((row for row in builds.rows([options.arch]) if row["program"] == options.program), None)
    if not row:
        parser.error(f"{options.program} for {options.arch} is not in {builds.BUDGET.name}")
    program = builds.build(row, sys.stderr, builds.MAPPED)
    table = sizes(builds.folder_of(row, builds.MAPPED) / "bin" / f"{options.program}.map")

    print(f"{options.program} for {options.arch}, {builds.libraries(row)}\n")
    line = "{:24}" + "{:>11}" * (len(COLUMNS) + 1)
    print(line.format("origin", *COLUMNS, "in file"))
    stored = lambda counts: sum(counts[name] for name in COLUMNS if name != "bss")
    total = sum(table.values(), collections.Counter())
    for name, counts in sorted(table.items(), key=lambda item: -stored(item[1])) + [("sum", total)]:
        print(line.format(name, *(f"{counts[column]:,}" for column in COLUMNS), f"{stored(counts):,}"))
    print(f"\nsections of the file ({program.stat().st_size:,} bytes):")
    sys.stdout.flush()
    return subprocess.run(["size", "-A", program]).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failure:
        sys.exit(f"tests/size/report: {failure}")
