"""The rows of budget.json, and the build that each of them is about."""

import json
import os
import pathlib
import re
import subprocess

from protection import GUARD, widest_frame

FOLDER = pathlib.Path(__file__).resolve().parent
SOURCE = FOLDER.parent.parent
BUDGET = FOLDER / "budget.json"


def rows(archs, usual=False):
    """`usual`: what a box gets that chooses nothing, by one build for each architecture."""
    chosen = [row for row in json.loads(BUDGET.read_text()) if not archs or row["arch"] in archs]
    return [row for row in chosen if not usual or (row["profile"], row["assets"], row["mbedtls"]) == ("full", False, "3.6")]


def record(changed):
    """Writes the sizes of `changed` rows into budget.json, one line a row."""
    def place(row):
        return [row[key] for key in ("program", "arch", "mbedtls", "microhttpd", "profile", "assets")]

    lines = []
    for row in json.loads(BUDGET.read_text()):
        for new in changed:
            if place(new) == place(row):
                row["recorded"] = new["bytes"]
        lines.append("  " + json.dumps(row))
    BUDGET.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def libraries(row):
    """A small mbedTLS is without TLS 1.3 where the profile is, or where `tls13` says so."""
    without = row["mbedtls"] == "3.6" and not row.get("tls13", row["profile"] == "full")
    return f"mbedtls-{row['mbedtls']}{'-tls12' * without} libmicrohttpd-{row['microhttpd']}"


# With tables of lines, which change no byte of what is installed (stripped): one set of objects serves check and report.
SHIPPED = ["-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON",
           *(f"-DCMAKE_{language}_FLAGS_MINSIZEREL=-Os -DNDEBUG -g1" for language in ("C", "CXX"))]
BARE = [*SHIPPED, "-DCMAGENT_HARDENING=OFF"]


def folder_of(row, how=SHIPPED):
    words = [row["arch"], row["mbedtls"], row["microhttpd"]]
    words += [row["profile"]] * (row["profile"] != "full") + ["assets"] * row["assets"] + ["bare"] * (how is BARE)
    return SOURCE / "build" / "size" / "-".join(words)


def features():
    """The options that say what a program may do without."""
    return re.findall(r'^    "(CMAGENT_\w+)', (SOURCE / "toolchains/features.cmake").read_text(), re.M)


def build(row, log, how=SHIPPED, folder=None):
    """Builds the programs, without tests. Returns the path of the row's, as installed: stripped."""
    folder = folder or folder_of(row, how)
    toolchains = SOURCE / "toolchains"
    run(log, toolchains / "prepare", row["arch"])
    run(log, toolchains / "libraries", row["arch"], *libraries(row).split())
    run(log, "cmake", "-S", SOURCE, "-B", folder, "-G", "Ninja",
        f"-DCMAKE_TOOLCHAIN_FILE={toolchains / row['arch']}.cmake",
        "-DCMAKE_BUILD_TYPE=MinSizeRel", "-DCMAGENT_TESTS=OFF", "-DCMAKE_INSTALL_PREFIX=/usr",
        f"-DCMAGENT_PROFILE={row['profile']}", f"-DCMAGENT_ASSETS={'ON' if row['assets'] else 'OFF'}",
        f"-DCMAGENT_MBEDTLS={row['mbedtls']}", f"-DCMAGENT_MICROHTTPD={row['microhttpd']}", *how)
    box = folder / "box"
    run(log, "cmake", "--build", folder, "--target", "install/strip", DESTDIR=box)
    return box / "usr" / ("lib" if ".so" in row["program"] else "bin") / row["program"]


def cache():
    folder = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("CMAGENT_CACHE") or f"{folder}/cmagent")


def build_bare(row, log):
    """The same without hardening, libraries and all, which for that have a cache of their own."""
    bare = SOURCE / "build/size/bare-cache"
    for part in (f"sysroot/{row['arch']}", "source", "apt"):
        (bare / part).parent.mkdir(parents=True, exist_ok=True)
        (bare / part).exists() or (bare / part).symlink_to(cache() / part)
    before = dict(os.environ)
    os.environ |= {"CMAGENT_CACHE": str(bare), "CMAGENT_HARDENING": "OFF"}
    try:
        return build(row, log, BARE)
    finally:
        os.environ.clear()
        os.environ.update(before)


def unasked(row):
    """What leaves no mark in a program as it ships: whether its compiler was told; for armhf, whether it needs to be."""
    if row["arch"] == "armhf":
        programs = (folder_of(row) / "bin").iterdir()
        return [f"a frame of less than {GUARD} bytes" for program in programs
                if program.name == row["program"] and widest_frame(program) >= GUARD]
    asked = (folder_of(row) / "build.ninja").read_text()
    return [] if "-fstack-clash-protection" in asked else ["stack-clash protection"]


def run(log, *command, **variables):
    subprocess.run([str(word) for word in command], check=True, stdout=log, stderr=log,
                   env={**os.environ, **{name: str(value) for name, value in variables.items()}})
