"""kill -9 at random moments of a viewer's evening: no session is leaked at CM, nothing plays without one, and the state
can be read always.

    python3 tests/e2e/kill_test.py --kills 200 --seed 7     # what ctest does with fewer

The seed chooses the moments; how far the daemon has come by then is the machine's.
"""

import argparse
import http.client
import random
import subprocess
import threading
import time
import unittest

from stage import BIN, EMULATOR, Stage, wait_for

LIVE = ("active", "grace", "starting")
# Within a step it is the first milliseconds in which something is on its way: to CM, to flash, to the player.
BUSY_SECONDS = 0.04


class Viewer:
    """A UI as the README describes it: it shows what was granted, and after a crash of the daemon reads what is left."""

    def __init__(self, box, cm, mpv, chosen, step_begun):
        self.box, self.cm, self.mpv, self.chosen, self.step_begun = box, cm, mpv, chosen, step_begun
        self.on_screen = {}  # session id → player
        self.clip = mpv.property("path")

    def show(self, answer, player):
        if answer.status != 201:
            return None
        self.on_screen[answer.json["id"]] = player
        if player == "mpv":
            self.mpv.command("loadfile", self.clip)
        return answer.json["id"]

    def take_off(self, id):
        if self.on_screen.pop(id, None) == "mpv":
            self.mpv.command("stop")

    def start(self, player, **more):
        return self.show(self.box.start(self.subject, player=player, **more), player)

    def evening(self, subject):
        """Until the daemon dies; each step may find that the one before has failed."""
        self.subject = subject
        steps = [self.first, self.second, self.patch, self.zap, self.limit, self.wait_for_the_stop, self.lapse,
                 self.wait_for_a_heartbeat, self.stop, self.log_out]
        try:
            for number, step in enumerate(steps):
                if number == self.chosen:
                    self.step_begun.set()
                step()
        except (OSError, http.client.HTTPException):
            pass
        finally:
            self.step_begun.set()

    def first(self):
        self.channel = self.start("mpv", metadata={"channel": "News"})

    def second(self):
        self.start("tablet")

    def patch(self):
        self.box.patch(f"/v1/sessions/{self.channel}", {"metadata": {"title": "Weather"}})

    def zap(self):
        self.on_screen.pop(self.channel, None)  # mpv goes on to the next without a stop
        self.channel = self.start("mpv", metadata={"channel": "Film"}, replaces=self.channel)

    def limit(self):
        """A third stream, and a fourth that ends the first: the box hears of it from CM."""
        self.start("tablet")
        refused = self.box.start(self.subject, player="tablet")
        if refused.status != 409:
            return
        mine = self.box.session(self.channel).get("cmSessionId")
        codes = [c["terminationCode"] for v in refused.json["violations"] for c in v["conflicts"]
                 if c["sessionId"] == mine]
        chosen = self.box.post(f"/v1/conflicts/{refused.json['conflictId']}", {"terminate": codes[:1]})
        self.show(chosen, "tablet")

    def wait_for_the_stop(self):
        wait_for(lambda: self.box.get("/healthz") and self.mpv.property("idle-active"), "mpv was stopped")
        self.on_screen.pop(self.channel, None)

    def lapse(self):
        for session in self.cm.sessions("running")[:1]:
            self.cm.control.post(f"/control/sessions/{session['sessionId']}/lapse")

    def wait_for_a_heartbeat(self):
        wait_for(lambda: self.box.get("/healthz") and any(s["heartbeats"] for s in self.cm.sessions("running")),
                 "a heartbeat")

    def stop(self):
        for id in list(self.on_screen)[:1]:
            self.take_off(id)
            self.box.delete(f"/v1/sessions/{id}")

    def log_out(self):
        self.box.post("/v1/logout", {"idp": "mvpd", "subject": self.subject})

    def reconcile(self):
        """What one knows of and the other does not is ended."""
        live = {s["id"] for s in self.box.get("/v1/sessions").json["sessions"] if s["state"] in LIVE}
        for id in live - set(self.on_screen):
            self.box.delete(f"/v1/sessions/{id}")
        for id in set(self.on_screen) - live:
            self.take_off(id)


class Kills(unittest.TestCase):
    kills = 20
    seed = 1

    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=2)
        self.mpv = self.stage.mpv()
        self.box = self.stage.agent(players={"mpv": {"adapter": "mpv", "socket": self.mpv.socket},
                                             "tablet": {"adapter": "ui"}})

    def test_hazard_24_nothing_is_leaked_whenever_the_daemon_is_killed(self):
        print(f"{self.kills} kills, seed {self.seed}", flush=True)
        chance = random.Random(self.seed)
        for number in range(self.kills):
            with self.subTest(kill=number):
                viewer = self.kill_in_the_evening(number, chance)
                if chance.random() < 0.25:
                    self.kill_at_the_start(chance)
                self.box.launch()
                self.check_what_is_left(viewer)

    def kill_in_the_evening(self, number, chance):
        begun = threading.Event()
        viewer = Viewer(self.box, self.cm, self.mpv, chance.randrange(10), begun)
        evening = threading.Thread(target=viewer.evening, args=(f"home-{number}",), daemon=True)
        evening.start()
        begun.wait()
        time.sleep(chance.uniform(0, BUSY_SECONDS))
        self.box.kill()
        evening.join()
        return viewer

    def kill_at_the_start(self, chance):
        """While it reads what its predecessor has left."""
        process = subprocess.Popen([*EMULATOR, str(BIN / "cmagentd"), "--config", str(self.box.configuration)],
                                   stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, BUSY_SECONDS))
        process.kill()
        process.wait()

    def check_what_is_left(self, viewer):
        viewer.reconcile()
        wait_for(lambda: self.at_peace(viewer), f"CM, box and screen agree: {self.views()}")
        spoilt = [line for line in self.box.err if "state:" in line]
        self.assertEqual(spoilt, [], "the state is readable and written")
        for id in list(viewer.on_screen):
            viewer.take_off(id)
            self.box.delete(f"/v1/sessions/{id}")
        wait_for(lambda: not self.cm.sessions("running"), "every slot is given back")

    def views(self):
        """What runs at CM, what the box holds there, and on which sessions the screen depends."""
        running = {s["sessionId"] for s in self.cm.sessions("running")}
        live = [s for s in self.box.get("/v1/sessions").json["sessions"] if s["state"] in LIVE]
        return running, {s.get("cmSessionId") for s in live}, {s["id"] for s in live}

    def at_peace(self, viewer):
        running, held, live = self.views()
        covered = any(viewer.on_screen.get(id) == "mpv" for id in live)
        return running == held and (covered or self.mpv.property("idle-active"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=Kills.kills)
    parser.add_argument("--seed", type=int, default=Kills.seed)
    wanted = parser.parse_args()
    Kills.kills, Kills.seed = wanted.kills, wanted.seed
    unittest.main(argv=[__file__])
