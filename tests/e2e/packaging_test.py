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
        if not shutil.which("shellcheck"):
            self.skipTest("needs shellcheck")
        for script in ("sysv/S90cmagentd", "openwrt/files/cmagentd.init"):
            said = subprocess.run(["shellcheck", "--shell=sh", PACKAGING / script], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(said.returncode, 0, said.stdout)


if __name__ == "__main__":
    unittest.main()
