"""What reads the log holds nothing up, and what is said in it says enough."""

import fcntl
import json
import os
import pathlib
import pty
import socket
import subprocess
import termios
import time
import unittest

from stage import BIN, EMULATOR, SANITIZER, Http, Stage, wait_for


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Logs(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.folder = pathlib.Path(self.stage.folder)
        self.port = free_port()
        self.http = Http("127.0.0.1", self.port)

    def configure(self, cm=None, **over):
        configuration = {
            "cm": {"url": cm.url if cm else "http://127.0.0.1:9", "applicationId": "demo-app",
                   "applications": {"news": "its-id"}, **({"caFile": str(cm.ca)} if cm else {})},
            "http": {"listen": [f"127.0.0.1:{self.port}"]},
            "session": {"startsPerMinute": 60000},
            "state": {"dir": str(self.folder)}, **over}
        path = self.folder / "cmagent.json"
        path.write_text(json.dumps(configuration))
        return [*map(str, [*EMULATOR, BIN / "cmagentd", "--config", path, "--log-level", "debug"])]

    def launch(self, argv, **streams):
        """A daemon whose standard error is read by nobody here, in a session of its own: what happens to a terminal of
        its group is none of ours."""
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **streams)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_for(self.answers, "the daemon serves")
        return process

    def answers(self):
        try:
            return self.http.get("/v1/status").status == 200
        except OSError:
            return False

    def stalled(self):
        """Descriptors that take no more, each with what keeps it so."""
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETFL, os.O_NONBLOCK)
        try:
            while True:
                os.write(writing, b"x" * 4096)
        except BlockingIOError:
            fcntl.fcntl(writing, fcntl.F_SETFL, 0)
        yield "pipe", writing, reading
        reading, writing = pty.openpty()
        termios.tcflow(writing, termios.TCOOFF)
        yield "terminal", writing, reading
        yield "disk", os.open("/dev/full", os.O_WRONLY), os.open("/dev/null", os.O_RDONLY)

    @unittest.skipIf(EMULATOR or SANITIZER, "a question of time")
    def test_hazard_42_callers_and_cm_are_served_while_nobody_reads_the_log(self):
        for kind, writing, reading in self.stalled():
            with self.subTest(kind):
                self.serves_while_nobody_reads(kind, writing)
            os.close(writing)
            os.close(reading)

    def serves_while_nobody_reads(self, kind, writing):
        cm = self.stage.cmsim(ttl=4)
        done = self.folder / f"stopped-{kind}"
        stop = ["sh", "-c", f"echo about to stop; echo more >&2; echo done > {done}"]
        daemon = self.launch(self.configure(cm, player={"adapter": "exec", "stop": stop}), stderr=writing)
        try:
            # A machine that has more to do is late at times; a loop that sleeps is late for good.
            self.assertLess(sorted(self.time() for _ in range(400))[100], 0.020)
            started = self.http.post("/v1/sessions", {"idp": "mvpd", "subject": "s"})
            self.assertEqual(started.status, 201)
            wait_for(lambda: len(cm.requests("heartbeat")) > 1, "its heartbeats go on")
            (session,) = cm.sessions("running")
            cm.terminate(session["sessionId"])
            wait_for(done.exists, "the stop command has run to its end")
            daemon.terminate()
            self.assertEqual(daemon.wait(10), 0)
        finally:
            daemon.kill()
            daemon.wait()

    def time(self):
        begin = time.monotonic()
        self.assertTrue(self.answers())
        return time.monotonic() - begin

    def test_the_first_line_says_what_runs(self):
        self.stage.cmsim()
        daemon = self.stage.agent(cm={"applications": {"news": "its-id"}})
        first = daemon.err[0]
        for word in (" info cmagentd 0.", str(daemon.configuration), ", localhost, ", "applications default news",
                     "TLS ", "libmicrohttpd "):
            self.assertIn(word, first)
        self.assertNotIn("its-id", first)

    def test_what_ends_the_start_is_an_error_in_the_journal_too(self):
        ours, theirs = socket.socketpair()
        at = os.fstat(theirs.fileno())
        argv = self.configure(log={"colour": "red"})
        subprocess.run(argv, stderr=theirs, timeout=60, check=False,
                       env={**os.environ, "JOURNAL_STREAM": f"{at.st_dev}:{at.st_ino}"})
        theirs.close()
        said = ours.recv(4096).decode()
        ours.close()
        self.assertTrue(said.startswith("<3>"), said)
        self.assertIn("colour", said)

    def test_what_ends_the_start_is_on_standard_error_though_the_log_is_syslogs(self):
        held = self.enterContext(socket.socket())
        held.bind(("127.0.0.1", self.port))
        held.listen()
        ended = subprocess.run([*self.configure(), "--log-to", "syslog"], capture_output=True, text=True, timeout=60,
                               check=False)
        self.assertEqual(ended.returncode, 69)
        self.assertRegex(ended.stderr, r"error http.listen: .*address in use")

    @unittest.skipIf(EMULATOR, "an emulator has descriptors of its own")
    def test_hazard_42_a_standard_error_that_is_closed_is_nobody_elses(self):
        argv = ["sh", "-c", 'exec "$@" 2>&- >&-', "sh", *self.configure()]
        daemon = self.launch(argv)
        self.assertEqual({os.readlink(f"/proc/{daemon.pid}/fd/{fd}") for fd in (0, 1, 2)}, {"/dev/null"})


if __name__ == "__main__":
    unittest.main()
