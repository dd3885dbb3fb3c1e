"""What was said or ordered once stands until it was heard or done: to a supervisor, on SIGHUP, on flash."""

import json
import os
import pathlib
import signal
import socket
import time
import unittest
import unittest.mock

from stage import Stage, wait_for


class Supervisor:
    """A socket of sd_notify(3)'s, as small as the kernel makes them."""

    def __init__(self, folder):
        self.path = str(pathlib.Path(folder) / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(20)

    def fill(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            other.setblocking(False)
            self.filled = 0
            try:
                while True:
                    other.sendto(b"other=1", self.path)
                    self.filled += 1
            except BlockingIOError:
                pass

    def drain(self):
        for _ in range(self.filled):
            assert self.socket.recv(100) == b"other=1"

    def heard(self):
        """The next thing that is no sign of life."""
        while (said := self.socket.recv(200)) == b"WATCHDOG=1":
            pass
        return said.decode()


class SaidUntilHeard(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=4)

    def supervise(self):
        supervisor = Supervisor(self.stage.folder)
        self.addCleanup(supervisor.socket.close)
        self.enterContext(unittest.mock.patch.dict(os.environ, NOTIFY_SOCKET=supervisor.path, WATCHDOG_USEC="4000000"))
        return supervisor

    def test_hazard_45_a_supervisor_with_a_full_queue_hears_it_later(self):
        supervisor = self.supervise()
        supervisor.fill()
        agent = self.stage.agent()
        self.assertEqual(agent.get("/healthz").status, 200)
        time.sleep(1)
        supervisor.drain()
        self.assertEqual(supervisor.heard(), "READY=1")
        # The signs of life come again and again, too.
        signs = [supervisor.socket.recv(200) for _ in range(2)]
        self.assertEqual(signs, [b"WATCHDOG=1"] * 2)
        supervisor.fill()
        agent.process.send_signal(signal.SIGHUP)
        agent.line(agent.err, "configuration read again")
        supervisor.drain()
        self.assertRegex(supervisor.heard(), r"^RELOADING=1\nMONOTONIC_USEC=\d+$")
        self.assertEqual(supervisor.heard(), "READY=1")
        self.assertEqual(agent.stop(), 0)
        self.assertEqual(supervisor.heard(), "STOPPING=1")

    def test_hazard_45_a_configuration_that_is_half_written_is_read_when_it_is_whole(self):
        supervisor = self.supervise()
        agent = self.stage.agent()
        self.assertEqual(supervisor.heard(), "READY=1")
        whole = json.loads(agent.configuration.read_text())
        whole["session"]["maxSessions"] = 1
        text = json.dumps(whole)
        agent.configuration.write_text(text[:len(text) // 2])
        agent.process.send_signal(signal.SIGHUP)
        agent.line(agent.err, "configuration unchanged: ")
        self.assertRegex(supervisor.heard(), r"^RELOADING=1")
        self.assertEqual(supervisor.heard(), "READY=1")
        agent.configuration.write_text(text)
        agent.line(agent.err, "configuration read again")
        self.assertEqual(agent.start().status, 201)
        self.assertEqual(agent.start().status, 503)
        # It was done: from now on an edit waits for SIGHUP.
        whole["session"]["maxSessions"] = 8
        agent.configuration.write_text(json.dumps(whole))
        time.sleep(1.5)
        self.assertEqual(agent.start().status, 503)

    def test_tokens_that_come_later(self):
        agent = self.stage.agent()
        tokens = agent.folder / "tokens"
        configuration = json.loads(agent.configuration.read_text())
        configuration["http"]["tokenFile"] = str(tokens)
        agent.configuration.write_text(json.dumps(configuration))
        agent.process.send_signal(signal.SIGHUP)
        agent.line(agent.err, "configuration unchanged: http.tokenFile: ")
        self.assertEqual(agent.get("/v1/status").status, 200)
        tokens.write_text("Uq3x_Tn-08vLcY2mZr7WdA\n")
        agent.line(agent.err, "configuration read again")
        self.assertEqual(agent.get("/v1/status").status, 401)

    def test_a_state_folder_that_is_mounted_later(self):
        state = pathlib.Path(self.stage.folder) / "box" / "flash"
        agent = self.stage.agent(state={"dir": str(state)})
        id = agent.start().json["id"]
        agent.line(agent.err, "state: kept in memory only: open the folder: No such file")
        state.mkdir()
        agent.line(agent.err, "state: on flash again")
        wait_for(lambda: list(state.glob("state-*")), "the state")
        agent.kill()
        agent.launch()
        agent.in_state(id, "active")


if __name__ == "__main__":
    unittest.main()
