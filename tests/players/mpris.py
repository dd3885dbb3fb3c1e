"""Players of desktops, by MPRIS over a bus of D-Bus of the test's own."""

import os
import tempfile

from mpv import SILENT
from real_player import RealPlayer
from stage import Program, wait_for

# Whoever asks is let in: the bus of a user is for that user alone, and VLC does not run as root.
CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:abstract={name}</listen><policy context="default"><allow user="*"/>
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""
ORDINARY_USER = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
STATUS = ["org.freedesktop.DBus.Properties.Get", "string:org.mpris.MediaPlayer2.Player", "string:PlaybackStatus"]


class Mpris(RealPlayer):
    """`bus_name` is what follows org.mpris.MediaPlayer2."""
    needs = ("dbus-daemon", "dbus-send")
    bus_name = ""

    def prepare(self):
        name = os.path.basename(tempfile.mktemp(prefix="cmagent-test-"))
        self.bus = f"unix:abstract={name}"
        (self.folder / "bus.conf").write_text(CONFIGURATION.format(name=name))
        daemon = Program(["dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--print-address"], "bus")
        self.daemon = self.stage.enter(daemon)
        daemon.line(daemon.out, "unix:")

    def on_bus(self, *argv):
        home = tempfile.gettempdir()
        return ["env", f"DBUS_SESSION_BUS_ADDRESS={self.bus}", f"HOME={home}", f"XDG_RUNTIME_DIR={home}", *argv]

    def settings(self):
        return {"adapter": "mpris", "bus": f"tcp:host=nowhere;{self.bus},guid=00", "name": self.bus_name}

    def play(self, url):
        super().play(url)
        wait_for(self.is_named, f"{self.name} is on the bus")

    def ask(self, *what):
        """dbus-send to the player; what it prints."""
        sender = Program(["dbus-send", f"--bus={self.bus}", "--print-reply", "--dest=org.mpris.MediaPlayer2." + self.bus_name,
                          "/org/mpris/MediaPlayer2", *what], "dbus-send")
        sender.wait()
        for thread in sender.threads:
            thread.join()
        return "\n".join(sender.out)

    def is_named(self):
        return "string" in self.ask(*STATUS)


class Vlc(Mpris):
    name = "vlc"
    needs = (*Mpris.needs, "vlc", "setpriv")
    bus_name = "vlc"
    quick = True
    told = {
        "playing": ("remote-termination", "stopped"),
        "opening": ("remote-termination", "stopped"),
        "hung": ("remote-termination", "unconfirmed"),  # the bus keeps the orders, and it obeys when it lives again
        "gone": ("remote-termination", "unconfirmed"),  # a name that nobody ever had may be a wrong one
        "ended": ("player-exited", "stopped"),
        "restarted": ("player-exited", "stopped"),
    }

    def argv(self, url):
        return self.on_bus(*ORDINARY_USER, "vlc", "--intf=dummy", "--extraintf=dbus", "--aout=dummy", "--no-video",
                           "--no-one-instance", url)

    def play_again(self, url):
        self.ask("org.mpris.MediaPlayer2.Player.OpenUri", f"string:{url}")
        wait_for(lambda: "Playing" in self.ask(*STATUS), "it plays")


class MpvMpris(Mpris):
    name = "mpv-mpris"
    PLUGIN = "/usr/lib/mpv-mpris/mpris.so"
    needs = (*Mpris.needs, "mpv")
    bus_name = "mpv"
    quick = True
    # It quits on `Stop`; the bus may give it up before its answer is through.
    ENDS = [("remote-termination", "stopped"), ("remote-termination", "forced")]
    told = {**Vlc.told, "playing": ENDS, "opening": ENDS}

    @classmethod
    def missing(cls):
        return super().missing() + ([] if os.path.exists(cls.PLUGIN) else ["mpv-mpris"])

    def argv(self, url):
        return self.on_bus("mpv", *SILENT, f"--script={self.PLUGIN}", url)


class MpvMprisIdle(MpvMpris):
    """mpv-mpris 0.7.1 says `Stopped` of a second file after a stop: only its end proves anything then."""
    name = "mpv-mpris-lies"
    told = {"playing": ("remote-termination", "forced")}

    def argv(self, url):
        return self.on_bus("mpv", *SILENT, "--idle", f"--script={self.PLUGIN}", url)

    def play(self, url):
        super().play(url)
        self.ask("org.mpris.MediaPlayer2.Player.Stop")
        wait_for(lambda: "Stopped" in self.ask(*STATUS), "it has stopped")
        asked = self.media.asked
        self.ask("org.mpris.MediaPlayer2.Player.OpenUri", f"string:{url}")
        wait_for(lambda: self.media.asked > asked, "it plays again")
