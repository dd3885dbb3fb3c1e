"""Chromium by MPRIS: a page that plays, in a window of a screen that nobody sees."""

import os
import pathlib
import time

from media import RATE, wav
from mpris import Mpris
from stage import Program, wait_for

PAGE = """<video src="%s" autoplay controls></video><script>
var video = document.querySelector('video'), at = 0;
setInterval(function () {
    if (video.currentTime > at) new Image().src = '%s?' + video.currentTime;
    at = video.currentTime;
}, 50);
</script>"""


class ChromiumMpris(Mpris):
    name = "chromium-mpris"
    needs = (*Mpris.needs, "chromium", "Xvfb")
    bus_name = "chromium"
    tail_s = 0.4
    told = {
        "playing": ("remote-termination", "stopped"),
        "opening": ("remote-termination", "unconfirmed"),  # it is not on the bus yet
        "hung": ("remote-termination", "unconfirmed"),  # the bus keeps the order, and it obeys when it lives again
        "gone": ("remote-termination", "unconfirmed"),
        "ended": ("player-exited", "stopped"),
        "restarted": ("player-exited", "stopped"),
    }

    def prepare(self):
        super().prepare()
        screen = self.stage.enter(Program(["Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24"], "Xvfb"))
        self.display = screen.line(screen.out, "")

    def argv(self, url):
        # It puts pictures without a length on no bus, and keeps the connection of one that is off.
        sound = self.folder / "hum.wav"
        sound.write_bytes(wav(120) + bytes(range(96, 160)) * (120 * RATE // 64))
        page = self.folder / "page.html"
        source = url if url == self.media.slow_url else sound.as_uri()
        page.write_text(PAGE % (source, self.media.beat_url))
        return self.on_bus(f"DISPLAY=:{self.display}", "chromium", "--no-sandbox", f"--user-data-dir={self.folder}/chromium",
                           "--no-first-run", "--autoplay-policy=no-user-gesture-required", "--disable-gpu", page.as_uri())

    def play(self, url):
        asked = self.media.asked
        self.program = self.stage.enter(Program(self.argv(url), self.name))
        if url == self.media.slow_url:
            wait_for(lambda: self.media.asked > asked, "it asks for media")
        else:
            wait_for(lambda: self.plays() and self.is_named(), f"it plays; it said {self.program.err[-5:]}")

    def plays(self):
        return time.monotonic() - self.media.beat_at < 0.3

    def is_named(self):
        return self.instance() is not None

    def instance(self):
        argv = ["dbus-send", f"--bus={self.bus}", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.ListNames"]
        sender = Program(argv, "dbus-send")
        sender.wait()
        for thread in sender.threads:
            thread.join()
        return next((line.split('"')[1] for line in sender.out if "MediaPlayer2.chromium" in line), None)

    def processes(self):
        mark = f"--user-data-dir={self.folder}/chromium".encode()
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                pass
        return [self.program.process.pid, *(pid for pid in found if pid != self.program.process.pid)]

    def play_again(self, url):
        self.end()
        for lock in (self.folder / "chromium").glob("Singleton*"):
            os.unlink(lock)
        self.play(url)
