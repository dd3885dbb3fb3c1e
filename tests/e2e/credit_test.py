"""A household that stands between its box and CM: what it sees on credit, and what it does not."""

import concurrent.futures
import socket
import struct
import time
import unittest
import urllib.parse

from relay import Relay
from stage import Stage, wait_for

GRACE = 4


class Gate(Relay):
    """The way to CM, which the household has in its hand."""

    def __init__(self, target):
        self.way = "open"
        super().__init__(target)

    def accept(self, selector):
        if self.way == "open":
            return super().accept(selector)
        client, _ = self.listener.accept()
        client.recv(16)  # the beginning of the ClientHello
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()  # with a reset

    def cut(self):
        """New connections are reset in mid-handshake; those that are there break."""
        self.way = "cut"

    def open(self):
        self.way = "open"


class Credit(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=2)
        self.url = urllib.parse.urlparse(self.cm.url)

    def agent_at(self, port):
        """A box for which CM is at that port."""
        url = self.cm.url.replace(f":{self.url.port}", f":{port}")
        return self.stage.agent(url=url, session={"graceSeconds": GRACE})

    def test_grace_is_the_outages_and_not_a_sessions(self):
        """CM is blocked at the router; the viewer zaps, and restarts the daemon in between."""
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))  # listens to nothing: the connection is refused
            box = self.agent_at(nobody.getsockname()[1])
            begun = time.monotonic()
            picture, shown, started, spent = 0.0, None, 0, 0
            while time.monotonic() < begun + 3 * GRACE:
                if started == 3 and spent == 0:
                    box.kill()
                    box.launch()
                    started += 1
                more = {"replaces": shown} if shown else {}
                answer = box.start(metadata={"channel": str(started)}, **more)
                if answer.status == 201:
                    self.assertEqual(answer.json["state"], "grace")
                    shown, started = answer.json["id"], started + 1
                else:
                    self.assertEqual((answer.status, answer.json["code"], answer.json["reason"]),
                                     (503, "cm-unreachable", "credit-spent"))
                    shown, spent = None, spent + 1
                step = time.monotonic()
                time.sleep(0.6)
                if shown and box.session(shown)["state"] == "grace":
                    picture += time.monotonic() - step
            self.assertGreater(started, 3, "an honest outage has its credit")
            self.assertGreater(spent, 3)
            self.assertLess(picture, GRACE + 1)

    def test_a_reset_in_mid_handshake_is_no_cm_that_cannot_be_reached(self):
        gate = Gate(("127.0.0.1", self.url.port))
        box = self.agent_at(gate.address[1])
        gate.cut()
        for _ in range(3):
            answer = box.start()
            self.assertEqual((answer.status, answer.json["code"], answer.json["reason"], answer.json["blame"]),
                             (502, "cm-tls", "handshake-cut", "network"))
        self.assertIs(box.get("/v1/status").json["cm"]["reachable"], False, "whoever is there: it is not CM")
        gate.open()
        self.assertEqual(box.start().status, 201)

    def test_whom_cm_has_refused_has_no_credit(self):
        box = self.stage.agent(session={"graceSeconds": GRACE})
        session = box.start().json
        self.cm.terminate(session["cmSessionId"])
        box.in_state(session["id"], "ended")
        self.cm.fault({"status": 503})
        answer = box.start()
        self.assertEqual((answer.status, answer.json["reason"]), (503, "refused-before"))
        self.assertEqual(box.start(subject="another").status, 201)

    def test_own_congestion_is_neither_cms_failure_nor_a_permit(self):
        box = self.stage.agent(session={"graceSeconds": GRACE})
        self.cm.fault({"status": 409, "delayMs": 2600}, call="init")
        self.cm.fault({"delayMs": 2600}, call="streams")
        with concurrent.futures.ThreadPoolExecutor(16) as many:
            questions = [many.submit(box.get, f"/v1/streams?idp=mvpd&subject=s{i}&refresh=true") for i in range(4)]
            wait_for(lambda: self.cm.requests(), "the first question is on its way")
            starts = [many.submit(box.start, subject=f"viewer-{i}") for i in range(5)]
            answers = [start.result() for start in starts]
            for question in questions:
                question.result()
        self.assertEqual({a.status for a in answers} - {409, 503}, set(), "nobody plays")
        for answer in answers:
            if answer.status == 503:
                self.assertEqual((answer.json["code"], answer.headers["Retry-After"]), ("busy", "2"))
        self.assertTrue(box.get("/v1/status").json["cm"]["reachable"])


if __name__ == "__main__":
    unittest.main()
