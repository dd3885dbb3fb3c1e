"""What a stripped program or shared library says of its own protection (toolchains/README.md, "Hardening").

    tests/size/protection.py PROGRAM…      a table; exit status 1 where one lacks something
    tests/size/protection.py --self-test   proves on programs that lack one thing each that it can fail
"""

import pathlib
import re
import subprocess
import sys
import tempfile


def readelf(option, program):
    return subprocess.check_output(["readelf", "-W", option, program], text=True)


GUARD = 64 * 1024  # below each stack: platform/linux/thread.cpp, and 1 MiB below the first one's


def widest_frame(program):
    """The most bytes that a function of a program for 32-bit ARM, with its symbols, takes from the stack at once."""
    code = subprocess.check_output(["arm-linux-gnueabihf-objdump", "-d", "--no-show-raw-insn", program], text=True)
    # A size that is known as it runs alone (alloca, arrays of any length) could be any.
    if re.search(r"\tsub(?:\.w|s)?\tsp, (?:sp, )?r\d", code):
        return GUARD
    frames = re.findall(r"\tsub(?:w|\.w)?\tsp, (?:sp, )?#(\d+)", code)
    return max(map(int, frames), default=0)


def protections(program):
    """A name, and whether the program has it. FORTIFY is calls of the C library's own: musl has none, and a library that
    calls nothing of that kind has none, either. A library, which asks for no loader, is independent of its place by its
    nature. Protection against a stack that clashes leaves no mark."""
    header, segments = readelf("-h", program), readelf("-l", program)
    dynamic, symbols = readelf("-d", program), readelf("--dyn-syms", program)
    stack = re.search(r"GNU_STACK +(?:0x\w+ +)+(\w+)", segments)
    library = "DYN" in header and "INTERP" not in segments and "(SONAME)" in dynamic
    has = {
        "PIE": library or "DYN" in header and "INTERP" in segments,
        "RELRO": "GNU_RELRO" in segments,
        "BIND_NOW": bool(re.search(r"\((FLAGS|FLAGS_1)\).*\b(BIND_NOW|NOW)\b|\(BIND_NOW\)", dynamic)),
        "NX": bool(stack) and "E" not in stack[1],
        "canary": "__stack_chk_fail" in symbols,
    }
    if "ld-musl" not in segments and not library:
        has["FORTIFY"] = bool(re.search(r"__\w+_chk\b", symbols))
    return has


def missing(program):
    return [name for name, has in protections(program).items() if not has]


def self_test():
    code = '#include <stdio.h>\nint main(int n, char** words) { char text[16]; sprintf(text, "%s", words[0]); return text[n]; }\n'
    hardened = "-O2 -fPIE -pie -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -Wl,-z,relro -Wl,-z,now".split()
    without = {"": [], "PIE": ["-fno-pie", "-no-pie"], "RELRO": ["-Wl,-z,norelro"], "BIND_NOW": ["-Wl,-z,lazy"],
               "NX": ["-Wl,-z,execstack"], "canary": ["-fno-stack-protector"], "FORTIFY": ["-U_FORTIFY_SOURCE"]}
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "program"
        for name, flags in without.items():
            subprocess.run(["gcc", "-w", *hardened, *flags, "-x", "c", "-", "-o", program, "-s"], input=code, text=True, check=True)
            said = missing(program)
            if said != ([name] if name else []):
                return f"without {name or 'nothing'}: {said}"
        library = [flag for flag in hardened if flag not in ("-fPIE", "-pie")] + ["-fPIC", "-shared", "-Wl,-soname,a.so.0"]
        for name in ("", "RELRO", "BIND_NOW", "NX", "canary"):
            subprocess.run(["gcc", "-w", *library, *without[name], "-x", "c", "-", "-o", program, "-s"], input=code, text=True, check=True)
            said = missing(program)
            if said != ([name] if name else []):
                return f"a library without {name or 'nothing'}: {said}"
    return 0


def main(programs):
    if programs == ["--self-test"]:
        return self_test()
    for program in programs:
        row = protections(program)
        print(program.ljust(40), *(f"{name} {'yes' if has else 'NO'}".ljust(13) for name, has in row.items()))
    return 1 if any(missing(program) for program in programs) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
