"""What a stripped program says of its own protection (toolchains/README.md, "Hardening").

    tests/size/protection.py PROGRAM…      a table; exit status 1 where one lacks something
"""

import re
import subprocess
import sys


def readelf(option, program):
    return subprocess.check_output(["readelf", "-W", option, program], text=True)


def protections(program):
    """A name, and whether the program has it. FORTIFY is calls of the C library's own: musl has none. Protection
    against a stack that clashes leaves no mark."""
    header, segments = readelf("-h", program), readelf("-l", program)
    dynamic, symbols = readelf("-d", program), readelf("--dyn-syms", program)
    stack = re.search(r"GNU_STACK +(?:0x\w+ +)+(\w+)", segments)
    has = {
        "PIE": "DYN" in header and "INTERP" in segments,
        "RELRO": "GNU_RELRO" in segments,
        "BIND_NOW": bool(re.search(r"\((FLAGS|FLAGS_1)\).*\b(BIND_NOW|NOW)\b|\(BIND_NOW\)", dynamic)),
        "NX": bool(stack) and "E" not in stack[1],
        "canary": "__stack_chk_fail" in symbols,
    }
    if "ld-musl" not in segments:
        has["FORTIFY"] = bool(re.search(r"__\w+_chk\b", symbols))
    return has


def missing(program):
    return [name for name, has in protections(program).items() if not has]


def main(programs):
    for program in programs:
        row = protections(program)
        print(program.ljust(40), *(f"{name} {'yes' if has else 'NO'}".ljust(13) for name, has in row.items()))
    return 1 if any(missing(program) for program in programs) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
