"""How soon the daemon is let run (contract.md, "Priority"): its threads, what it starts, and a loop that spins."""

import contextlib
import ctypes
import os
import pathlib
import platform
import pwd
import signal
import subprocess
import sys
import time
import unittest

from process_test import Box
from stage import EMULATOR, SANITIZER, Events, Http, Stage, wait_for

NICE, POLICY = 19, 41  # proc(5), /proc/PID/stat
PTRACE_PEEKTEXT, PTRACE_POKETEXT, PTRACE_GETREGS, PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 1, 4, 12, 17, 0x4206, 0x4207
SPIN = b"\xeb\xfe"  # jmp to itself


def fields(stat, *numbers):
    words = pathlib.Path(stat).read_text().rpartition(")")[2].split()
    return tuple(int(words[number - 3]) for number in numbers)


def may_be_realtime():
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        return False
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return True


@contextlib.contextmanager
def spinning(pid):
    """The loop computes without an end from its next return from a system call on, and afterwards goes on as ever."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long

    def trace(request, at=None, data=None):
        ctypes.set_errno(0)
        result = libc.ptrace(request, pid, at, data)
        if ctypes.get_errno():
            raise OSError(ctypes.get_errno(), f"ptrace {request}")
        return result

    @contextlib.contextmanager
    def held():
        trace(PTRACE_SEIZE)
        trace(PTRACE_INTERRUPT)
        os.waitpid(pid, 0x40000000)  # __WALL
        yield
        trace(PTRACE_DETACH)

    registers = (ctypes.c_ulonglong * 27)()
    with held():
        trace(PTRACE_GETREGS, None, registers)
        counter = registers[16]  # rip, behind the system call that waits
        word = trace(PTRACE_PEEKTEXT, counter).to_bytes(8, sys.byteorder, signed=True)
        trace(PTRACE_POKETEXT, counter, int.from_bytes(SPIN + word[2:], sys.byteorder))
    try:
        yield
    finally:
        with held():
            trace(PTRACE_POKETEXT, counter, int.from_bytes(word, sys.byteorder))


@unittest.skipUnless(os.geteuid() == 0 and not EMULATOR, "needs the right to a priority, and a process that is the daemon's own")
class Priority(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.nobody = pwd.getpwnam("nobody")

    def box(self, **process):
        box = Box(self.stage, process={"user": "nobody", **process})
        os.chown(box.state, self.nobody.pw_uid, self.nobody.pw_gid)
        return box

    def threads(self, box):
        """Niceness and policy of the loop, and of the others."""
        pid = box.daemon.process.pid
        tasks = sorted(pathlib.Path(f"/proc/{pid}/task").iterdir(), key=lambda task: int(task.name) != pid)
        return [fields(task / "stat", NICE, POLICY) for task in tasks]

    def limits(self, box):
        text = pathlib.Path(f"/proc/{box.daemon.process.pid}/limits").read_text()
        return {line[:25].strip(): line[26:].split()[:2] for line in text.splitlines()}

    def test_all_threads_have_its_niceness_and_the_right_is_given_up(self):
        for process, niceness in (({}, -10), ({"nice": -20}, -20), ({"nice": 0}, 0)):
            box = self.box(**process)
            daemon = box.launch()
            threads = wait_for(lambda box=box: self.threads(box)[3:] and self.threads(box), "its threads")
            self.assertEqual(set(threads), {(niceness, os.SCHED_OTHER)})
            self.assertEqual(self.limits(box)["Max nice priority"], ["0", "0"])
            self.assertEqual(self.limits(box)["Max realtime priority"], ["0", "0"])
            self.assertFalse(box.said("process."))
            daemon.stop()

    def test_hazard_68_it_is_that_of_its_session_too(self):
        """Also where it is not root, as under the unit: /proc then calls its own files root's."""
        group = pathlib.Path("/proc/self/autogroup")
        if not group.exists() or not group.read_text():  # some sandboxes have the file, and no groups
            self.skipTest("needs a kernel with groups of sessions")
        box = Box(self.stage)
        os.chown(box.state, self.nobody.pw_uid, self.nobody.pw_gid)
        words = ["setsid", "setpriv", "--reuid=nobody", "--clear-groups", "--inh-caps=+sys_nice", "--ambient-caps=+sys_nice"]
        argv = [*words, *box.argv()]
        box.argv = lambda: argv
        box.launch()
        self.assertEqual(set(self.threads(box)), {(-10, os.SCHED_OTHER)})
        own = pathlib.Path(f"/proc/{box.daemon.process.pid}/autogroup").read_text().split()
        self.assertEqual(own[1:], ["nice", "-10"])
        self.assertNotEqual(own[0], group.read_text().split()[0])

    def test_without_the_right_it_stays_as_it_is_and_says_so_once(self):
        box = Box(self.stage, process={"nice": -20, "realtime": True})
        os.chown(box.state, self.nobody.pw_uid, self.nobody.pw_gid)
        argv = ["setpriv", "--reuid=nobody", "--clear-groups", *box.argv()]
        box.argv = lambda: argv
        box.launch()
        box.line(f"process.nice: -20 is not permitted: it stays {os.nice(0)}")
        box.line("process.realtime: Operation not permitted: root may")
        self.assertEqual(set(self.threads(box)), {(os.nice(0), os.SCHED_OTHER)})
        held = [os.readlink(one) for one in pathlib.Path(f"/proc/{box.daemon.process.pid}/fd").iterdir()]
        self.assertFalse([name for name in held if "autogroup" in name])
        checked = subprocess.run([*argv, "--check-config"], capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stderr.count("process.realtime"), checked.stderr.count("process.nice")),
                         (0, 1, 0), "a warning is the check's, too")
        self.assertEqual(len(box.said("process.")), 2)

    def test_a_reload_says_that_it_needs_a_restart(self):
        box = self.box()
        box.launch()
        box.configuration["process"].update(nice=-5, realtime=True)
        box.argv()
        box.daemon.process.send_signal(signal.SIGHUP)
        for key in ("nice", "realtime"):
            box.line(f"process.{key} takes effect after a restart ({box.folder}/cmagent.json:")
        self.assertEqual(set(self.threads(box)), {(-10, os.SCHED_OTHER)})

    def test_hazard_68_a_command_of_a_player_has_neither(self):
        if not may_be_realtime():
            self.skipTest("needs the right to SCHED_FIFO")
        cm = self.stage.cmsim(ttl=2)
        told = pathlib.Path(self.stage.folder) / "told"
        stop = ["sh", "-c", f"cut -d' ' -f{NICE},{POLICY} /proc/self/stat > {told}.new; cat /proc/self/limits >> {told}.new;"
                f" mv {told}.new {told}"]
        agent = self.stage.agent(player={"adapter": "exec", "stop": stop}, process={"realtime": True})
        events = Events(agent)
        self.assertEqual(agent.start().status, 201)
        pid = agent.process.pid
        self.assertEqual(fields(f"/proc/{pid}/stat", NICE, POLICY), (-10, os.SCHED_FIFO))
        (session,) = cm.sessions("running")
        cm.terminate(session["sessionId"])
        events.next("session-ended")
        first, *limits = told.read_text().splitlines()
        self.assertEqual(first, "0 0")
        found = {line[:25].strip(): line[26:].split()[:2] for line in limits}
        self.assertEqual(found["Max nice priority"], ["0", "0"])
        self.assertEqual(found["Max realtime priority"], ["0", "0"])
        self.assertEqual(found["Max realtime timeout"], ["unlimited", "unlimited"])

    @unittest.skipIf(platform.machine() != "x86_64" or SANITIZER, "makes the loop spin in this machine's language")
    def test_hazard_69_a_loop_that_spins_does_not_take_the_box(self):
        if not may_be_realtime():
            self.skipTest("needs the right to SCHED_FIFO")
        box = self.box(realtime=True)
        pid = box.launch().process.pid
        self.assertEqual(wait_for(lambda: self.threads(box)[3:] and self.threads(box), "its threads"),
                         [(-10, os.SCHED_FIFO), *[(-10, os.SCHED_OTHER)] * 3])
        port = int(box.line("listening on").rsplit(":", 1)[1])
        with spinning(pid):
            before = fields(f"/proc/{pid}/stat", 14, 15)
            wait_for(lambda: os.sched_getscheduler(pid) == os.SCHED_OTHER, "it is an ordinary process")
            taken = sum(fields(f"/proc/{pid}/stat", 14, 15)) - sum(before)
            self.assertLess(taken / os.sysconf("SC_CLK_TCK"), 1.5)
            time.sleep(0.3)
            self.assertIsNone(box.daemon.process.poll(), "nobody ends it")
        box.line("process.realtime: given back until the next start")
        self.assertEqual(Http("127.0.0.1", port).get("/healthz").status, 200)
        self.assertEqual(self.threads(box)[0], (-10, os.SCHED_OTHER))
        self.assertEqual(len(box.said("process.realtime")), 1)


if __name__ == "__main__":
    unittest.main()
