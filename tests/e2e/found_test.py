"""The daemon is killed between CM's grant, of which the viewer was told, and the write of the session's name."""

import unittest

from stage import Stage, wait_for

KEY = "a-key-of-the-living-room"


class FoundOnFlash(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim()
        self.mpv = self.stage.mpv()
        self.box = self.stage.agent(player={"adapter": "mpv", "socket": self.mpv.socket, "lostSeconds": 3})

    def killed_after_the_grant(self, times=1):
        """Flash is written at once when the start is asked for, and not again within a second."""
        for _ in range(times):
            begun = self.box.start(clientKey=KEY)
            self.assertEqual(begun.status, 201, begun.body)
            self.box.kill()
            self.box.launch()
        return begun.json["id"], begun.json["cmSessionId"]

    def granted_beside(self, fault):
        """A start whose first answer has this fault."""
        self.cm.fault(fault, call="init", count=1)
        self.begun = self.box.start(clientKey=KEY)
        self.assertEqual(self.begun.status, 201, self.begun.body)

    def given_back(self):
        self.box.delete(f"/v1/sessions/{self.begun.json['id']}?clientKey={KEY}")
        wait_for(lambda: not self.cm.sessions("running"), "the slot is given back")

    def test_hazard_24_33_the_picture_plays_on(self):
        id, cm_id = self.killed_after_the_grant()
        session = self.box.in_state(id, "active")
        self.assertEqual(session["cmSessionId"], cm_id)
        self.assertIs(self.mpv.property("idle-active"), False)
        wait_for(lambda: [s for s in self.cm.sessions("running") if s["heartbeats"]], "a heartbeat")
        self.assertEqual(self.box.delete(f"/v1/sessions/{id}?clientKey={KEY}").status, 204)
        wait_for(lambda: not self.cm.sessions("running"), "the slot is given back")

    def test_hazard_33_nobody_comes_back_for_it(self):
        self.killed_after_the_grant()
        wait_for(lambda: not self.cm.sessions("running"), "the slot is given back")
        wait_for(lambda: self.mpv.property("idle-active"), "mpv was stopped")

    def test_hazard_32_answer_that_is_lost_costs_no_second_slot(self):
        for fault in ({"reset": True}, {"status": 504, "taken": True}, {"garbage": True, "taken": True},
                      {"headers": {"Location": None}}):
            with self.subTest(fault=fault):
                self.granted_beside(fault)
                self.assertEqual(len(self.cm.sessions("running")), 1)
                self.given_back()

    def test_hazard_32_start_that_was_not_taken_goes_once_more(self):
        for fault in ({"reset": True, "taken": False}, {"status": 502}, {"garbage": True}):
            with self.subTest(fault=fault):
                self.granted_beside(fault)
                self.given_back()

    def test_hazard_32_grant_is_a_grant_whatever_its_body(self):
        for fault in ({"contentType": "text/html", "body": "<html></html>", "status": 202, "taken": True},
                      {"framing": "both"}, {"truncateAfter": 400, "body": "x" * 1000, "taken": True}):
            with self.subTest(fault=fault):
                self.granted_beside(fault)
                self.given_back()


if __name__ == "__main__":
    unittest.main()
