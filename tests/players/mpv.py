"""mpv, by its own IPC socket."""

from real_player import RealPlayer

SILENT = ["--no-config", "--vo=null", "--ao=null", "--really-quiet"]


class Mpv(RealPlayer):
    name = "mpv"
    needs = ("mpv",)
    quick = True
    told = {
        "playing": ("remote-termination", "stopped"),
        "opening": ("remote-termination", "stopped"),
        "hung": ("remote-termination", "unconfirmed"),  # `quit` needs one that listens; a `force` would end it
        "gone": ("remote-termination", "unconfirmed"),
        "ended": ("player-exited", "stopped"),
        # On a machine that is busy the new one may listen before anybody has looked for the old one.
        "restarted": [("player-exited", "stopped"), ("remote-termination", "stopped")],
    }

    def argv(self, url):
        return ["mpv", *SILENT, "--idle", f"--input-ipc-server={self.socket}", url]

    @property
    def socket(self):
        return str(self.folder / "mpv.sock")

    def settings(self):
        return {"adapter": "mpv", "socket": self.socket}


class MpvForced(Mpv):
    """The same with the `force` that an integrator gives it."""
    name = "mpv-forced"
    told = {"hung": ("remote-termination", "forced")}

    def settings(self):
        mark = self.folder / "pid"
        return {**super().settings(), "force": ["sh", "-c", f"kill -KILL $(cat {mark})"]}

    def play(self, url):
        super().play(url)
        (self.folder / "pid").write_text(str(self.program.process.pid))


class MpvForcedInVain(Mpv):
    """A `force` whose status says that it has worked: nobody looks at it."""
    name = "mpv-forced-in-vain"
    told = {"hung": ("remote-termination", "unconfirmed")}

    def settings(self):
        return {**super().settings(), "force": ["true"]}
