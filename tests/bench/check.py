"""tests/bench/check: compares what topics have counted with what is recorded in counts.json."""
import argparse
import json
import pathlib
import sys

RECORD = pathlib.Path(__file__).parent / "counts.json"
# By how much a count may be more than the recorded one, as a share and as a number, by what is counted (the third word of
# its name, TOPIC/PROCESSOR/WHAT/…).
TOLERANCES = {
    # The same to the digit with the same compiler and C library; a security update of either moves them.
    "instructions": (0.03, 0),
    "hostile": (0.03, 0),
    "code": (0.02, 0),
    # A saved register or two.
    "stack": (0.0, 64),
    "scratch": (0.0, 0),
    "allocations": (0.0, 0),
    # With TLS: numbers are drawn, and how long they are decides how often a loop runs; what a thread says to another
    # arrives in the same turn or in the next. What comes of a session differs by a turn of the loop, some 20,000, or by a few where the machine is slow.
    "daemon": (0.1, 60_000),
    "nothing": (0.0, 0),
}


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/check")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--armhf", action="store_true")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    found = {}
    for file in options.files:
        found.update(json.loads(pathlib.Path(file).read_text())["counts"])
    if options.record:
        kept = {name: count for name, count in recorded.items() if not options.armhf and name.split("/")[1] == "armhf"}
        RECORD.write_text(json.dumps(kept | found, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        print(f"recorded: {len(found)} counts")
        return 0

    worse, better, unknown = [], [], []
    for name, count in found.items():
        share, number = TOLERANCES[name.split("/")[2]]
        if name not in recorded:
            unknown.append(name)
            continue
        allowed = recorded[name] * share + number
        line = f"{name}: {recorded[name]:,} → {count:,}"
        if count > recorded[name] + allowed:
            worse.append(line)
        elif count < recorded[name] - allowed:
            better.append(line)
    for what, lines in (("costs less; record it", better), ("is not recorded", unknown), ("COSTS MORE", worse)):
        for line in lines:
            print(f"{what}: {line}")
    print(f"{len(found)} counts, {len(found) - len(worse)} within what is recorded" + (f", {len(worse)} OVER" if worse else ""))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
