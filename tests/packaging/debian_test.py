"""The life of the Debian packages on a box: debian_test.py ROOT PACKAGES

ROOT is a Debian without compilers and without an init, PACKAGES the folder of what was built. Installed, run against a CM,
upgraded, removed, installed again, purged, with dpkg alone and no file of the packages changed. What systemd does at an
upgrade is said by the unit and done here by hand; the booted machine does it by systemd itself. A line for each step:
STEP|WHERE|SECONDS.
"""

import contextlib
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from stage import Http, Program, Stage, wait_for  # noqa: E402

BOX, PACKAGES = (pathlib.Path(word).resolve() for word in sys.argv[1:])
ALL = ("cmagent", "cmagent-dbgsym", "libcmagent0", "libcmagent-dev")
CONFIGURATION = BOX / "etc/cmagent/cmagent.json"
EXAMPLE = BOX / "usr/share/doc/cmagent/examples/cmagent.json"


@contextlib.contextmanager
def step(what, where="box, no compiler"):
    begun = time.monotonic()
    yield
    print(f"{what}|{where}|{time.monotonic() - begun:.0f}", flush=True)


def in_box(*argv, **more):
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    said = subprocess.run(["chroot", BOX, *argv], env=environment, capture_output=True, text=True, check=False, **more)
    assert said.returncode == 0, f"{argv}: {said.returncode}\n{said.stdout}\n{said.stderr}"
    return said.stdout + said.stderr


def file_of(package, folder=PACKAGES):
    return next(folder.glob(f"{package}_*.deb"))


def install(files):
    shutil.rmtree(BOX / "packages", ignore_errors=True)
    (BOX / "packages").mkdir()
    for file in files:
        shutil.copy(file, BOX / "packages")
    said = in_box("sh", "-c", "dpkg -i /packages/*.deb")
    shutil.rmtree(BOX / "packages")
    assert "warning" not in said, said


def newer(folder):
    """The same packages, of the next version: nothing but the number differs."""
    for package in ALL:
        tree = folder / package
        subprocess.run(["dpkg-deb", "-R", file_of(package), tree], check=True)
        control = tree / "DEBIAN/control"
        version = re.search(r"^Version: (.*)$", control.read_text(), re.MULTILINE)[1]
        control.write_text(control.read_text().replace(version, version + "+next"))
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, folder], check=True, stdout=subprocess.DEVNULL)
    return [file_of(package, folder) for package in ALL]


def daemons():
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "comm").read_text().strip() == "cmagentd" and (process / "root").resolve() == BOX:
                found.append(int(process.name))
    return found


class Daemon(Program, Http):
    """As the unit starts it: its user, the packaged places."""

    def __init__(self):
        (BOX / "var/lib/cmagent").mkdir(mode=0o700, exist_ok=True)
        in_box("chown", "cmagent:", "/var/lib/cmagent")
        Program.__init__(self, ["chroot", "--userspec=cmagent:cmagent", str(BOX), "/usr/bin/cmagentd"], "cmagentd")
        self.line(self.err, "listening on http://127.0.0.1:8790")
        Http.__init__(self, "127.0.0.1", 8790)

    def session(self, id):
        return self.get(f"/v1/sessions/{id}").json


def configure(cm):
    """README.Debian: the example, edited."""
    (BOX / "etc/cmagent/ca.pem").write_bytes(cm.ca.read_bytes())
    configuration = json.loads(EXAMPLE.read_text())
    configuration["cm"].update(url=cm.url, applicationId="demo-app", caFile="/etc/cmagent/ca.pem")
    CONFIGURATION.write_text(json.dumps(configuration))
    said = in_box("cmagentd", "--check-config")
    assert said == "", said


def files_of(word):
    found = in_box("find", "/", "-path", "/proc", "-prune", "-o", "-name", f"*{word}*", "-print")
    return found.splitlines()


class Packages(unittest.TestCase):
    def test_hazard_54_55_silent_until_configured_handed_over_and_forgotten(self):
        stage = self.enterContext(Stage())
        with step("install"):
            install(file_of(package) for package in ALL)
            assert daemons() == [] and not list((BOX / "etc/cmagent").glob("*.json")), "nobody has configured it"
            assert (BOX / "etc/systemd/system/multi-user.target.wants/cmagentd.service").is_symlink(), "enabled"
            assert not (BOX / "etc/systemd/system/sockets.target.wants").exists(), "for those who want it"
            assert in_box("getent", "passwd", "cmagent").startswith("cmagent:")
            said = subprocess.run(["chroot", BOX, "cmagentd"], capture_output=True, text=True, check=False, timeout=20)
            assert said.returncode == 78 and "/etc/cmagent/cmagent.json" in said.stderr, said
        unit = (BOX / "lib/systemd/system/cmagentd.service").read_text()
        handed_over = getattr(signal, re.search(r"^RestartKillSignal=(\w+)$", unit, re.MULTILINE)[1])

        cm = stage.cmsim(ttl=30)
        with step("run"):
            configure(cm)
            daemon = Daemon()
            session = daemon.post("/v1/sessions", {"idp": "mvpd", "subject": "household-1"}).json["id"]
            wait_for(lambda: daemon.session(session)["state"] == "active", "the session is active")
            assert "active" in in_box("cmagentctl", "sessions")
        with step("upgrade"):
            before = CONFIGURATION.read_text()
            folder = pathlib.Path(stage.folder) / "newer"
            folder.mkdir()
            install(newer(folder))
            assert CONFIGURATION.read_text() == before
            daemon.process.send_signal(handed_over)
            assert daemon.wait() == 0
            daemon = Daemon()
            wait_for(lambda: daemon.session(session)["state"] == "active", "the same session goes on")
            assert len(cm.sessions("running")) == 1 and len(cm.requests("init")) == 1 and not cm.sessions("ended"), "no DELETE"
        with step("remove"):
            assert daemon.stop() == 0
            assert [s["state"] for s in cm.sessions()] == ["ended"]
            in_box("dpkg", "-r", "cmagent-dbgsym", "cmagent")
            assert CONFIGURATION.exists() and not (BOX / "usr/bin/cmagentd").exists()
            install([file_of("cmagent", folder)])
            assert Daemon().stop() == 0, "installed again, it runs as it was configured"
        with step("purge"):
            in_box("dpkg", "-P", *reversed(ALL[2:]), "cmagent")
            assert daemons() == []
            assert files_of("cmagent") == [], files_of("cmagent")
            assert "cmagent" not in in_box("cat", "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"), "nor its user"


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=0)
