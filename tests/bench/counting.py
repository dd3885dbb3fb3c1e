"""What a program does, counted by QEMU (counter/counter.c): instructions and system calls of all its threads, to the digit.

A look at the clock is a system call here: QEMU gives its programs no vDSO. On a machine with one it is none: of the
17 calls of a GET strace sees 4.

QEMU's processor is the same on every machine, so that two machines with the same compiler and libraries count the same:
the C library chooses its functions by the processor.
"""
import argparse
import contextlib
import os
import pathlib
import struct
import subprocess

CACHE = pathlib.Path(os.environ.get("CMAGENT_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "cmagent")
# QEMU of each architecture that is counted, and where the program finds its libraries.
EMULATORS = {"x86": (["qemu-x86_64", "-cpu", "max"], None),
             "armhf": (["qemu-arm", "-cpu", "cortex-a15"], CACHE / "sysroot/armhf")}
PEERS = {"x86": CACHE / "peers/native", "armhf": CACHE / "peers/armhf"}


class Counter:
    """Runs programs of one architecture; `plugin` is counter.c, built."""

    def __init__(self, arch, plugin, file):
        self.arch = arch
        self.plugin = pathlib.Path(plugin).resolve()
        self.file = pathlib.Path(file).resolve()
        qemu, self.sysroot = EMULATORS[arch]
        self.words = qemu + (["-L", str(self.sysroot)] if self.sysroot else [])

    def command(self, *command, counted=True):
        """The command with QEMU before it."""
        if not counted and not self.sysroot:
            return [str(word) for word in command]
        plugin = ["-plugin", f"{self.plugin},counts={self.file}"] if counted else []
        # For the program alone: QEMU is this machine's.
        variables = {"LD_LIBRARY_PATH": ":".join(str(folder) for folder in PEERS[self.arch].glob("usr/lib/*-linux-gnu*")),
                     "BENCH_COUNTS": str(self.file)}
        told = [word for name, value in variables.items() for word in ("-E", f"{name}={value}")]
        return [str(word) for word in (*self.words, *plugin, *told, *command)]

    def run(self, *command, counted=True):
        """Its lines, each cut at the tabs."""
        with contextlib.suppress(FileNotFoundError):
            self.file.unlink()
        environment = dict(os.environ)
        if not self.sysroot:
            folders = PEERS[self.arch].glob("usr/lib/*-linux-gnu*")
            environment["LD_LIBRARY_PATH"] = ":".join(str(folder) for folder in folders)
        text = subprocess.run(self.command(*command, counted=counted), check=True, stdout=subprocess.PIPE, text=True,
                              env=environment).stdout
        return [line.split("\t") for line in text.splitlines()]

    def counts(self):
        """Instructions and system calls so far."""
        return struct.unpack("QQ", self.file.read_bytes())


def read_arguments(usage):
    """What a topic that counts for the box's processor, too, is called with; {processor: where its programs are}."""
    parser = argparse.ArgumentParser(usage=usage)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--armhf", type=pathlib.Path)
    parser.add_argument("--counts", action="store_true")
    parser.add_argument("--json")
    options = parser.parse_args()
    return options, {"x86": options.bin.resolve()} | ({"armhf": options.armhf.resolve()} if options.armhf else {})
