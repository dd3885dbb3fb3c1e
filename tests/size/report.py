"""tests/size/report: whose each byte of a program is. What ships is optimised over all its parts, which the linker's map
cannot take apart: so this reads the tables of lines that the program had before it was stripped. A line
counts for the file that it stands in, wherever it was inlined; what has no line, for the function or table it belongs to."""

import argparse
import bisect
import collections
import re
import subprocess
import sys

import builds

PREFIX = {"armhf": "arm-linux-gnueabihf-", "arm64": "aarch64-linux-gnu-", "mipsel": "mipsel-linux-gnu-"}
# The order of the address space is that of the file: sections that are stored, by what they are.
KINDS = {".text": "code", ".plt": "code", ".init": "code", ".fini": "code", ".rodata": "constants", ".data.rel.ro": "constants",
         ".data": "variables", ".got": "tables", ".dynsym": "tables", ".dynstr": "tables", ".rel.dyn": "tables",
         ".rela.dyn": "tables", ".rel.plt": "tables", ".rela.plt": "tables", ".dynamic": "tables", ".gnu.hash": "tables"}


def output(*command):
    return subprocess.check_output([str(word) for word in command], text=True, errors="replace")


def sections(tool, program):
    """(name, begin, end) of what is loaded."""
    rows = re.findall(r"\] (\.\S+) +\S+ +([0-9a-f]+) [0-9a-f]+ ([0-9a-f]+) +\S+ +\w*A", output(tool + "readelf", "-SW", program))
    return [(name, int(at, 16), int(at, 16) + int(size, 16)) for name, at, size in rows]


def symbols(tool, program):
    """(begin, end, name, type), sorted."""
    rows = re.findall(r"^([0-9a-f]+) ([0-9a-f]+) (\w) (\S+)$", output(tool + "nm", "-nS", program), re.M)
    return [(int(at, 16), int(at, 16) + int(size, 16), name, kind) for at, size, kind, name in rows if int(size, 16)]


def lines(tool, program):
    """Address to file, from the tables of lines; None where a sequence ends."""
    table = {}
    file = None
    for row in output(tool + "objdump", "--dwarf=decodedline", "-w", "-WL", program).splitlines():
        if re.match(r"(CU: |\S.*:$)", row) and row.endswith(":"):
            file = re.sub(r"^CU: ", "", row[:-1]).split(" ")[0]
            continue
        cells = row.split()
        if len(cells) >= 3 and cells[2].startswith("0x"):
            table[int(cells[2], 16)] = None if cells[1] == "-" else (file or cells[0])
    return sorted(table.items())


def archive_symbols(tool, archives):
    """Name of a function or table of a library, static ones too, to (library, member). Not by nm: of what is compiled for
    link-time optimisation it tells only what that exports."""
    owners = {}
    for archive in archives:
        member = ""
        for row in output(tool + "readelf", "-sW", archive).splitlines():
            member = row.rsplit("(", 1)[1][:-3] if row.startswith("File: ") else member
            found = re.search(r" (?:FUNC|OBJECT) .* +\d+ (\S+)$", row)
            if found:
                owners.setdefault(bare(found[1]), (archive.stem.removeprefix("lib"), member))
    return owners


def bare(name):
    """A name as it was before the optimiser made parts and copies of it."""
    return re.sub(r"\.(constprop|isra|part|cold|lto_priv|localalias)\b.*$", "", name)


def ours(path):
    """agent/core of …/agent/core/lease.cpp, and lease.cpp."""
    found = re.search(r"\b((?:agent|platform)/\w+)/(.*)$", path or "")
    return (found[1], found[2].rsplit(".", 1)[0]) if found else None


def origin_of_name(name, owners, folders):
    if bare(name) in owners:
        return owners[bare(name)]
    mangled = re.match(r"_ZN?[A-Z]*(?:K?)7cmagent(\d+)(\w+)", name)
    if mangled:
        layer = mangled[2][:int(mangled[1])]
        return (folders.get(layer, "agent/base"), "tables")
    return ("C library, compiler, start-up", name)


