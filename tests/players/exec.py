"""Any program, by commands."""

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

    def command(self, signal):
        # A zombie is no process any more, but kill(1) finds it.
        return ["sh", "-c", f"p=$(cat {self.folder}/pid); kill -{signal} $p; "
                            "while grep -qs '^State:.[^Z]' /proc/$p/status; do sleep 0.01; done"]

    def settings(self):
        return {"adapter": "exec", "stop": self.command("TERM"), "force": self.command("KILL")}
