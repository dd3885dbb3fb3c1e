"""Two boxes and one limit, on real parts: TLS, mpv, cmsim in each of CM's dialects."""

import unittest

from stage import Events, Stage, wait_for


class TwoBoxes(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())

    def household(self, *cmsim_options):
        """Three streams run, the first on the living room's mpv: the limit of demo-app."""
        self.cm = self.stage.cmsim(*cmsim_options, ttl=2)
        self.mpv = self.stage.mpv()
        self.box = self.stage.agent("living-room", player={"adapter": "mpv", "socket": self.mpv.socket})
        self.other = self.stage.agent("kitchen")
        self.events = Events(self.box)
        self.first = self.box.start(metadata={"channel": "News", "deviceName": "Living room"}).json
        for name in ("Bedroom", "Tablet"):
            self.assertEqual(self.other.start(metadata={"deviceName": name}).status, 201)

    def end_the_first(self, refused):
        """By the code of the living room's stream."""
        target = next(s for s in self.cm.sessions("running") if s["metadata"].get("deviceName") == "Living room")
        offered = [c["terminationCode"] for v in refused["violations"] for c in v["conflicts"]]
        self.assertIn(target["terminationCode"], offered)
        return self.other.post(f"/v1/conflicts/{refused['conflictId']}", {"terminate": [target["terminationCode"]]})

    def check_story(self):
        refused = self.other.start(metadata={"channel": "Film"})
        self.assertEqual(refused.status, 409)
        self.assertEqual(refused.json["code"], "stream-limit")
        self.assertEqual(refused.headers["Location"], f"/v1/conflicts/{refused.json['conflictId']}")
        self.assertEqual(self.end_the_first(refused.json).status, 201)

        ended = self.events.next("session-ended")["data"]
        self.assertEqual((ended["endReason"], ended["playback"]), ("remote-termination", "stopped"))
        self.assertTrue(self.mpv.property("idle-active"))
        order = [e["event"] for e in self.events.seen]
        self.assertLess(order.index("playback-stop"), order.index("session-ended"))
        return self.box.session(self.first["id"])

    def test_service_dialect_says_who_ended_it(self):
        self.household()
        refused = self.other.start().json
        watching = [c for v in refused["violations"] for c in v["conflicts"]]
        self.assertIn(("Living room", "News"), [(c.get("deviceName"), c.get("channel")) for c in watching])
        self.assertTrue(all("startedAt" in c for c in watching))
        session = self.check_story()
        self.assertEqual(session["terminator"]["channel"], "Film")
        self.assertIn("kitchen", session["message"].lower())

    def test_guide_dialect(self):
        self.household("--dialect", "guide")
        session = self.check_story()
        self.assertTrue(session["terminator"]["sessionId"])

    def test_reference_dialect(self):
        self.household("--dialect", "reference")
        self.check_story()

    def test_the_second_box_does_not_fight_back(self):
        self.household()
        self.check_story()
        wait_for(lambda: all(s["heartbeats"] >= 3 for s in self.cm.sessions("running")), "three more heartbeats")
        self.assertEqual(len(self.cm.requests("init")), 5, "the living room has not asked again")

    def test_latest_wins_displaces_the_older_stream(self):
        self.cm = self.stage.cmsim(ttl=2)
        over = {"cm": {"applicationId": "demo-fifo"}}
        box = self.stage.agent("first", **over)
        events = Events(box)
        first = box.start().json
        self.assertEqual(self.stage.agent("second", **over).start().status, 201)
        stop = events.next("playback-stop")["data"]
        self.assertEqual((stop["reason"], stop["sessionId"]), ("displaced", first["id"]))
        self.assertEqual(box.post(f"/v1/sessions/{first['id']}/stopped").status, 204)
        self.assertEqual(box.in_state(first["id"], "ended")["playback"], "stopped")


if __name__ == "__main__":
    unittest.main()
