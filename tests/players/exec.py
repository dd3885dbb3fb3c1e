"""Any program, by commands."""

import process
from mpv import SILENT
from real_player import RealPlayer


class Exec(RealPlayer):
    """`stop` is the command of a good integrator, whose status says that the program is gone."""
    name = "exec"
    needs = ("mpv",)
    quick = True
    told = {
        "playing": ("remote-termination", "stopped"),
        "opening": ("remote-termination", "stopped"),
        "hung": ("remote-termination", "forced"),
        "ended": None,
    }

    def argv(self, url):
        return ["mpv", *SILENT, url]

    def play(self, url):
        super().play(url)
        (self.folder / "pid").write_text(str(self.program.process.pid))

    # A zombie is no process any more, but kill(1) finds it.
    def lives(self):
        return f"grep -qs '^State:.[^Z]' /proc/$(cat {self.folder}/pid)/status"

    def command(self, signal):
        return ["sh", "-c", f"kill -{signal} $(cat {self.folder}/pid); while {self.lives()}; do sleep 0.01; done"]

    def settings(self):
        return {"adapter": "exec", "stop": self.command("TERM"), "force": self.command("KILL")}


class Verified(Exec):
    """`stop` says nothing of what it comes to: "no such process" is status 1, and a signal that was sent is 0."""
    name = "exec-verify"
    told = {
        "playing": ("remote-termination", "stopped"),
        "opening": ("remote-termination", "stopped"),
        "hung": ("remote-termination", "forced"),
        "gone": ("remote-termination", "stopped"),
        "ended": None,
        "restarted": ("remote-termination", "stopped"),
    }

    def command(self, signal):
        return ["sh", "-c", f"kill -{signal} $(cat {self.folder}/pid)"]

    def settings(self):
        return {**super().settings(), "verify": ["sh", "-c", f"! {self.lives()}"]}


class Deaf(Verified):
    """Ignores SIGTERM, which is sent all the same, with status 0."""
    name = "exec-deaf"
    needs = ("python3",)
    told = {"playing": ("remote-termination", "forced"), "hung": ("remote-termination", "forced")}

    def argv(self, url):
        return ["python3", "-B", "-c", process.SCRIPT, "--deaf", url]
