"""The init script of BusyBox and SysV boxes, as it is packaged: BusyBox init runs it in a box of its own (chroot, a
process space, a user `cmagent`), with the real daemon. Its times are the real ones."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from stage import BIN, EMULATOR, ROOT, SANITIZER, wait_for

SCRIPT = ROOT / "platform/packaging/sysv/S90cmagentd"
BUSYBOX = "/bin/busybox"
PROGRAMS = "sh init start-stop-daemon readlink tr sleep mkdir chmod chown id find cat rm logger kill mknod".split()


def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Box:
    """What BusyBox, the daemon and its libraries need, and what they say to /dev/log."""

    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        self.root.chmod(0o755)  # the daemon is not root there
        for name in "bin sbin dev etc/init.d etc/default etc/cmagent etc/ssl/certs proc run tmp usr/bin var/lib".split():
            (self.root / name).mkdir(parents=True, exist_ok=True)
        (self.root / "var/run").symlink_to("../run")
        (self.root / "usr/local").mkdir()  # the prefix of a build that is not a package's
        (self.root / "usr/local/etc").symlink_to("../../etc")
        shutil.copy(BUSYBOX, self.root / "bin/busybox")
        for name in PROGRAMS:
            (self.root / "bin" / name).symlink_to("busybox")
        pathlib.Path(shutil.copy(SCRIPT, self.root / "etc/init.d")).chmod(0o755)
        for name in ("cmagentd", "cmagentctl"):
            shutil.copy(BIN / name, self.root / "usr/bin")
        for library in re.findall(r"(/\S+) \(0x", subprocess.run(
                ["ldd", BIN / "cmagentd"], capture_output=True, text=True, check=True).stdout):
            target = self.root / library.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", self.root / "etc/ssl/certs")
        self.write("etc/passwd", "root:x:0:0::/:/bin/sh\ncmagent:x:990:990::/:/bin/false\n")
        self.write("etc/group", "root:x:0:\ncmagent:x:990:\n")
        self.write("etc/inittab", "::sysinit:/etc/init.d/S90cmagentd start\n")
        subprocess.run(["mknod", "-m", "666", self.root / "dev/null", "c", "1", "3"], check=True)
        self.port = port()
        self.configure()
        self.lines = []
        self.syslog = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.syslog.bind(str(self.root / "dev/log"))
        (self.root / "dev/log").chmod(0o666)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                said = self.syslog.recv(4096).decode(errors="replace").rstrip("\0\n")
                self.lines.append((time.monotonic(), said))
            except OSError:  # a sender that was killed resets it
                if self.syslog.fileno() < 0:
                    return

    def write(self, name, text):
        (self.root / name).write_text(text)

    def configure(self, more=""):
        self.write("etc/cmagent/cmagent.json",
                   '{"cm": {"url": "https://127.0.0.1:1/v2", "applicationId": "demo-app"},\n'
                   f' "http": {{"listen": ["127.0.0.1:{self.port}"]}},{more} "process": {{"user": "cmagent"}}}}\n')

    def boot(self):
        self.init = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc=" + str(self.root / "proc"),
             "chroot", self.root, "/bin/init"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def halt(self):
        self.init.kill()
        self.init.wait()
        self.syslog.close()

    def inside(self, *words):
        """A command in the running box."""
        child = pathlib.Path(f"/proc/{self.init.pid}/task/{self.init.pid}/children").read_text().split()[0]
        return subprocess.run(["nsenter", "-t", child, "-m", "-p", "-r", "-w/", *words], capture_output=True, text=True,
                              env={"PATH": "/bin:/sbin:/usr/bin"}, check=False, timeout=60)

    def script(self, word):
        return self.inside("/etc/init.d/S90cmagentd", word)

    def number(self, name="cmagentd"):
        """The process of a pid file; empty: there is none."""
        file = self.root / f"run/{name}.pid"
        return file.read_text().strip() if file.exists() else ""

    def nicenesses(self, number):
        """Of the threads of a process (proc(5))."""
        stats = self.inside("sh", "-c", f"cat /proc/{number}/task/*/stat").stdout.splitlines()
        return {int(stat.rpartition(")")[2].split()[16]) for stat in stats}

    def says(self, words, after=0, patience=20):
        """The first line of the log from `after` on that has these words: when, and what."""
        return wait_for(lambda: next((line for line in list(self.lines)[after:] if words in line[1]), None),
                        f"{words!r} in the log: {self.lines}", patience)


class SysV(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0 or EMULATOR or SANITIZER or not os.path.exists(BUSYBOX):
            self.skipTest("needs root, BusyBox and a native build")
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="cmagent-"))
        self.box = Box(folder)
        self.addCleanup(self.box.halt)
        self.box.boot()

    def start(self):
        self.box.says("listening on")
        return wait_for(self.box.number, "its number: the daemon may be faster than the script that began it")

    def test_it_runs_as_its_user_is_told_and_stopped(self):
        box = self.box
        number = self.start()
        self.assertEqual(box.script("status").stdout, f"cmagentd runs as {number}\n")
        self.assertIn("Uid:\t990\t990\t990\t990", box.inside("cat", f"/proc/{number}/status").stdout)
        self.assertEqual(box.nicenesses(number), {-10})
        self.assertEqual(box.nicenesses(box.number("cmagentd-supervisor")), {os.nice(0)}, "the script's own commands have none")
        listening = box.says("listening on")[1]
        self.assertRegex(listening, r"^<30>.* cmagentd\[\d+\]: listening on", "daemon.info")
        self.assertEqual((box.root / "var/lib/cmagent").stat().st_mode & 0o7777, 0o700)
        again = box.script("start")
        self.assertEqual((again.stdout, again.returncode), ("Starting cmagentd: OK\n", 0))
        self.assertEqual(box.number(), number, "one at a time")
        stopped = box.script("stop")
        self.assertEqual((stopped.stdout, stopped.returncode), ("Stopping cmagentd: OK\n", 0))
        said = box.script("status")
        self.assertEqual((said.stdout, said.returncode), ("cmagentd is stopped\n", 3))
        self.assertEqual(list((box.root / "run").glob("*.pid")), [])
        for _ in range(3):  # whatever came to an end is not in the way of what comes next
            self.assertEqual(box.script("start").returncode, 0)
            self.assertEqual(box.script("stop").returncode, 0)
        self.assertNotIn("cmagentd", box.inside("sh", "-c", "cat /proc/[0-9]*/cmdline").stdout)

    def test_hazard_58_what_crashes_is_started_again(self):
        box = self.box
        number = self.start()
        for pause in (2, 4):
            seen = len(box.lines)
            box.inside("kill", "-9", number)
            since, _ = box.says(f"ended with status 137: started again in {pause} s")
            number = wait_for(lambda: (now := box.number()) != number and now, "another process")
            self.assertAlmostEqual(time.monotonic() - since, pause, delta=1.5)
            box.says("listening on", seen)  # it is the daemon by now, and no longer the shell that begins it
        self.assertEqual(box.script("stop").returncode, 0, "although it has just begun")

    def test_hazard_58_a_supervisor_that_was_killed_leaves_nothing_in_the_way(self):
        box = self.box
        orphan = self.start()
        box.inside("kill", "-9", box.number("cmagentd-supervisor"))
        seen = len(box.lines)
        self.assertEqual(box.script("start").returncode, 0)
        box.says("listening on", seen)
        self.assertNotEqual(box.number(), orphan)
        box.inside("kill", "-9", box.number("cmagentd-supervisor"))
        self.assertEqual(box.script("stop").returncode, 0)
        self.assertNotIn("cmagentd", box.inside("sh", "-c", "cat /proc/[0-9]*/cmdline").stdout)

    def test_hazard_58_a_number_that_is_another_process_by_now_is_left_alone(self):
        box = self.box
        self.start()
        box.script("stop")
        stranger = box.inside("sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!").stdout.strip()
        for name in ("cmagentd", "cmagentd-supervisor"):
            for text in (stranger, f"{stranger}\n", "", "x", "-1", f"{stranger} {stranger}"):
                for word in ("reload", "status", "stop"):
                    box.write(f"run/{name}.pid", text)
                    box.script(word)
                    self.assertIn("sleep", box.inside("cat", f"/proc/{stranger}/comm").stdout, (name, text, word))
        box.write("run/cmagentd-supervisor.pid", stranger)
        seen = len(box.lines)
        self.assertEqual(box.script("start").returncode, 0)
        box.says("listening on", seen)

    def test_a_reload_goes_through_the_check(self):
        box = self.box
        number = self.start()
        box.configure(' "log": {"level": "debug"},')
        seen = len(box.lines)
        self.assertEqual(box.script("reload").stdout, "Reloading cmagentd: OK\n")
        box.says("configuration", seen)
        box.configure(' "log": {"level": "loud"},')
        seen = len(box.lines)
        said = box.script("reload")
        self.assertEqual((said.stdout[-5:], said.returncode), ("FAIL\n", 78))
        self.assertIn("log.level", said.stdout + said.stderr)
        self.assertEqual(box.number(), number)
        self.assertNotIn("log.level", str(box.lines[seen:]), "the daemon was not told")

    def test_hazard_58_a_configuration_that_is_wrong_is_not_tried_before_it_has_changed(self):
        box = self.box
        self.start()
        box.configure(' "log": {"level": "loud"},')
        seen = len(box.lines)
        box.script("restart")
        box.says("started again once its configuration has changed", seen)
        said = box.script("status")
        self.assertEqual((said.returncode, box.number()), (1, ""), said.stdout)
        time.sleep(5)
        self.assertEqual(str(box.lines[seen:]).count("log.level"), 1, "once")
        seen = len(box.lines)
        box.configure()
        repaired = time.monotonic()
        self.assertLess(box.says("listening on", seen, 60)[0] - repaired, 60)

    def test_a_reload_starts_at_once_what_waits_for_a_repair(self):
        box = self.box
        self.start()
        box.configure(' "log": {"level": "loud"},')
        seen = len(box.lines)
        box.script("restart")
        box.says("started again once", seen)
        box.configure()
        seen = len(box.lines)
        self.assertEqual(box.script("reload").returncode, 0)
        box.says("listening on", seen, 5)

    def test_hazard_58_what_the_configuration_names_and_the_words_of_the_start_are_looked_at_too(self):
        box = self.box
        self.start()
        roots = box.root / "etc/ssl/certs/ca-certificates.crt"
        roots.rename(box.root / "tmp/roots")
        box.write("etc/default/cmagentd", 'CMAGENTD_ARGS="--no-such-option"\n')
        seen = len(box.lines)
        box.script("restart")
        box.says("started again once", seen)
        seen = len(box.lines)
        box.write("etc/default/cmagentd", "CMAGENTD_ARGS='half a word\n")  # no shell: taken for empty
        box.says("started again once", seen, 60)  # tried, and it is the roots now
        seen = len(box.lines)
        (box.root / "tmp/roots").rename(roots)
        box.says("listening on", seen, 60)
        self.assertEqual(box.script("stop").returncode, 0)

    def test_a_port_that_is_taken_is_tried_again(self):
        box = self.box
        self.start()
        box.script("stop")
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", box.port))
            other.listen()
            seen = len(box.lines)
            box.script("start")
            box.says("ended with status 69: started again in 2 s", seen)
            box.says("ended with status 69: started again in 4 s", seen)
        box.says("listening on", seen)


if __name__ == "__main__":
    unittest.main()
