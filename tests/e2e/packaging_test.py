"""The packaging: what systemd thinks of the units, and the shell of the init scripts."""

import hashlib
import pathlib
import re
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
        self.units = [folder / name for name in ("cmagentd.service", "cmagentd-repair.service", "cmagentd.socket")]
        for unit in self.units:
            text = (PACKAGING / f"systemd/{unit.name}.in").read_text()
            text = re.sub("@CMAKE_INSTALL_(FULL_BINDIR@/cmagentd|PREFIX@/lib/cmagent/restart)", "/bin/true", text)
            unit.write_text(re.sub("@CMAKE_INSTALL_(PREFIX|FULL_SYSCONFDIR)@", "/usr", text))

    def analyze(self, *words):
        return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)

    def test_exposure_is_two_at_the_most(self):
        for unit in self.units[:2]:
            said = self.analyze("security", "--offline=true", "--no-pager", "--threshold=20", unit)
            self.assertEqual(said.returncode, 0, said.stdout[-300:] + said.stderr)

    def test_the_units_are_understood(self):
        said = self.analyze("verify", "--man=no", *self.units)
        self.assertEqual((said.returncode, said.stdout + said.stderr), (0, ""))


class Scripts(unittest.TestCase):
    def test_they_are_shell(self):
        if not shutil.which("shellcheck"):
            self.skipTest("needs shellcheck")
        for script in ("sysv/S90cmagentd", "openwrt/cmagent/files/cmagentd.init", "systemd/restart.in"):
            said = subprocess.run(["shellcheck", "--shell=sh", PACKAGING / script], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(said.returncode, 0, said.stdout)


class Layer(unittest.TestCase):
    """Of Yocto: what the recipe repeats of the tree. tests/packaging/run yocto TREE builds it."""

    def setUp(self):
        (recipe,) = PACKAGING.glob("yocto/meta-cmagent/recipes-*/cmagent/cmagent_*.bb")
        self.recipe = recipe.read_text()

    def test_the_licence_is_the_one_of_the_tree(self):
        sums = re.findall(r"file://(\S+);md5=([0-9a-f]{32})", self.recipe)
        self.assertEqual([name for name, _ in sums], ["LICENSE", "NOTICE"])
        for name, recorded in sums:
            self.assertEqual(recorded, hashlib.md5((ROOT / name).read_bytes()).hexdigest(), f"{name} has changed")

    def test_each_player_is_a_word_of_packageconfig(self):
        drivers = re.search(r"set\(drivers ui (.*)\)", (ROOT / "platform/players/CMakeLists.txt").read_text())[1]
        self.assertEqual(re.search(r'^PLAYERS = "(.*)"$', self.recipe, re.MULTILINE)[1], drivers)
        for driver in drivers.split():
            self.assertIn(f"PACKAGECONFIG[{driver}] =", self.recipe)

    def test_without_a_tree_it_is_said_what_is_needed(self):
        said = subprocess.run([ROOT / "tests/packaging/run", "yocto"], capture_output=True, text=True, check=False)
        self.assertEqual((said.returncode, said.stderr), (69, "needs a tree of Yocto: tests/packaging/run yocto TREE\n"))


if __name__ == "__main__":
    unittest.main()
