"""The rows of budget.json, and the build that each of them is about."""

import json
import os
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent
SOURCE = FOLDER.parent.parent
BUDGET = FOLDER / "budget.json"


def rows(archs):
    return [row for row in json.loads(BUDGET.read_text()) if not archs or row["arch"] in archs]


def record(changed):
    """Writes the sizes of `changed` rows into budget.json, one line a row."""
    def place(row):
        return [row[key] for key in ("program", "arch", "mbedtls", "microhttpd", "assets")]

    lines = []
    for row in json.loads(BUDGET.read_text()):
        for new in changed:
            if place(new) == place(row):
                row["recorded"] = new["bytes"]
        lines.append("  " + json.dumps(row))
    BUDGET.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def libraries(row):
    return f"mbedtls-{row['mbedtls']} libmicrohttpd-{row['microhttpd']}"


# The linker writes a map beside the program (%), which tells the origin of each function unless link-time
# optimisation has mixed them.
SHIPPED = ["-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON"]
MAPPED = ["-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF", "-DCMAKE_EXE_LINKER_FLAGS_MINSIZEREL=-fno-lto -Wl,-Map=%.map"]


def folder_of(row, how=SHIPPED):
    words = [row["arch"], row["mbedtls"], row["microhttpd"]]
    words += ["assets"] * row["assets"] + ["mapped"] * (how is MAPPED)
    return SOURCE / "build" / "size" / "-".join(words)


def build(row, log, how=SHIPPED):
    """Builds the programs, without tests. Returns the path of the row's, as installed: stripped."""
    folder = folder_of(row, how)
    toolchains = SOURCE / "toolchains"
    run(log, toolchains / "prepare", row["arch"])
    run(log, toolchains / "libraries", row["arch"], *libraries(row).split())
    run(log, "cmake", "-S", SOURCE, "-B", folder, "-G", "Ninja",
        f"-DCMAKE_TOOLCHAIN_FILE={toolchains / row['arch']}.cmake",
        "-DCMAKE_BUILD_TYPE=MinSizeRel", "-DCMAGENT_TESTS=OFF", "-DCMAKE_INSTALL_PREFIX=/usr",
        f"-DCMAGENT_ASSETS={'ON' if row['assets'] else 'OFF'}",
        f"-DCMAGENT_MBEDTLS={row['mbedtls']}", f"-DCMAGENT_MICROHTTPD={row['microhttpd']}", *how)
    box = folder / "box"
    run(log, "cmake", "--build", folder, "--target", "install/strip", DESTDIR=box)
    return box / "usr" / ("lib" if ".so" in row["program"] else "bin") / row["program"]


def unasked(row):
    """What leaves no mark in a program: whether its compiler was told."""
    asked = (folder_of(row) / "build.ninja").read_text()
    return [] if "-fstack-clash-protection" in asked else ["stack-clash protection"]


def run(log, *command, **variables):
    subprocess.run([str(word) for word in command], check=True, stdout=log, stderr=log,
                   env={**os.environ, **{name: str(value) for name, value in variables.items()}})
