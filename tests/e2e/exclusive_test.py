"""What is taken for the daemon's alone: its state folder, its sockets. Another daemon is told so, and nobody is harmed."""

import ctypes
import ctypes.util
import pathlib
import signal
import subprocess
import time
import unittest

from stage import BIN, EMULATOR, Program, Stage, wait_for

ENOLCK = 37


class StateIsOneDaemons(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=4)

    def second(self, agent, **more):
        """Another daemon with the same configuration (its port is any): its status and what it said."""
        return subprocess.run([*EMULATOR, BIN / "cmagentd", "--config", agent.configuration], capture_output=True,
                              text=True, timeout=60, check=False, **more)

    def named(self, slot):
        """Whether a slot has the name that CM gave to the session."""
        return self.cm.sessions()[0]["sessionId"] in slot.read_text(errors="replace")

    def refused(self, ended, agent):
        self.assertEqual(ended.returncode, 69, ended.stderr)
        self.assertIn(f"state.dir: {agent.folder}: another process has locked it", ended.stderr)
        if not EMULATOR:
            self.assertIn(f" ({agent.process.pid}): ", ended.stderr)
        self.assertNotIn("listening on", ended.stderr)

    def test_hazard_44_a_second_daemon_ends_before_it_has_told_anybody_anything(self):
        stopped = pathlib.Path(self.stage.folder) / "stopped"
        agent = self.stage.agent(player={"adapter": "exec", "stop": ["touch", str(stopped)]})
        id = agent.start().json["id"]
        before = len(self.cm.requests())
        for _ in range(2):
            self.refused(self.second(agent), agent)
        agent.in_state(id, "active")
        self.assertFalse(stopped.exists())
        told = {request["call"] for request in self.cm.requests()[before:]}
        self.assertLessEqual(told, {"heartbeat", "metadata"})  # the first daemon's
        self.assertNotIn("ended", [session["state"] for session in self.cm.sessions()])
        # By another name of the same folder, too.
        link = pathlib.Path(self.stage.folder) / "link"
        link.symlink_to(agent.folder)
        text = agent.configuration.read_text().replace(f'"dir": "{agent.folder}"', f'"dir": "{link}"')
        agent.configuration.write_text(text)
        ended = self.second(agent)
        self.assertEqual((ended.returncode, "another process has locked it" in ended.stderr), (69, True), ended.stderr)

    def test_a_kill_gives_it_back_at_once(self):
        agent = self.stage.agent()
        id = agent.start().json["id"]
        for _ in range(3):
            wait_for(lambda: any(self.named(slot) for slot in agent.folder.glob("state-?")), "the session on flash")
            agent.kill()
            agent.launch()
            agent.in_state(id, "active")

    def test_a_daemon_that_is_about_to_end_is_waited_for(self):
        agent = self.stage.agent(session={"onShutdown": "keep"})
        id = agent.start().json["id"]
        old = agent.process
        old.send_signal(signal.SIGSTOP)  # it takes its time
        agent.process = None
        self.stage.enter(Ending(old))
        next_one = Program([str(word) for word in [*EMULATOR, BIN / "cmagentd", "--config", agent.configuration]], "next")
        self.stage.enter(next_one)
        time.sleep(0.5)
        self.assertIsNone(next_one.process.poll())
        old.send_signal(signal.SIGTERM)
        old.send_signal(signal.SIGCONT)
        line = next_one.line(next_one.err, "listening on http://")
        agent.port = int(line.rsplit(":", 1)[1])
        agent.process = next_one.process
        agent.in_state(id, "active")

    def test_of_many_that_start_at_once_one_lives(self):
        agent = self.stage.agent()
        agent.stop()
        argv = [str(word) for word in [*EMULATOR, BIN / "cmagentd", "--config", agent.configuration]]
        all = [self.stage.enter(Program(argv, f"number {i}")) for i in range(5)]
        wait_for(lambda: len([one for one in all if one.process.poll() is not None]) == 4, "all but one have ended", 40)
        self.assertEqual(sorted(str(one.process.poll()) for one in all), ["69"] * 4 + ["None"])

    def test_a_check_beside_it_takes_nothing_and_tells_nobody(self):
        agent = self.stage.agent()
        id = agent.start().json["id"]
        checked = subprocess.run([*EMULATOR, BIN / "cmagentd", "--check-config", "--config", agent.configuration],
                                 capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        agent.in_state(id, "active")

    @unittest.skipIf(EMULATOR or not ctypes.util.find_library("seccomp"), "needs seccomp, and calls that are the daemon's")
    def test_where_there_are_no_locks_it_says_so_and_plays(self):
        agent = self.stage.agent()
        agent.stop()
        library = ctypes.CDLL("libseccomp.so.2")
        library.seccomp_init.restype = ctypes.c_void_p

        def without_locks():
            rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(0x7FFF0000)))
            library.seccomp_rule_add_array(rules, 0x00050000 | ENOLCK, library.seccomp_syscall_resolve_name(b"flock"), 0, None)
            assert library.seccomp_load(rules) == 0

        argv = [str(word) for word in [BIN / "cmagentd", "--config", agent.configuration]]
        daemon = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, preexec_fn=without_locks)
        said = []
        for line in daemon.stderr:
            said.append(line)
            if "listening on" in line:
                break
        daemon.terminate()
        daemon.wait(20)
        daemon.stderr.close()
        self.assertTrue(any("warning state.dir" in line and "cannot be locked" in line for line in said), said)


class Ending:
    """A process that was somebody's."""

    def __init__(self, process):
        self.process = process

    def stop(self):
        self.process.kill()
        self.process.wait()


if __name__ == "__main__":
    unittest.main()
