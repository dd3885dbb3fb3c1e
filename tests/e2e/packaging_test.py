"""The packaging: what systemd thinks of the units, and the shell of the init scripts."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from stage import ROOT

PACKAGING = ROOT / "platform/packaging"


class Systemd(unittest.TestCase):
    def setUp(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("needs systemd-analyze")
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.unit = folder / "cmagentd.service"
        text = (PACKAGING / "systemd/cmagentd.service.in").read_text()
        self.unit.write_text(text.replace("@CMAKE_INSTALL_FULL_BINDIR@/cmagentd", "/bin/true"))
        self.socket = shutil.copy(PACKAGING / "systemd/cmagentd.socket", folder)

    def analyze(self, *words):
        return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)

    def test_exposure_is_two_at_the_most(self):
        said = self.analyze("security", "--offline=true", "--no-pager", "--threshold=20", self.unit)
        self.assertEqual(said.returncode, 0, said.stdout[-300:] + said.stderr)

    def test_the_units_are_understood(self):
        said = self.analyze("verify", "--man=no", self.unit, self.socket)
        self.assertEqual((said.returncode, said.stdout + said.stderr), (0, ""))


class Scripts(unittest.TestCase):
    def test_they_are_shell(self):
        for script in ("buildroot/S90cmagentd", "openwrt/files/cmagentd.init"):
            said = subprocess.run(["sh", "-n", PACKAGING / script], capture_output=True, text=True, check=False)
            self.assertEqual(said.returncode, 0, said.stderr)

    def test_a_number_that_is_another_process_by_now_is_not_ended(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        script, number = folder / "S90cmagentd", folder / "pid"
        text = (PACKAGING / "buildroot/S90cmagentd").read_text()
        script.write_text(text.replace("/var/run/cmagentd.pid", str(number)))
        with subprocess.Popen(["sleep", "60"]) as stranger:
            for word in ("reload", "stop"):
                number.write_text(str(stranger.pid))
                subprocess.run(["sh", script, word], check=False, timeout=20)
                self.assertIsNone(stranger.poll(), word)
            self.assertFalse(number.exists())
            stranger.terminate()


if __name__ == "__main__":
    unittest.main()
