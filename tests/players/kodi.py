"""Kodi, by its JSON-RPC over TCP, on a screen of Xvfb's and with a sound card that is none."""

import json
import os
import pathlib
import signal
import socket
import subprocess

from real_player import RealPlayer
from stage import Program, wait_for

# Of Debian: the script `kodi` would start it again after a crash.
PROGRAM = next(iter(pathlib.Path("/usr/lib").glob("*/kodi/kodi.bin")), pathlib.Path("/usr/lib/kodi/kodi.bin"))

SETTINGS = """<settings version="2">
<setting id="services.esenabled">true</setting>
<setting id="services.esallinterfaces">false</setting>
<setting id="services.zeroconf">false</setting>
<setting id="general.addonupdates">2</setting>
</settings>
"""
ADVANCED = """<advancedsettings version="1.0">
<splash>false</splash>
<jsonrpc><compactoutput>true</compactoutput><tcpport>{port}</tcpport></jsonrpc>
</advancedsettings>
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


class Kodi(RealPlayer):
    name = "kodi"
    needs = ("Xvfb", "ffmpeg")
    tail_s = 1
    told = {
        "playing": ("remote-termination", "stopped"),
        # Its port answers nobody before Player.Open has found the file.
        "opening": ("remote-termination", "unconfirmed"),
        "hung": ("remote-termination", "unconfirmed"),
        "gone": ("remote-termination", "unconfirmed"),
        "ended": ("player-exited", "stopped"),
        "restarted": ("player-exited", "stopped"),
    }

    @classmethod
    def missing(cls):
        return super().missing() + ([] if PROGRAM.exists() else ["Kodi"])

    def prepare(self):
        self.port = free_port()
        self.home = self.folder / "kodi"
        data = self.home / ".kodi/userdata"
        data.mkdir(parents=True)
        (data / "guisettings.xml").write_text(SETTINGS)
        (data / "advancedsettings.xml").write_text(ADVANCED.format(port=self.port))
        (self.home / ".asoundrc").write_text("pcm.!default { type null }\nctl.!default { type null }\n")
        display = Program(["Xvfb", "-displayfd", "1", "-screen", "0", "320x240x24"], "Xvfb")
        self.display = ":" + self.stage.enter(display).line(display.out, "")
        # Kodi 20 may crash when it stops sound alone without a sound card.
        self.film = self.folder / "film.ts"
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=rate=5:size=160x120", "-t", "120",
                        "-c:v", "mpeg2video", "-f", "mpegts", str(self.film)], check=True)

    def settings(self):
        return {"adapter": "kodi", "url": f"tcp://127.0.0.1:{self.port}"}

    def call(self, method, **params):
        """Over a connection of our own; does not wait for the answer."""
        self.ours.sendall(json.dumps({"jsonrpc": "2.0", "method": method, "id": 1, "params": params}).encode())

    def start(self):
        argv = ["env", f"HOME={self.home}", f"DISPLAY={self.display}", "LIBGL_ALWAYS_SOFTWARE=1", str(PROGRAM),
                "--windowing=x11", "--audio-backend=alsa"]
        self.program = self.stage.enter(Program(argv, self.name))

        def connected():
            try:
                self.ours = socket.create_connection(("127.0.0.1", self.port), 1)
            except OSError:
                return False
            return True
        wait_for(connected, "Kodi listens", 60)

    def play(self, url):
        if self.program is None or self.program.process.poll() is not None:
            self.start()
        slow = url == self.media.slow_url
        self.call("Player.Open", item={"file": url if slow else str(self.film)})
        wait_for(lambda: self.media.asked if slow else self.plays(), "Kodi asks for media", 30)

    play_again = play

    def plays(self):
        """Whether it has a medium open."""
        return self.media.readers() > 0 or any(film == str(self.film) for film in self.open_files())

    def open_files(self):
        try:
            descriptors = list(pathlib.Path(f"/proc/{self.program.process.pid}/fd").iterdir())
        except (AttributeError, OSError):
            return
        for descriptor in descriptors:
            try:
                yield os.readlink(descriptor)
            except OSError:
                pass

    def end(self):
        self.signal(signal.SIGKILL)
        self.program.wait()
