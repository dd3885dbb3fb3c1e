#!/usr/bin/env python3
"""Is what is told of a stop the truth? Real programs, by situation.

    tests/players/cells.py [PROGRAM…]           every situation; a table; exit status 1 where a cell is not what it should be
    tests/players/cells.py --times N PROGRAM…   N stops while it plays: from CM's word to the verified stop

A session plays on a real program and is ended from elsewhere. What the agent tells of it (endReason, playback) is
compared with what the program's file expects, and, wherever a stop is told (`stopped`, `forced`), with whether media
are still taken (media.py). A program is a class of RealPlayer in a file of this folder; CMakeLists.txt makes a test
`players.NAME` of each. Exit status 77: a program that it needs is not there.

Situations: `playing`; `opening` (asked for its media, which come only after the stop was told); `hung` (SIGSTOP, and
SIGCONT after the stop was told); `gone` (never started); `ended` (by itself while the session plays); `restarted` (gone,
and on the same name again at once, while the session plays).
"""

import argparse
import importlib
import os
import pathlib
import signal
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
os.environ.setdefault("CMAGENT_BIN", str(HERE.parents[1] / "build/dev/bin"))

from media import Media  # noqa: E402
from real_player import SITUATIONS, RealPlayer  # noqa: E402
from stage import Events, Stage, wait_for  # noqa: E402

SKIPPED = 77
# What a stop that was told must hold for: a player that opened meanwhile would be playing by then.
SETTLED_S = 0.7
LATE_S = 2  # in which the kernel, and this program, may learn of a player's end where processors are scarce
UNSEEN_S = 2.5  # how long an end must stay unseen to count as that
ENDS = ("stopped", "forced")


def programs():
    """The classes of this folder's files, by name."""
    for file in sorted(HERE.glob("*.py")):
        if file.stem not in ("cells", "media", "real_player"):
            importlib.import_module(file.stem)
    found, classes = {}, [RealPlayer]
    while classes:
        classes += (kinds := classes.pop().__subclasses__())
        found.update({kind.name: kind for kind in kinds if kind.name})
    return dict(sorted(found.items()))


class Cell:
    """One program in one situation. Afterwards `told` and `plays` say what was told and what was so."""

    def __init__(self, kind, situation):
        self.situation = situation
        self.told, self.plays, self.took_s = None, None, None
        with Stage() as stage:
            self.media = Media()
            try:
                self.run(kind, stage)
            finally:
                self.media.close()

    def run(self, kind, stage):
        self.cm = stage.cmsim(ttl=2)
        self.player = kind(stage, self.media)
        self.player.prepare()
        box = stage.agent(player={"stopDeadlineMs": kind.deadline_ms, **self.player.settings()})
        self.events = Events(box)
        if self.situation != "gone":
            self.player.play(self.media.slow_url if self.situation == "opening" else self.media.url)
        answer = box.start()
        assert answer.status == 201, answer.body
        self.id = answer.json["id"]
        self.heartbeat()
        getattr(self, self.situation)()
        self.settle()

    def heartbeat(self):
        """The driver has had time to find the player."""
        wait_for(lambda: any(s["heartbeats"] for s in self.cm.sessions("running")), "a heartbeat")

    def playing(self):
        self.stopped_from_elsewhere()

    opening = gone = playing

    def hung(self):
        self.player.signal(signal.SIGSTOP)
        self.stopped_from_elsewhere()
        self.player.signal(signal.SIGCONT)

    def ended(self):
        self.player.end()
        self.told = self.end_within(UNSEEN_S)

    def restarted(self):
        self.player.end()
        self.player.play(self.media.url)
        self.told = self.end_within(1)
        if self.told is None:
            self.stopped_from_elsewhere()
        else:
            # The session is over, and it was the first picture's; the second is nobody's.
            self.player.end()

    def stopped_from_elsewhere(self):
        (session,) = self.cm.sessions("running")
        self.cm.terminate(session["sessionId"])
        order = self.events.next("playback-stop", sessionId=self.id)
        end = self.events.next("session-ended", sessionId=self.id)
        self.told, self.took_s = (end["data"]["endReason"], end["data"]["playback"]), end["at"] - order["at"]

    def end_within(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for event in list(self.events.seen):
                if event["event"] == "session-ended":
                    return event["data"]["endReason"], event["data"]["playback"]
            time.sleep(0.02)
        return None

    def settle(self):
        """Whether it plays: now, and once what opened, or was on its way, has had the time to begin."""
        time.sleep(self.player.tail_s)
        until = time.monotonic() + LATE_S
        while self.told is not None and self.told[1] in ENDS and self.player.plays() and time.monotonic() < until:
            time.sleep(0.02)
        self.plays = self.situation != "opening" and self.player.plays()
        self.media.release()
        time.sleep(SETTLED_S)
        self.plays = self.plays or self.player.plays()

    @property
    def true(self):
        return self.told is None or self.told[1] not in ENDS or not self.plays

    def line(self, name):
        told = "nothing" if self.told is None else ": ".join(self.told)
        took = "" if self.took_s is None else f"{self.took_s * 1000:.1f} ms"
        return (f"{name:<16} {self.situation:<10} {told:<30} {took:>10}  {'plays' if self.plays else 'is off':<7}"
                f" {'true' if self.true else 'UNTRUE'}")


def run_cells(kinds):
    faults = []
    for kind in kinds:
        for situation in SITUATIONS:
            if situation not in kind.told:
                continue
            cell = Cell(kind, situation)
            print(cell.line(kind.name), flush=True)
            if not cell.true:
                faults.append(f"{kind.name}, {situation}: {cell.told} was told while it plays")
            expected = kind.told[situation]
            if cell.told not in (expected if isinstance(expected, list) else [expected]):
                faults.append(f"{kind.name}, {situation}: {cell.told} was told, not {expected}")
    return faults


class Times(Cell):
    """Stops while it plays, one session after the other on one program."""

    def __init__(self, kind, count):
        self.count, self.all = count, []
        super().__init__(kind, "playing")

    def playing(self):
        self.stopped_from_elsewhere()
        self.all.append(self.took_s)
        box = self.events.agent
        while len(self.all) < self.count:
            self.player.play_again(self.media.url)
            self.id = box.start().json["id"]
            self.heartbeat()
            self.stopped_from_elsewhere()
            self.all.append(self.took_s)


def run_times(kinds, count):
    for kind in kinds:
        took = Times(kind, count).all
        print(f"{kind.name:<16} from CM's word to the verified stop, of {len(took)}: median "
              f"{statistics.median(took) * 1000:.1f} ms, most {max(took) * 1000:.1f} ms", flush=True)
    return []


def main():
    known = programs()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="*", help="out of: " + ", ".join(known))
    parser.add_argument("--times", type=int, metavar="N")
    parser.add_argument("--quick", action="store_true", help="only those of tests/run")
    parser.add_argument("--list", action="store_true", help="their names, and nothing else")
    options = parser.parse_args()
    unknown = [name for name in options.program if name not in known]
    if unknown:
        parser.error(f"{', '.join(unknown)}: out of {', '.join(known)}")
    chosen = [name for name in options.program or known if known[name].quick or not options.quick]
    if options.list:
        print("\n".join(chosen))
        return 0
    kinds, lacking = [], False
    for name in chosen:
        missing = known[name].missing()
        if missing:
            print(f"{name:<16} needs {', '.join(missing)}")
            lacking = True
        else:
            kinds.append(known[name])
    faults = run_times(kinds, options.times) if options.times else run_cells(kinds)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else SKIPPED if lacking and not kinds else 0


if __name__ == "__main__":
    sys.exit(main())
