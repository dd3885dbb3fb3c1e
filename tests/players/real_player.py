"""A real program that plays: what the cells of the table (cells.py) ask of it."""

import os
import pathlib
import shutil
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from stage import Program, wait_for  # noqa: E402

# The situations in which a session is ended from elsewhere. What each does: Cell in cells.py.
SITUATIONS = ("playing", "opening", "hung", "gone", "ended", "restarted")


class RealPlayer:
    """One of a program: give `name`, `told`, argv() and settings(); the rest where the program differs."""

    name = ""
    needs = ()  # programs of PATH; the test is skipped by name where one is missing
    quick = False  # cheap enough for tests/run; the others are for tests/run --all
    deadline_ms = 3000  # stopDeadlineMs: more than a signal and a look take where processors are scarce
    tail_s = 0.1  # a player whose picture is off may close its connection to the media a little later
    # By situation: (endReason, playback) of the session as the agent tells it. A situation that is not there is none for
    # this program; None: the driver does not see it, so the session goes on; a list: it is a race which of them.
    told = {}

    def __init__(self, stage, media):
        self.stage, self.media = stage, media
        self.folder = pathlib.Path(stage.folder)
        self.program = None

    def argv(self, url):
        """The program's command line that plays `url` without screen or sound card."""
        raise NotImplementedError

    def settings(self):
        """The player's part of the configuration, without the deadline."""
        raise NotImplementedError

    # --- What may differ ---
    def prepare(self):
        """Before the daemon starts, whether or not the program ever will."""

    def play(self, url):
        """Starts the program; returns once it takes media from `url`, or asks for it."""
        asked = self.media.asked
        self.program = self.stage.enter(Program(self.argv(url), self.name))
        wait_for(lambda: self.media.asked > asked, f"{self.name} asks for media; it said {self.program.err[-5:]}")

    def plays(self):
        """Not by the driver's way of asking: whether somebody still takes media."""
        return self.media.readers() > 0

    def processes(self):
        """Whom SIGSTOP hangs."""
        return [self.program.process.pid]

    def signal(self, number):
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def end(self):
        """It ends by itself, as a crash would end it."""
        self.signal(signal.SIGKILL)
        self.program.wait()

    def play_again(self, url):
        """Once more for the time of a stop: where the program lives on, without starting it."""
        if self.program is not None and self.program.process.poll() is None:
            self.end()
        self.play(url)

    @classmethod
    def missing(cls):
        return [program for program in cls.needs if shutil.which(program) is None]
