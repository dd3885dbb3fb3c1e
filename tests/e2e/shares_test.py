"""One program takes what it can: the others have theirs, and the daemon stays small (contract.md, "Shares")."""

import pathlib
import subprocess
import sys
import time
import unittest

from stage import EMULATOR, SANITIZER, ROOT, Events, Stage

ATTACKS = ROOT / "tests/bench/neighbours/attacks.py"
KEY = "mine-and-nobody-elses"
# Beyond what an idle daemon has resident: 256 KiB each of answers and bodies, the pools of 32 connections
# (768 KiB), and once the longest answer (1 MiB).
MOST_KIB = 2560


class Shares(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=4)

    def agent(self, **session):
        return self.stage.agent(session={"startsPerMinute": 60, **session})

    def attack(self, name, box):
        attacker = subprocess.Popen([sys.executable, ATTACKS, name, box.host, str(box.port)])
        self.addCleanup(attacker.wait)
        self.addCleanup(attacker.kill)
        return attacker

    def resident_kib(self, box, which="VmRSS"):
        status = pathlib.Path(f"/proc/{box.process.pid}/status").read_text()
        return int(status.partition(which + ":")[2].split()[0])

    @unittest.skipIf(EMULATOR or SANITIZER, "the emulator's or sanitizer's memory is not the daemon's")
    def test_what_nobody_reads_and_nobody_finishes_takes_no_more_than_its_room(self):
        box = self.agent(maxSessions=16)
        for number in range(10):
            much = {f"name{i}": "x" * 256 for i in range(20)}
            self.assertEqual(box.start(f"viewer-{number}", metadata=much).status, 201)
        before = self.resident_kib(box)
        attackers = [self.attack(name, box) for name in ("unread-answers", "endless-bodies", "silent-connections")]
        time.sleep(10)
        for attacker in attackers:
            self.assertIsNone(attacker.poll(), "it goes on")
        self.assertLessEqual(self.resident_kib(box, "VmHWM") - before, MOST_KIB)

    def test_a_ui_hears_its_stop_beside_one_who_takes_every_listener(self):
        box = self.agent()
        session = box.start(clientKey=KEY).json
        self.attack("idle-streams", box)
        time.sleep(1)
        events = Events(box, query=f"?clientKey={KEY}")
        (at_cm,) = self.cm.sessions("running")
        self.cm.terminate(at_cm["sessionId"], "Attic")
        events.next("playback-stop", sessionId=session["id"], reason="remote-termination")

    def test_a_loop_of_start_and_delete_is_one_start_a_second_at_cm(self):
        box = self.agent()
        self.assertEqual(box.start("honest", clientKey=KEY).status, 201)
        self.attack("start-and-delete", box)
        self.attack("new-keys", box)
        seconds = 5
        time.sleep(seconds)
        self.assertEqual(box.start("honest", clientKey=KEY).status, 201, "the others have theirs")
        flood = [r for r in self.cm.requests("init") if r.get("subject") == "flood"]
        self.assertLessEqual(len(flood), 10 + seconds + 2)

    def test_head_of_the_events_opens_nothing(self):
        box = self.agent()
        for _ in range(20):
            self.assertEqual(box.request("HEAD", "/v1/events").status, 200)
        self.assertEqual(box.get("/v1/status").json["listeners"], 0)


if __name__ == "__main__":
    unittest.main()
