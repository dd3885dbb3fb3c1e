"""tests/size/features: what a box saves by doing without a feature (toolchains/features.cmake). cmagentd is really built
without it, for armhf, hardened and optimised over all as it ships, and compared: text + data, for a file grows by whole pages.
The first row, the page, with the one that has all; each other one with what is left then, which is what a box that is short
of flash begins with. Two features that share code save more together than both rows say. --write renews the table in
platform/packaging/README.md."""

import argparse
import re
import subprocess
import sys

import builds

README = builds.SOURCE / "platform/packaging/README.md"
TABLE = re.compile(r"(?<=<!-- tests/size/features --write -->\n).*?(?=<!-- end -->)", re.S)

# What is left out, the option, and what changes in the row of budget.json. The first is left out of the others, too.
VARIANTS = (
    ("the page, the client, the API's description", "CMAGENT_ASSETS=OFF", {"assets": False}),
    ("TLS 1.3, with x25519 and fast RSA for a client's key", "CMAGENT_TLS13=OFF", {"tls13": False}),
    ("check", "CMAGENT_CHECK=OFF", {}),
    ("metrics", "CMAGENT_METRICS=OFF", {}),
    ("all languages but English", "CMAGENT_LANGUAGES=en", {}),
    ("all players but ui", "CMAGENT_PLAYERS=ui", {}),
    ("process, kodi, thunder, mpris", "CMAGENT_PLAYERS=exec;mpv", {}),
    ("what lean leaves out", "CMAGENT_PROFILE=lean", {"profile": "lean", "assets": False}),
)


def measure(row, *options):
    """Text and data, and the file, in bytes. One folder for all: what the options do not touch is compiled once."""
    program = builds.build(row, sys.stderr, [*builds.SHIPPED, *options], builds.SOURCE / "build/size/features")
    text, data = subprocess.check_output(["size", program], text=True).splitlines()[1].split()[:2]
    return int(text) + int(data), program.stat().st_size


def main():
    parser = argparse.ArgumentParser(prog="tests/size/features", description=__doc__)
    parser.add_argument("--arch", default="armhf")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    row = next((row for row in builds.rows([options.arch]) if row["program"] == "cmagentd"), None)
    if not row:
        parser.error(f"{options.arch} is not in {builds.BUDGET.name}")
    row |= {"profile": "full", "assets": True}
    given = [f"-D{name}=" for name in builds.features()]
    whole, file = measure(row, *given)
    lines = ["| Without | Option | Text + data | File |", "|---|---|---|---|", f"| nothing | | {whole:,} | {file:,} |"]
    for name, option, change in VARIANTS:
        size, file = measure(row | change, *given, f"-D{option}")
        lines.append(f"| {name} | `{option}` | −{whole - size:,} | {file:,} |")
        print(lines[-1], file=sys.stderr, flush=True)
        if row["assets"]:
            whole, row = size, row | change
            given.append(f"-D{option}")
    table = "\n".join(lines) + "\n"
    print(table, end="")
    if options.write:
        text, found = TABLE.subn(lambda _: table, README.read_text())
        if not found:
            sys.exit(f"{README} has no place for the table")
        README.write_text(text)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failure:
        sys.exit(f"tests/size/features: {failure}")
