"""What of each large object of a program is touched: its symbols, and the pages that the process has of them."""

import pathlib
import re
import struct
import subprocess

PAGE = 4096
OWN = 1 << 56  # mapped by nobody else: not the page of zeros, which reading maps
LEAST = 2048
SYMBOL = re.compile(r"^([0-9a-f]+) ([0-9a-f]+) [bBdD] (.*)$")


def symbols(program):
    """(address, size, name) of each object that can be changed, by address."""
    for line in subprocess.run(["nm", "-SC", program], check=True, capture_output=True, text=True).stdout.splitlines():
        symbol = SYMBOL.match(line)
        if symbol and int(symbol[2], 16) >= LEAST:
            yield int(symbol[1], 16), int(symbol[2], 16), symbol[3]


def base(pid, program):
    for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
        if line.endswith(str(program)):
            return int(line.partition("-")[0], 16)
    raise LookupError(program)


def touched(pid, at, size):
    """Which of its pages the process has, and of how many: one that is shared with a neighbour counts for both."""
    first, last = at // PAGE, (at + size - 1) // PAGE
    with open(f"/proc/{pid}/pagemap", "rb") as pages:
        pages.seek(8 * first)
        words = struct.unpack(f"{last - first + 1}Q", pages.read(8 * (last - first + 1)))
    return [number for number, word in enumerate(words) if word & OWN], len(words)


def runs(numbers):
    """"1-3 7": as a reader of an object's layout needs it."""
    said = []
    for number in numbers:
        if said and said[-1][1] == number - 1:
            said[-1][1] = number
        else:
            said.append([number, number])
    return " ".join(f"{first}-{last}" if first < last else str(first) for first, last in said)


def table(program, pid):
    begin = base(pid, program)
    lines = []
    for address, size, name in sorted(symbols(program), key=lambda symbol: -symbol[1]):
        pages, of = touched(pid, begin + address, size)
        if pages:
            lines.append(f"    {len(pages):4d} of {of:4d} pages  {size:9,d} bytes at {address % PAGE:4d}  "
                         f"{name[:100]}: {runs(pages)}")
    return "\n".join(lines)
