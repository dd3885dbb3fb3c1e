"""Several programs use the local port: who asked decides what is done, and whose picture goes on."""

import http.client
import subprocess
import time
import unittest

from stage import BIN, EMULATOR, Events, Stage, wait_for

KEY, OTHER = "an-app-of-the-box-0001", "an-app-of-the-box-0002"


class Owners(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=2)

    def box_with(self, **player):
        self.box = self.stage.agent(player={"adapter": "ui", "stopDeadlineMs": 300, **player})
        self.mark = f"{self.stage.folder}/forced"
        return self.box

    def start(self, key=KEY, **more):
        answer = self.box.start(clientKey=key, **more)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json["id"]

    def app(self, key=KEY):
        return Events(self.box, query=f"?clientKey={key}")

    def end_from_elsewhere(self):
        (session,) = self.cm.sessions("running")
        self.cm.terminate(session["sessionId"])

    def how_it_ended(self, id):
        session = self.box.in_state(id, "ended")
        return session["endReason"], session["playback"]

    def test_hazard_30_nobody_else_confirms_that_playback_has_stopped(self):
        self.box_with(force=["touch", f"{self.stage.folder}/forced"])
        hangs, page = self.app(), Events(self.box, query="?observer=1")
        id = self.start()
        self.end_from_elsewhere()
        page.next("playback-stop", sessionId=id)
        for query in ("", f"?clientKey={OTHER}"):
            answer = self.box.post(f"/v1/sessions/{id}/stopped{query}")
            self.assertEqual((answer.status, answer.json["code"]), (403, "not-owner"))
        self.assertEqual(self.how_it_ended(id), ("remote-termination", "forced"))
        with open(self.mark, encoding="ascii"):
            pass
        hangs.close()

    def test_stop_by_the_shell_leaves_no_picture(self):
        self.box_with()
        app = self.app()
        id = self.start()
        subprocess.run([*EMULATOR, BIN / "cmagentctl", "--url", f"http://{self.box.host}:{self.box.port}", "stop", id],
                       check=True, capture_output=True)
        app.next("playback-stop", sessionId=id)
        self.assertEqual(self.box.post(f"/v1/sessions/{id}/stopped?clientKey={KEY}").status, 204)
        self.assertEqual(self.how_it_ended(id), ("user", "stopped"))
        wait_for(lambda: self.cm.sessions("ended"), "CM was told")

    def test_hazard_23_others_who_come_and_go_end_nothing(self):
        self.box_with(lostSeconds=4)  # no turn of what follows takes as long, on a box that is short of processors either
        id = self.start()
        until = time.monotonic() + 6
        while time.monotonic() < until:
            Events(self.box, query="?observer=1").close()  # watch, and Ctrl-C
            Events(self.box).close()
            self.box.request("HEAD", "/v1/events")
            self.box.get("/v1/events?timeoutSeconds=0")
            self.assertEqual(self.box.get(f"/v1/sessions/{id}?clientKey={KEY}").json["state"], "active")
            time.sleep(0.3)

    def test_hazard_23_app_that_crashes_beside_others_that_listen(self):
        self.box_with(lostSeconds=1)
        page, other = Events(self.box, query="?observer=1"), self.app(OTHER)
        crashed, alive = self.start(), self.start(OTHER)
        app = self.app()
        time.sleep(1.5)
        self.assertEqual(self.box.session(crashed)["state"], "active")
        app.close()
        self.assertEqual(self.how_it_ended(crashed)[0], "ui-lost")
        time.sleep(1.5)
        self.assertEqual(self.box.session(alive)["state"], "active")
        page.close()
        other.close()

    def test_beacon_of_a_page_that_goes_confirms(self):
        self.box_with()
        self.app()
        id = self.start()
        connection = http.client.HTTPConnection(self.box.host, self.box.port)
        connection.request("POST", f"/v1/sessions/{id}/stopped?clientKey={KEY}", "",
                           {"Content-Type": "text/plain;charset=UTF-8"})
        self.assertEqual(connection.getresponse().status, 204)
        connection.close()
        self.assertEqual(self.how_it_ended(id), ("user", "stopped"))

    def test_key_is_in_no_answer_no_log_and_no_file(self):
        box = self.box_with()
        self.app()
        id = self.start()
        for path in (f"/v1/sessions/{id}", "/v1/sessions", "/v1/status", "/v1/history", "/metrics"):
            self.assertNotIn(KEY.encode(), box.get(path + f"?clientKey={KEY}").body)
        self.assertEqual(box.stop(), 0)
        self.assertNotIn(KEY, "\n".join(box.err))
        for file in box.folder.iterdir():
            self.assertNotIn(KEY.encode(), file.read_bytes(), file)

    def test_owner_is_known_to_the_next_run(self):
        box = self.box_with()
        id = self.start()
        box.kill()
        box.launch()
        self.assertEqual(box.post(f"/v1/sessions/{id}/stopped").status, 403)
        self.assertEqual(box.post(f"/v1/sessions/{id}/stopped?clientKey={KEY}").status, 204)

    def test_line_says_once_that_nobody_is_missed(self):
        box = self.box_with()
        box.start()
        box.start(subject="household-2")
        box.line(box.err, "without a clientKey")
        self.assertEqual(len([line for line in box.err if "without a clientKey" in line]), 1)

    def test_key_can_be_required(self):
        box = self.box_with(requireClientKey=True)
        answer = box.start()
        self.assertEqual((answer.status, answer.json["field"]), (422, "clientKey"))
        self.start()


class OnePlayer(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=2)

    def test_hazard_31_forgotten_session_makes_room_for_the_next(self):
        mpv = self.stage.mpv()
        box = self.stage.agent(player={"adapter": "mpv", "socket": mpv.socket})
        forgotten = box.start(clientKey=KEY).json["id"]
        allowed = box.start(clientKey=OTHER).json["id"]
        session = box.in_state(forgotten, "ended")
        self.assertEqual((session["endReason"], session["playback"], session["replacedBy"]),
                         ("replaced", "untouched", allowed))
        self.assertIs(mpv.property("idle-active"), False, "the picture goes on")
        self.assertEqual(box.session(allowed)["state"], "active")
        wait_for(lambda: self.cm.sessions("running") and self.cm.sessions("running")[0]["heartbeats"], "a heartbeat")
        mpv.command("quit")
        self.assertEqual(box.in_state(allowed, "ended")["endReason"], "player-exited")

    def test_hazard_31_player_that_is_shared_leaves_nobody_active(self):
        mpv = self.stage.mpv()
        box = self.stage.agent(player={"adapter": "mpv", "socket": mpv.socket, "exclusive": False})
        ids = [box.start(subject=subject).json["id"] for subject in ("household-1", "household-2")]
        (session,) = [s for s in self.cm.sessions("running") if s["subject"] == "household-1"]
        self.cm.terminate(session["sessionId"])
        ends = [box.in_state(id, "ended")["endReason"] for id in ids]
        self.assertEqual(ends, ["remote-termination", "player-exited"])

    def test_start_is_answered_when_the_stop_that_runs_has_ended(self):
        box = self.stage.agent(player={"adapter": "exec", "stop": ["sleep", "2"], "stopDeadlineMs": 5000})
        old = box.start(clientKey=KEY).json["id"]
        self.assertEqual(box.delete(f"/v1/sessions/{old}").status, 204)
        began = time.monotonic()
        self.assertEqual(box.start(clientKey=OTHER).status, 201)
        self.assertGreater(time.monotonic() - began, 1.5)
        self.assertEqual(box.session(old)["playback"], "stopped")


if __name__ == "__main__":
    unittest.main()
