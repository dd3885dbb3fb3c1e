"""Any program, by its processes. Each has a name of its own: all processes of the box with that name are meant."""

import os
import shutil

from mpv import SILENT
from real_player import RealPlayer

SCRIPT = """#!/usr/bin/env python3
import signal, sys, urllib.request
if "--deaf" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
media = urllib.request.urlopen(sys.argv[-1])
while media.read(1000): pass
"""
# Begins the player again as soon as it has ended, as an init does that is told to.
RESPAWNING = """#!/bin/sh
trap 'exit 0' USR1
while :; do "$@" & wait $!; done
"""


class Process(RealPlayer):
    """A program under a name that the kernel keeps whole."""
    name = "process"
    needs = ("mpv",)
    quick = True
    told = {
        "playing": ("remote-termination", "stopped"),
        "opening": ("remote-termination", "stopped"),
        "hung": ("remote-termination", "stopped"),  # SIGCONT follows SIGTERM
        "gone": ("remote-termination", "stopped"),
        "ended": ("player-exited", "stopped"),
        "restarted": [("player-exited", "stopped"), ("remote-termination", "stopped")],
    }

    def program_file(self):
        """One of the same program under a name of this test alone."""
        file = self.folder / f"tv{os.getpid()}"
        if not file.exists():
            shutil.copy(shutil.which(self.needs[0]), file)
        return file

    def argv(self, url):
        return [str(self.program_file()), *SILENT, url]

    def settings(self):
        return {"adapter": "process", "name": self.program_file().name}


class Script(Process):
    """A script, of a name that the kernel cuts."""
    name = "process-script"
    needs = ("python3",)

    def program_file(self):
        file = self.folder / f"living-room-player-{os.getpid()}"
        if not file.exists():
            file.write_text(SCRIPT)
            file.chmod(0o755)
        return file

    def argv(self, url):
        return [str(self.program_file()), url]


class GivenScript(Script):
    """The same, given to its interpreter as a file."""
    name = "process-interpreter"
    told = {"playing": ("remote-termination", "stopped")}

    def argv(self, url):
        return ["python3", "-B", str(self.program_file()), url]


class Deaf(Script):
    """Ignores SIGTERM."""
    name = "process-deaf"
    told = {"playing": ("remote-termination", "forced"), "hung": ("remote-termination", "forced")}

    def argv(self, url):
        return [str(self.program_file()), "--deaf", url]


class Replaced(Process):
    """An upgrade has put another file in the place of the one that runs, which has another word for its name."""
    name = "process-replaced"
    told = {"playing": ("remote-termination", "stopped")}

    def argv(self, url):
        return ["python3", "-c", "import os, sys; os.execv(sys.argv[1], sys.argv[2:])", str(self.program_file()),
                "something else", *SILENT, url]

    def play(self, url):
        super().play(url)
        self.program_file().unlink()


class PidFile(Process):
    """One that writes its number down, and does not tidy up."""
    name = "process-pid-file"

    @property
    def pid_file(self):
        return self.folder / "tv.pid"

    def play(self, url):
        super().play(url)
        self.pid_file.write_text(f"{self.program.process.pid}\n")

    def settings(self):
        return {"adapter": "process", "pidFile": str(self.pid_file)}


class Respawned(Script):
    """Somebody begins it again at once, whatever ends it: no stop can be verified, and none is told."""
    name = "process-respawned"
    told = {"playing": ("remote-termination", "unconfirmed")}

    def argv(self, url):
        init = self.folder / "respawn"
        init.write_text(RESPAWNING)
        init.chmod(0o755)
        return [str(init), str(self.program_file()), url]


class GStreamer(Process):
    name = "process-gstreamer"
    needs = ("gst-launch-1.0",)
    quick = False

    def argv(self, url):
        return [str(self.program_file()), "-q", "playbin", f"uri={url}", "audio-sink=fakesink sync=true", "video-sink=fakesink"]
