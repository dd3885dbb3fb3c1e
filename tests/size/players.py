"""tests/size/players: what each driver of platform/players adds to cmagentd as it ships (text + data, link-time optimisation
on): the program with all of them less the program without that one. What several share, as the socket drivers their
engine, is in nobody's row, but in the sum: all of them less `ui` alone."""

import argparse
import re
import subprocess
import sys

import builds

MOST = 5500  # bytes of all drivers together on armhf
LIST = builds.SOURCE / "platform/players/CMakeLists.txt"


def drivers():
    return re.search(r"^set\(drivers (.*)\)", LIST.read_text(), re.M).group(1).split()


def size_with(row, chosen):
    # The folder keeps its objects: another list compiles a handful of files.
    program = builds.build(row, sys.stderr, [*builds.SHIPPED, f"-DCMAGENT_PLAYERS={';'.join(chosen)}"])
    text, data = subprocess.check_output(["size", program], text=True).splitlines()[1].split()[:2]
    return int(text) + int(data)


def main():
    parser = argparse.ArgumentParser(prog="tests/size/players", description=__doc__)
    parser.add_argument("arch", nargs="?", default="armhf")
    parser.add_argument("driver", nargs="*", help="only these (default: all)")
    options = parser.parse_args()
    row = next((row for row in builds.rows([options.arch]) if row["program"] == "cmagentd"), None)
    if not row:
        parser.error(f"{options.arch} is not in {builds.BUDGET.name}")
    known = drivers()
    print(f"cmagentd for {options.arch}, {builds.libraries(row)}: text + data")
    whole = size_with(row, known)
    for name in options.driver or known[1:]:
        print(f"{name:<16}{whole - size_with(row, [other for other in known if other != name]):>8,}", flush=True)
    all_together = whole - size_with(row, ["ui"])
    print(f"{'all':<16}{all_together:>8,}, at most {MOST:,}")
    size_with(row, ["all"])  # the folder is that of tests/size/check
    return 1 if options.arch == "armhf" and all_together > MOST else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failure:
        sys.exit(f"tests/size/players: {failure}")
