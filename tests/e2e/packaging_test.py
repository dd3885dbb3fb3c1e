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
        for script in ("sysv/S90cmagentd", "openwrt/cmagent/files/cmagentd.init", "systemd/restart.in",
                       "debian/cmagent.prerm", "debian/cmagent.postrm", "debian/tests/daemon", "debian/tests/library",
                       "debian/tests/unit"):
            said = subprocess.run(["shellcheck", "--shell=sh", PACKAGING / script], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(said.returncode, 0, said.stdout)


class Debian(unittest.TestCase):
    """What the packages' scripts repeat of the units. tests/packaging/run debian12 builds, runs and purges them."""

    def setUp(self):
        self.scripts = {name: (PACKAGING / f"debian/cmagent.{name}").read_text() for name in ("prerm", "postrm")}
        self.units = {path.name.removesuffix(".in"): path.read_text() for path in PACKAGING.glob("systemd/cmagentd*.in")}

    def test_hazard_54_a_unit_that_is_enabled_waits_for_a_configuration(self):
        conditions = re.findall(r"^Condition\w+=\|(.*)$", self.units["cmagentd.service"], re.MULTILINE)
        self.assertEqual([pathlib.Path(each).name for each in conditions], ["cmagent.json", "cmagent.json", "*.json"])
        installed = re.findall(r"^install\((?:FILES|DIRECTORY)(.*?)\)", (PACKAGING / "CMakeLists.txt").read_text(),
                               re.MULTILINE | re.DOTALL)
        self.assertEqual([words for words in installed if ".json" in words and "examples" not in words], [],
                         "an example is no configuration")

    def test_hazard_55_a_removal_stops_the_socket_before_what_its_callers_would_start(self):
        stopped = re.search(r"deb-systemd-invoke stop (.*?) >", self.scripts["prerm"])[1].split()
        self.assertEqual(sorted(stopped), sorted(self.units))
        self.assertEqual((stopped[0], stopped[-1]), ("cmagentd.socket", "cmagentd.service"))

    def test_hazard_55_a_purge_knows_every_folder_file_user_and_group(self):
        deleted = re.search(r"rm -rf (.*)$", self.scripts["postrm"], re.MULTILINE)[1].split()
        service = self.units["cmagentd.service"]
        for kind, where in (("State", "/var/lib/"), ("Runtime", "/run/"), ("Cache", "/var/cache/"), ("Logs", "/var/log/")):
            for name in re.findall(rf"^{kind}Directory=(.*)$", service, re.MULTILINE):
                self.assertIn(where + name, deleted)
        restart = (PACKAGING / "systemd/restart.in").read_text()
        for name in re.findall(r"^\w+=(/run/\S+)", restart, re.MULTILINE):
            self.assertIn(name, deleted)
        self.assertIn("/etc/cmagent", deleted)
        accounts = re.findall(r"^([ug]) (\S+)", (PACKAGING / "systemd/cmagent.sysusers").read_text(), re.MULTILINE)
        groups = re.search(r"for group in (.*); do", self.scripts["postrm"])[1].split()
        self.assertEqual(sorted(groups), sorted({name for _, name in accounts}))
        self.assertEqual(re.findall(r"userdel --force (\S+)", self.scripts["postrm"]),
                         [name for kind, name in accounts if kind == "u"])

    def test_the_symbols_are_those_of_the_map(self):
        symbols = re.findall(r"^ (\w+)@", (PACKAGING / "debian/libcmagent0.symbols").read_text(), re.MULTILINE)
        exported = re.findall(r"^\s+(cmagent_\w+);", (ROOT / "agent/lib/cmagent.map").read_text(), re.MULTILINE)
        self.assertEqual([name for name in symbols if name != "CMAGENT_0"], sorted(exported))

    def test_what_is_built_is_named_with_its_needs(self):
        """The libraries of toolchains/dependencies.cmake."""
        control = (PACKAGING / "debian/control").read_text()
        for library in ("jsmn", "mbedtls", "microhttpd"):
            self.assertIn(f"lib{library}-dev", control)


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
