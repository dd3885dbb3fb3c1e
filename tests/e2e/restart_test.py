"""When systemd starts the daemon again: `restart`, which its units call."""

import os
import pathlib
import subprocess
import tempfile
import time
import unittest

from stage import ROOT

PACKAGING = ROOT / "platform/packaging"


class Restart(unittest.TestCase):
    """`restart` of the unit, with a /run of its own and a stand-in for systemctl."""

    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("needs root, for a /run of its own")
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.script = self.folder / "restart"
        text = (PACKAGING / "systemd/restart.in").read_text().replace("@CMAKE_INSTALL_FULL_SYSCONFDIR@", f"{self.folder}/etc")
        self.script.write_text(text.replace("@CMAKE_INSTALL_PREFIX@", f"{self.folder}/usr"))
        self.program("cmagentd", f"cat {self.folder}/fault")
        self.program("systemctl", f"""case "$*" in
            *is-failed*) [ ! -e {self.folder}/runs ] ;;
            *is-enabled*) cat {self.folder}/enabled ;;
            *start*) echo "$*" >>{self.folder}/said ;;
            esac""")
        for name, said in (("fault", "a fault"), ("enabled", "enabled"), ("said", "")):
            (self.folder / name).write_text(said)
        for path in ("usr/lib/cmagent", "etc/cmagent/conf.d"):
            (self.folder / path).mkdir(parents=True)

    def program(self, name, text):
        (self.folder / name).write_text("#!/bin/sh\n" + text)
        (self.folder / name).chmod(0o755)

    def shell(self, text):
        script = f"mount -t tmpfs run /run && PATH={self.folder}:$PATH && restart() {{ sh {self.script} $1; }} && " + text
        said = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        return said.stdout.split()

    def waits(self, result, status, times, before=""):
        return [int(word) for word in self.shell(
            f"export SERVICE_RESULT={result} EXIT_STATUS={status}; {before}"
            f"for i in $(seq {times}); do restart after; cut -d' ' -f1 /run/cmagentd.wait; done")]

    def test_hazard_57_starts_that_fail_come_in_growing_distances(self):
        self.assertEqual(self.waits("exit-code", 69, 8), [2, 4, 8, 16, 32, 60, 60, 60])
        self.assertEqual(self.waits("signal", "KILL", 3), [2, 4, 8])
        self.assertEqual(self.waits("exit-code", 78, 6), [2, 4, 8, 16, 30, 30])

    def test_hazard_57_what_has_run_for_a_while_begins_anew(self):
        ago = "read -r now _ </proc/uptime; echo 60 0 $((${now%%.*} - 61)) >/run/cmagentd.wait; "
        self.assertEqual(self.waits("watchdog", 0, 2, before=ago), [2, 4])

    def test_a_good_end_is_forgotten(self):
        self.assertEqual(self.shell("export SERVICE_RESULT=success; echo 60 0 0 >/run/cmagentd.wait; restart after; ls /run"), [])

    def test_the_start_waits_for_what_is_left(self):
        soon = "read -r now _ </proc/uptime; echo 8 $((${now%%.*} + 2)) 0 >/run/cmagentd.wait; "
        begun = time.monotonic()
        length, until, _ = self.shell(soon + "restart before; cat /run/cmagentd.wait")
        self.assertGreater(time.monotonic() - begun, 0.9)
        self.assertEqual((length, until), ("8", "0"))
        begun = time.monotonic()
        self.shell("echo 60 1 0 >/run/cmagentd.wait; restart before")
        self.assertLess(time.monotonic() - begun, 1.5)

    def test_hazard_57_what_has_failed_for_good_is_started_when_something_has_changed(self):
        """Also what has changed while the start that fails was reading it; once, and not where it is disabled."""
        start = "--no-block start cmagentd.service".split()
        looks = "sed -i s/LOOK=10/LOOK=0.1/ {0}/restart; restart before; {1} restart changed; cat {0}/said; : >{0}/said".format
        for change in (f"echo 1 >{self.folder}/etc/cmagent/conf.d/a.json;", f"chmod 600 {self.folder}/etc/cmagent/conf.d/a.json;",
                       f"echo 1 >{self.folder}/usr/lib/cmagent/cmagent.json;", f"rm {self.folder}/etc/cmagent/conf.d/a.json;",
                       f"(sleep 0.5; echo another >{self.folder}/fault)&"):
            self.assertEqual(self.shell(looks(self.folder, change)), start, change)
        self.assertEqual(self.shell(looks(self.folder, f"(sleep 0.5; touch {self.folder}/runs)&")), [], "somebody has started it")
        (self.folder / "runs").unlink()
        for state in ("disabled", "masked", "masked-runtime"):
            (self.folder / "enabled").write_text(state)
            self.assertEqual(self.shell(looks(self.folder, f"date +%N >{self.folder}/etc/cmagent/cmagent.json;")), [], state)


if __name__ == "__main__":
    unittest.main()
