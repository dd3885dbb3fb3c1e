"""tests/size/check: builds what is in budget.json and compares."""

import argparse
import json
import subprocess
import sys

import builds
from protection import missing

COLUMNS = ("program", "arch", "libraries", "profile", "assets", "text", "data", "bss", "bytes", "budget", "difference")


def measure(row, log):
    program = builds.build(row, log)
    # Berkeley format: text holds all that is only read, data what is written and stored, bss what is not stored.
    text, data, bss = subprocess.check_output(["size", program], text=True).splitlines()[1].split()[:3]
    return row | {"libraries": builds.libraries(row), "text": int(text), "data": int(data), "bss": int(bss),
                  "bytes": program.stat().st_size, "difference": program.stat().st_size - row["recorded"],
                  "unprotected": missing(program) + builds.unasked(row)}


def print_table(measured):
    cells = [COLUMNS]
    for row in measured:
        cells.append([f"{row[name]:,}" if type(row[name]) is int else
                      {True: "with", False: "without"}.get(row[name], row[name]) for name in COLUMNS])
        cells[-1][-1] = f"{row['difference']:+,}" if row["recorded"] else "new"
    widths = [max(len(line[i]) for line in cells) for i in range(len(COLUMNS))]
    for line in cells:
        print("  ".join(cell.ljust(width) if i < 5 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(line, widths))))


def main():
    parser = argparse.ArgumentParser(prog="tests/size/check", description="Sizes of the programs for boxes, against "
                                     "tests/size/budget.json. Exit status 1: over budget, or without a "
                                     "protection (toolchains/README.md, \"Hardening\").")
    parser.add_argument("arch", nargs="*", help="only these (default: all in the budget)")
    parser.add_argument("--usual", action="store_true", help="full, without the page, mbedTLS 3.6: one build")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--record", action="store_true", help="keep the sizes: differences count from them")
    options = parser.parse_args()

    for arch in options.arch:
        if not builds.rows([arch]):
            parser.error(f"{arch} is not in {builds.BUDGET.name}")
    measured = [measure(row, sys.stderr) for row in builds.rows(options.arch, options.usual)]
    if options.record:
        builds.record(measured)
    if options.json:
        print(json.dumps([{name: row[name] for name in COLUMNS} for row in measured], indent=1))
    else:
        print_table(measured)
    over = [row for row in measured if row["bytes"] > row["budget"]]
    for row in over:
        print(f"over budget: {row['program']} for {row['arch']}, {row['libraries']}, {row['profile']}, "
              f"{'with' if row['assets'] else 'without'} assets, by {row['bytes'] - row['budget']:,} bytes", file=sys.stderr)
    bare = [row for row in measured if row["unprotected"]]
    for row in bare:
        print(f"unprotected: {row['program']} for {row['arch']} lacks {', '.join(row['unprotected'])}", file=sys.stderr)
    return 1 if over or bare else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failure:
        sys.exit(f"tests/size/check: {failure}")
