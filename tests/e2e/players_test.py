"""A stop from elsewhere reaches every kind of player, and what became of it is told."""

import pathlib
import socket
import threading
import time
import unittest

from stage import Events, Stage, wait_for


class HangingUp:
    """Takes what is said on its socket, and hangs up."""

    def __init__(self, path, connects):
        self.path = path
        self.connects = connects
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(path)
        self.listening.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            while True:
                connection, _ = self.listening.accept()
                with connection:
                    self.connects.append(connection.recv(4096))
        except OSError:
            pass

    def close(self):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


class Players(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=2)

    def start(self, player, **more):
        self.box = self.stage.agent(player=player)
        self.events = Events(self.box)
        answer = self.box.start(**more)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json["id"]

    def end_from_elsewhere(self):
        (session,) = self.cm.sessions("running")
        self.cm.terminate(session["sessionId"])

    def ended(self, id):
        event = self.events.next("session-ended", sessionId=id)["data"]
        return event["endReason"], event["playback"]

    def test_ui_confirms(self):
        id = self.start({"adapter": "ui"})
        self.end_from_elsewhere()
        self.assertIn("Tablet", self.events.next("playback-stop")["data"]["message"])
        self.assertEqual(self.box.session(id)["state"], "stopping")
        self.assertEqual(self.box.post(f"/v1/sessions/{id}/stopped").status, 204)
        self.assertEqual(self.ended(id), ("remote-termination", "stopped"))

    def test_ui_that_does_not_confirm_is_unconfirmed(self):
        id = self.start({"adapter": "ui", "stopDeadlineMs": 200})
        self.end_from_elsewhere()
        self.assertEqual(self.ended(id), ("remote-termination", "unconfirmed"))

    def test_ui_that_does_not_confirm_is_forced(self):
        id = self.start({"adapter": "ui", "stopDeadlineMs": 200, "force": ["true"]})
        self.end_from_elsewhere()
        self.assertEqual(self.ended(id), ("remote-termination", "forced"))

    def start_with_backup(self, backup, **more):
        self.box = self.stage.agent(player={"adapter": "ui", "backup": "browser", "stopDeadlineMs": 1000},
                                    players={"browser": backup})
        self.events = Events(self.box)
        answer = self.box.start(**more)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json["id"]

    def test_ui_is_asked_before_its_backup(self):
        mpv = self.stage.mpv()
        id = self.start_with_backup({"adapter": "mpv", "socket": mpv.socket})
        self.end_from_elsewhere()
        self.events.next("playback-stop")
        self.assertEqual(self.box.post(f"/v1/sessions/{id}/stopped").status, 204)
        self.assertEqual(self.ended(id), ("remote-termination", "stopped"))
        time.sleep(1.2)
        self.assertFalse(mpv.property("idle-active"), "nobody has touched it")

    def test_hazard_49_ui_that_does_not_confirm_is_stopped_by_its_backup(self):
        mpv = self.stage.mpv()
        id = self.start_with_backup({"adapter": "mpv", "socket": mpv.socket})
        self.end_from_elsewhere()
        self.events.next("playback-stop")
        told = time.monotonic()
        self.assertFalse(mpv.property("idle-active"))
        self.assertEqual(self.ended(id), ("remote-termination", "stopped"))
        self.assertTrue(mpv.property("idle-active"))
        self.assertGreater(time.monotonic() - told, 0.4, "half of the deadline is the page's")

    def test_ui_whose_backup_hangs_is_forced(self):
        mpv = self.stage.mpv()
        id = self.start_with_backup({"adapter": "mpv", "socket": mpv.socket,
                                     "force": ["kill", "-KILL", str(mpv.process.pid)]})
        wait_for(lambda: self.cm.sessions("running")[0]["heartbeats"], "a heartbeat")
        mpv.process.send_signal(19)  # SIGSTOP
        self.end_from_elsewhere()
        self.assertEqual(self.ended(id), ("remote-termination", "forced"))

    def test_ui_that_goes_away_is_stopped_by_its_backup(self):
        mpv = self.stage.mpv()
        key = "a-key-of-the-app-0001"
        self.box = self.stage.agent(player={"adapter": "ui", "backup": "browser", "lostSeconds": 1},
                                    players={"browser": {"adapter": "mpv", "socket": mpv.socket}})
        self.events = Events(self.box, query="?observer=1")
        id = self.box.start(clientKey=key).json["id"]
        self.assertEqual(self.ended(id), ("ui-lost", "stopped"))
        self.assertTrue(mpv.property("idle-active"))

    def test_exec_stops(self):
        mark = f"{self.stage.folder}/box/stopped"  # where the unit lets the box write
        id = self.start({"adapter": "exec", "stop": ["touch", mark]})
        self.end_from_elsewhere()
        self.assertEqual(self.ended(id), ("remote-termination", "stopped"))
        with open(mark, encoding="ascii"):
            pass

    def test_exec_that_fails_is_forced(self):
        id = self.start({"adapter": "exec", "stop": ["false"], "force": ["true"]})
        self.end_from_elsewhere()
        self.assertEqual(self.ended(id), ("remote-termination", "forced"))

    def test_exec_that_hangs_is_forced_at_the_deadline(self):
        id = self.start({"adapter": "exec", "stop": ["sleep", "60"], "force": ["true"], "stopDeadlineMs": 200})
        self.end_from_elsewhere()
        self.assertEqual(self.ended(id), ("remote-termination", "forced"))

    def test_a_program_that_is_taken_away_is_unconfirmed(self):
        program = pathlib.Path(self.stage.folder) / "stop-it"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        id = self.start({"adapter": "exec", "stop": [str(program)]})
        program.unlink()  # one that is missing at the start is exit 78
        self.end_from_elsewhere()
        self.assertEqual(self.ended(id), ("remote-termination", "unconfirmed"))

    def test_mpv_that_ends_by_itself_gives_the_slot_back(self):
        mpv = self.stage.mpv()
        id = self.start({"adapter": "mpv", "socket": mpv.socket})
        wait_for(lambda: self.cm.sessions("running") and self.cm.sessions("running")[0]["heartbeats"], "a heartbeat")
        mpv.command("quit")
        self.assertEqual(self.ended(id), ("player-exited", "stopped"))
        wait_for(lambda: self.cm.sessions("ended"), "CM was told")

    def test_mpv_that_hangs_is_forced(self):
        mpv = self.stage.mpv()
        id = self.start({"adapter": "mpv", "socket": mpv.socket, "stopDeadlineMs": 300,
                         "force": ["kill", "-KILL", str(mpv.process.pid)]})
        wait_for(lambda: self.cm.sessions("running")[0]["heartbeats"], "a heartbeat")
        mpv.process.send_signal(19)  # SIGSTOP
        self.end_from_elsewhere()
        self.assertEqual(self.ended(id), ("remote-termination", "forced"))

    def test_player_that_hangs_up_on_every_order_is_tried_a_handful_of_times(self):
        connects = []
        player = HangingUp(f"{self.stage.folder}/player.sock", connects)
        self.addCleanup(player.close)
        id = self.start({"adapter": "mpv", "socket": player.path, "stopDeadlineMs": 500})
        wait_for(lambda: self.cm.sessions("running")[0]["heartbeats"], "a heartbeat")
        before = len(connects)
        self.end_from_elsewhere()
        self.assertEqual(self.ended(id), ("remote-termination", "unconfirmed"))
        given_up = len(connects)
        self.assertLess(given_up - before, 25, "a second of attempts")
        time.sleep(0.5)
        self.assertEqual(len(connects), given_up, "nobody wants anything of it any more")

    def test_ui_that_goes_away_gives_the_slot_back(self):
        key = "a-key-of-the-app-0001"
        id = self.start({"adapter": "ui", "lostSeconds": 1}, clientKey=key)
        app = Events(self.box, query=f"?clientKey={key}")
        time.sleep(1.5)
        self.assertEqual(self.box.session(id)["state"], "active")
        app.close()
        session = self.box.in_state(id, "ended")
        self.assertEqual(session["endReason"], "ui-lost")
        wait_for(lambda: self.cm.sessions("ended"), "CM was told")


if __name__ == "__main__":
    unittest.main()
