"""What comes to the local port from those who are not the UI, byte by byte."""

import contextlib
import socket
import time
import unittest

from stage import PATIENCE, Stage


class LocalPort(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim()
        self.box = self.stage.agent()

    def connect(self):
        connection = socket.create_connection((self.box.host, self.box.port), timeout=PATIENCE)
        return self.enterContext(contextlib.closing(connection))

    def exchange(self, text):
        """The status of the answer, and all until the end of the connection."""
        connection = self.connect()
        connection.sendall(text.encode("latin-1"))
        received = b""
        while part := connection.recv(65536):
            received += part
        return int(received.split()[1]), received

    def test_hazard_19_the_ui_is_served_beside_those_who_never_finish(self):
        slow = [self.connect() for _ in range(64)]
        for connection in slow:
            with contextlib.suppress(OSError):
                connection.sendall(b"POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        begun = time.monotonic()
        self.assertEqual(self.box.start().status, 201)
        self.assertLess(time.monotonic() - begun, 5, "half of what a slow client may take")

    def test_hazard_19_a_trickle_does_not_move_the_deadline(self):
        connection = self.connect()
        connection.sendall(b"GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        connection.settimeout(0.2)
        answer, until = b"", time.monotonic() + PATIENCE
        with contextlib.suppress(ConnectionError):
            while not answer and time.monotonic() < until:
                connection.sendall(b"x")
                with contextlib.suppress(TimeoutError):
                    answer = connection.recv(4096)
        self.assertIn(b" 408 ", answer.split(b"\r\n")[0])

    def test_hazard_20_what_can_be_read_in_two_ways_is_refused_and_closed(self):
        smuggled = "GET /v1/sessions HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for doubled in ("Host: localhost\r\nHost: evil.example\r\n",
                        "Host: localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n",
                        "Host: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"):
            with self.subTest(doubled=doubled):
                status, answer = self.exchange(f"POST /v1/logout HTTP/1.1\r\n{doubled}\r\n0\r\n\r\n{smuggled}")
                self.assertEqual(status, 400)
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1, "what stands behind it is not served")

    def test_hazard_21_control_characters_are_refused_and_the_rest_reaches_cm_as_it_is(self):
        for odd in ("a\r\nX-Terminate: b", "a\u0000b", "a\u0085b\u0007"):
            for field in ("idp", "subject"):
                with self.subTest(field=field, odd=odd):
                    answer = self.box.start(**{field: odd})
                    self.assertEqual((answer.status, answer.json["field"]), (422, field))
            self.assertEqual(self.box.start(metadata={"channel": odd}).status, 422)
            self.assertEqual(self.box.start(terminate=[odd]).status, 422)
        self.assertEqual(self.cm.requests("init"), [])
        odd = "../a%2fb%00?x=#é/.."
        self.assertEqual(self.box.start(idp=odd, subject=odd).status, 201)
        (session,) = self.cm.sessions("running")
        self.assertEqual((session["idp"], session["subject"]), (odd, odd))

    def test_hazard_22_a_page_of_a_stranger_gets_nothing(self):
        self.assertEqual(self.box.get("/v1/sessions", headers={"Host": "evil.example"}).status, 421)
        form = {"Content-Type": "text/plain", "Origin": "http://evil.example"}
        self.assertIn(self.box.post("/v1/sessions", "{}", headers=form).status, (403, 415))
        self.assertEqual(self.box.post("/v1/sessions", "{}", headers={"Content-Type": "text/plain"}).status, 415)
        self.assertEqual(self.box.get("/v1/sessions", headers={"Origin": "null"}).status, 403)
        self.assertEqual(self.cm.requests(), [])


if __name__ == "__main__":
    unittest.main()