def count(row):
    """{(origin, file): {kind: bytes}}, and the bytes of the file that ships."""
    tool = PREFIX.get(row["arch"], "")
    shipped = builds.build(row, sys.stderr)
    program = builds.folder_of(row) / "bin" / row["program"]
    prefixes = [builds.cache() / "libraries" / row["arch"] / name for name in builds.libraries(row).split()]
    owners = archive_symbols(tool, [file for prefix in prefixes for file in sorted(prefix.glob("lib/*.a"))])
    folders = {"ui": "agent/ui", "core": "agent/core", "cm": "agent/cm", "json": "agent/json", "link": "agent/link",
               "config": "agent/config", "daemon": "agent/daemon", "platform": "platform"}

    table = collections.defaultdict(collections.Counter)
    by_line = lines(tool, program)
    starts = [at for at, _ in by_line]
    known = symbols(tool, program)
    all_sections = sections(tool, program)
    for section, begin, end in all_sections:
        kind = KINDS.get(section)
        if kind in (None, "tables"):
            table[("linker's tables", section)]["tables"] += end - begin if section != ".bss" else 0
            continue
        at = begin
        for first, last, name, _ in (symbol for symbol in known if begin <= symbol[0] < end):
            if first > at:
                table[("texts and what has no name", section)][kind] += first - at
            if last <= at:
                continue  # a second name
            first = max(first, at)
            at = last
            whole = origin_of_name(name, owners, folders)
            place = bisect.bisect_right(starts, first) - 1
            if kind != "code" or whole[0] in {prefix for prefix, _ in owners.values()} or place < 0:
                table[whole][kind] += last - first
                continue
            here = first
            while here < last:
                following = starts[place + 1] if place + 1 < len(starts) else last
                step = min(max(following, here), last)
                table[ours(by_line[place][1]) or whole][kind] += step - here
                here = step
                place += 1
        if end > at:
            table[("texts and what has no name", section)][kind] += end - at
    return table, shipped.stat().st_size


COLUMNS = ("code", "constants", "variables", "tables")


def print_table(head, rows):
    line = "{:40}" + "{:>11}" * (len(COLUMNS) + 1)
    print(line.format(head, *COLUMNS, "all"))
    total = collections.Counter()
    for name, counts in sorted(rows.items(), key=lambda item: -sum(item[1].values())):
        print(line.format(name[:40], *(f"{counts[column]:,}" for column in COLUMNS), f"{sum(counts.values()):,}"))
        total += counts
    print(line.format("sum", *(f"{total[column]:,}" for column in COLUMNS), f"{sum(total.values()):,}"))


def main():
    parser = argparse.ArgumentParser(prog="tests/size/report", description=__doc__)
    parser.add_argument("arch", nargs="?", default="armhf")
    parser.add_argument("program", nargs="?", default="cmagentd")
    parser.add_argument("--profile", default="full", choices=("full", "lean"))
    parser.add_argument("--files", action="store_true", help="each file by itself")
    parser.add_argument("--bare", action="store_true", help="and the program without hardening, its libraries as well")
    options = parser.parse_args()
    row = next((row for row in builds.rows([options.arch])
                if (row["program"], row["profile"]) == (options.program, options.profile)), None)
    if not row:
        parser.error(f"{options.program} for {options.arch}, {options.profile}, is not in {builds.BUDGET.name}")
    table, shipped = count(row)

    print(f"{options.program} for {options.arch}, {options.profile}, {builds.libraries(row)}: {shipped:,} bytes, hardened")
    if options.bare:
        print(f"without hardening: {builds.build_bare(row, sys.stderr).stat().st_size:,} bytes")
    print()
    origins = collections.defaultdict(collections.Counter)
    files = collections.defaultdict(collections.Counter)
    for (origin, file), counts in table.items():
        origins[origin] += counts
        files[f"{origin}/{file}"] += counts
    print_table("origin", origins)
    if options.files:
        print()
        print_table("file", files)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failure:
        sys.exit(f"tests/size/report: {failure}")
