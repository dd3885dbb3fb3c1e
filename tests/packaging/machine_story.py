"""The story of a package on a booted machine with systemd: see tests/packaging/machine.

Nothing of the package is changed: what differs from its defaults is configuration, the drop-ins of its own examples, and
what an operator types.
"""

import argparse
import base64
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

SOURCE = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("CMAGENT_BIN", str(SOURCE / "build/dev/bin"))
sys.path += [str(SOURCE / "tests/e2e"), str(SOURCE / "tests/qemu")]
import machine  # noqa: E402
import stage  # noqa: E402

LEASE_SECONDS = 60
PATIENCE = 120  # everything is emulated
TOKEN = "a-token-that-was-drawn-at-random-3141592"
CONFIGURATION = "/etc/cmagent/cmagent.json"
CTL = "cmagentctl --token-file /root/token"


def readme_configuration(cm_port):
    """The one of the README, for this machine's CM, with what native apps, secrets and players of others need."""
    text = (SOURCE / "README.md").read_text()
    block = next(b for b in re.findall(r"```json\n(.*?)```", text, re.DOTALL) if '"applicationId"' in b)
    configuration = json.loads(block)
    configuration["cm"].update(url=f"https://cm.test:{cm_port}/v2", applicationId="demo-app", caFile="/etc/ssl/cm.pem")
    configuration["http"].update(socketGroup="cmagent-apps", tokenFile="$CREDENTIALS_DIRECTORY/cmagent_tokens")
    configuration["http"]["listen"].append("unix:/run/cmagent/api.sock")
    configuration["players"]["kitchen"] = {"adapter": "process", "name": "tvplayer"}
    for player in configuration["players"].values():
        player["stopDeadlineMs"] = 30000  # a command takes seconds on an emulated machine that has to share
    return configuration


class Container(machine.Box):
    """A box under systemd-nspawn: its own systemd, on this machine's kernel and in the network of this process."""

    def __init__(self, root, console_file):
        self.process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot", f"--directory={root}", "--console=pipe"],
            stdin=subprocess.DEVNULL, stdout=open(console_file, "w"), stderr=subprocess.STDOUT)
        self.children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            stage.wait_for(lambda: self.try_run("systemctl is-active multi-user.target")[1] == "0", "it has booted", 120)
        except BaseException:  # an interruption as well: no container stays behind
            self.kill()
            raise

    def try_run(self, command, patience=180):
        first = (self.children.read_text().split() or ["0"])[0]  # another one in the beginning
        said = subprocess.run(["nsenter", f"--target={first}", "--mount", "--uts", "--ipc", "--pid", "--cgroup", "sh", "-c", command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env={"PATH": os.environ["PATH"], "HOME": "/root"}, timeout=patience, check=False)
        return said.stdout.rstrip("\n"), str(said.returncode)

    def power_off(self, patience=60):
        self.try_run("systemctl poweroff")
        return self.process.wait(patience)

    def kill(self):
        if self.process.poll() is None:
            for first in self.children.read_text().split():
                os.kill(int(first), signal.SIGKILL)  # and all others of the container with it
            self.process.kill()
            self.process.wait()


class Story:
    def __init__(self, box, cm, cm_port):
        self.box, self.cm, self.cm_port = box, cm, cm_port
        self.began = time.monotonic()
        self.configuration = readme_configuration(cm_port)

    def tell(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    # --- Hands ---------------------------------------------------------------------------------------------

    def write(self, path, text, mode="644"):
        coded = base64.b64encode(text.encode()).decode()
        self.box.run(f"rm -f /tmp/coded; mkdir -p $(dirname {path})")
        for at in range(0, len(coded), 2000):
            self.box.run(f"echo {coded[at:at + 2000]} >>/tmp/coded")
        self.box.run(f"base64 -d /tmp/coded >{path}.new && chmod {mode} {path}.new && mv {path}.new {path}")

    def configure(self, **over):
        configuration = json.loads(json.dumps(self.configuration))
        for section, members in over.items():
            configuration.setdefault(section, {}).update(members)
        self.write(CONFIGURATION, json.dumps(configuration, indent=1))

    def unit(self, *names, unit="cmagentd"):
        said = self.box.run(f"systemctl show {unit} -p {','.join(names)}")
        values = dict(line.partition("=")[::2] for line in said.splitlines())
        return values[names[0]] if len(names) == 1 else [values[name] for name in names]

    def wait(self, condition, what, patience=PATIENCE):
        try:
            return stage.wait_for(condition, what, patience)
        except AssertionError:
            print(what, self.box.try_run("systemctl status --no-pager cmagentd cmagentd-repair; journalctl -b --no-pager "
                                   "-n 40 -u 'cmagentd*'")[0], file=sys.stderr)
            raise

    def in_state(self, state, unit="cmagentd", patience=PATIENCE):
        self.wait(lambda: self.unit("ActiveState", unit=unit) == state, f"{unit} is {state}", patience)

    def journal(self, since="-10min"):
        return self.box.run(f"journalctl -b --no-pager -o cat -u cmagentd --since={since} || true")

    def now(self):
        return self.box.run("date +@%s.%N")

    def ctl(self, words):
        return json.loads(self.box.run(f"{CTL} --json {words}"))

    def play(self, subject, player=""):
        option = f"--player {player}" if player else ""
        return self.ctl(f"start --idp mvpd --subject {subject} {option}")["id"]

    def session(self, id):
        return self.ctl(f"sessions {id}")

    def at_cm(self, subject):
        return [s["state"] for s in self.cm.sessions() if s["subject"] == subject]

    def calls(self, call):
        return sum(self.cm.status()["requests"].get(call, {}).values())

    def tell_all(self, first):
        """The chapters, in their order; `first` leaves out what the others can do without."""
        self.install("first.deb")
        self.first_start()
        self.app_of_the_group()
        chapters = [lambda: self.stops("kitchen", "tvplayer"),
                    lambda: self.stops("tuner", "tunerplayer"), lambda: self.killed(self.upgrade("second.deb")),
                    self.broken_reload, self.broken_file, self.stopped_and_disabled, self.port_taken,
                    self.folder_missing, self.socket_activation, self.drop_ins]
        names = [getattr(c, "__name__", "") for c in chapters]
        for chapter in chapters[names.index(first) if first else 0:]:
            chapter()
        self.remove()

    # --- The chapters ------------------------------------------------------------------------------------

    def prepare(self):
        """What the box has of its own: CM's root, a user with players, a group."""
        self.write("/etc/ssl/cm.pem", self.cm.ca.read_text())
        self.write("/root/token", TOKEN + "\n", "600")
        self.write("/usr/bin/tuner", '#!/bin/sh\ncase $1 in stop) pkill -x tunerplayer ;; is-off) ! pgrep -x tunerplayer >/dev/null ;; esac\n', "755")
        self.write("/usr/bin/stage_mpv", (SOURCE / "tests/packaging/mpv_stand_in.py").read_text(), "755")
        self.box.run("useradd --create-home tv; "
                     "for name in tvplayer tunerplayer; do cp /bin/sleep /usr/bin/$name; done")

    def install(self, package):
        said = self.box.run(f"dpkg -i /root/{package} 2>&1", 300)
        self.box.run("systemctl is-enabled cmagentd")
        assert self.unit("ActiveState", "ConditionResult", "SubState") == ["inactive", "no", "dead"], said
        assert self.box.try_run("systemctl is-failed cmagentd")[1] != "0"
        assert "cmagentd" not in self.box.run("ps -e -o comm=")
        self.tell("installed, not configured: enabled, not started, not failed")

    def first_start(self):
        self.write("/etc/cmagent/credentials/tokens", TOKEN + "\n", "600")
        self.configure()
        self.box.run("systemctl start cmagentd")
        self.in_state("active")
        assert "warning" not in self.box.run("systemctl status --no-pager cmagentd || true").lower()
        status = dict(line.partition(":")[::2] for line in
                      self.box.run("cat /proc/$(systemctl show cmagentd -P MainPID)/status").splitlines())
        assert status["NoNewPrivs"].strip() == "1", status
        assert int(status["CapEff"], 16) == 1 << 5, status
        assert self.box.run("stat -c %U:%G:%a /run/cmagent /run/cmagent/api.sock /var/lib/cmagent").split() == [
            "cmagent:cmagent:755", "cmagent:cmagent-apps:660", "cmagent:cmagent:700"]
        # A container may not let anybody.
        niceness = "-10" if self.lets("nice", -20, 40) else self.box.run("ps -o ni= -p 1").strip()
        assert set(self.threads("ni")) == {niceness}, self.threads("ni")
        left = self.box.run("grep '^Max nice' /proc/$(systemctl show cmagentd -P MainPID)/limits")
        assert left.split()[3:5] == ["0", "0"], left
        self.tell(f"its niceness is {niceness}, its right to more is given up")
        self.tell("configured as the README has it, tokens and rights of root alone: runs, as cmagent, with CAP_KILL alone")

    def threads(self, column):
        return self.box.run(f"ps -L -o {column}= -p $(systemctl show cmagentd -P MainPID)").split()

    def lets(self, limit, value, raw):
        """Whether this system has a unit's Limit…= come true."""
        said, _ = self.box.try_run(f"systemd-run --quiet --pipe --wait -p Limit{limit.upper()}={value} "
                                   f"prlimit --{limit} --noheadings -o SOFT")
        return said.split() == [str(raw)]

    def app_of_the_group(self):
        url = "--url unix:/run/cmagent/api.sock"
        self.box.run("cp /root/token /home/tv/token; chown tv /home/tv/token")
        as_tv = f"runuser -u tv -- cmagentctl {url} --token-file /home/tv/token status"
        assert self.box.try_run(as_tv)[1] != "0", "tv is no member yet"
        self.box.run("usermod -aG cmagent-apps tv")
        self.box.run(as_tv)
        self.box.run("groupadd viewers; usermod -aG viewers cmagent")
        self.configure(http={"socketGroup": "viewers"})
        self.box.run("systemctl restart cmagentd")
        self.in_state("active")
        assert self.box.run("stat -c %G:%a /run/cmagent/api.sock") == "viewers:660"
        self.configure()
        self.box.run("systemctl restart cmagentd")
        self.in_state("active")
        self.tell("unix:/run/cmagent/api.sock: refused to a stranger, open to a member of cmagent-apps; of another group, "
                  "where cmagent is a member of it")

    def stops(self, player, name):
        """A player of another user, stopped because CM says so."""
        self.box.run(f"systemd-run --quiet --unit={name} --uid=tv /usr/bin/{name} 9999")
        self.wait(lambda: self.box.try_run(f"pgrep -x {name}")[1] == "0", f"{name} plays")
        id = self.play(f"of-{player}", player)
        (cm_session,) = [s["sessionId"] for s in self.cm.sessions("running") if s["subject"] == f"of-{player}"]
        begun = time.monotonic()
        self.box.run(f"{CTL} stop {id}")
        ended = self.wait(lambda: (s := self.session(id))["state"] == "ended" and s, "the session has ended")
        assert ended["playback"] == "stopped", ended
        assert self.box.try_run(f"pgrep -x {name}")[1] != "0"
        self.wait(lambda: cm_session not in [s["sessionId"] for s in self.cm.sessions("running")], "CM knows")
        self.tell(f"{player} ({self.configuration['players'][player]['adapter']}): another user's player was stopped and "
                  f"verified within {time.monotonic() - begun:.1f} s")

    def upgrade(self, package):
        id = self.play("upgraded")
        before, ends = self.unit("MainPID"), self.calls("end")
        self.box.run(f"dpkg -i /root/{package} 2>&1", 300)
        self.in_state("active")
        assert self.unit("MainPID") != before, "the old program still runs"
        session = self.wait(lambda: (s := self.session(id))["state"] == "active" and s, "the same session")
        assert (self.at_cm("upgraded"), self.calls("end")) == (["running"], ends)
        self.tell("upgraded: another process, the same session, no DELETE at CM")
        self.box.run("systemctl restart cmagentd")
        assert self.session(id)["cmSessionId"] == session["cmSessionId"]
        assert (self.at_cm("upgraded"), self.calls("end")) == (["running"], ends)
        return id

    def killed(self, id):
        before = self.unit("MainPID")
        self.box.run("kill -9 $(systemctl show cmagentd -P MainPID)")
        begun = time.monotonic()
        self.wait(lambda: self.unit("ActiveState", "MainPID")[0] == "active" and self.unit("MainPID") not in (before, "0"),
                  "it runs again")
        self.wait(lambda: self.session(id)["state"] == "active", "the same session")
        assert self.at_cm("upgraded") == ["running"]
        self.tell(f"kill -9: runs again after {time.monotonic() - begun:.1f} s, with the same session")

    def broken_reload(self):
        pid = self.unit("MainPID")
        self.write(CONFIGURATION, '{"cm": {"url": "https://cm.test:8443/v2",\n "colour": "red"}}')
        since = self.now()
        said, status = self.box.try_run("systemctl reload cmagentd 2>&1")
        assert status != "0", said
        assert "cmagent.json:2:" in self.journal(since), self.journal(since)
        assert (self.unit("MainPID"), self.unit("ActiveState")) == (pid, "active")
        self.configure(session={"graceSeconds": 7})
        self.box.run("systemctl reload cmagentd")
        self.wait(lambda: "configuration read again" in self.journal(since), "it was read again")
        assert self.unit("MainPID") == pid
        self.tell("reload: of a broken file it fails, with the line in the journal, and the daemon plays on; of a good one "
                  "it is taken")

    def broken_file(self):
        good = self.box.run(f"base64 -w0 {CONFIGURATION}")
        for broken, repair, what in (
                (f"echo '{{' >{CONFIGURATION}", f"echo {good} | base64 -d >{CONFIGURATION}", "a broken file"),
                ("mv /etc/cmagent/credentials/tokens /root/moved", "mv /root/moved /etc/cmagent/credentials/tokens",
                 "tokens that are missing"),
                ("mv /usr/bin/tuner /root/tuner", "mv /root/tuner /usr/bin/tuner", "a command that is missing")):
            self.box.run(broken)
            since = self.now()
            assert self.box.try_run("systemctl restart cmagentd 2>&1")[1] != "0"
            self.in_state("failed")
            assert self.unit("ExecMainStatus") == "78", self.unit("ExecMainStatus")
            time.sleep(15)
            assert self.unit("ActiveState", "NRestarts") == ["failed", "0"]
            assert self.journal(since).count("Failed with result") == 1, self.journal(since)
            begun = time.monotonic()
            self.box.run(repair)
            self.in_state("active", patience=60)
            self.in_state("inactive", "cmagentd-repair")
            self.tell(f"{what}: 78, tried once; repaired: runs again by itself after {time.monotonic() - begun:.1f} s")

    def stopped_and_disabled(self):
        good = self.box.run(f"base64 -w0 {CONFIGURATION}")
        for word in ("stop", "disable"):
            self.box.run(f"echo '{{' >{CONFIGURATION}")
            self.box.try_run("systemctl restart cmagentd")
            self.in_state("failed")
            self.in_state("active", "cmagentd-repair")
            self.box.run(f"systemctl {word} cmagentd 2>&1")
            self.box.run(f"echo {good} | base64 -d >{CONFIGURATION}")
            time.sleep(25)
            assert self.unit("ActiveState") == "failed", word
            self.in_state("inactive", "cmagentd-repair")
        self.box.run("systemctl enable cmagentd 2>&1; systemctl start cmagentd")
        self.in_state("active")
        self.tell("what the operator has stopped, or disabled, is not started by a repaired file")

    def port_taken(self):
        self.box.run("systemctl stop cmagentd")
        self.box.run("systemd-run --quiet --unit=stranger python3 -c "
                     + shlex.quote("import socket,time; s=socket.create_server(('127.0.0.1',8790)); time.sleep(9999)"))
        time.sleep(2)
        since = self.now()
        assert self.box.try_run("systemctl start cmagentd 2>&1")[1] != "0"
        time.sleep(30)
        restarts = int(self.unit("NRestarts"))
        assert "status=69" in self.journal(since) and restarts <= 6, (restarts, self.journal(since))
        self.wait(lambda: int(self.unit("NRestarts")) >= 2, "it is tried again and again")  # a start may take 20 s
        self.box.run("systemctl stop stranger")
        begun = time.monotonic()
        self.in_state("active", patience=90)
        assert "127.0.0.1:8790" in self.journal(since)
        self.tell(f"the port was a stranger's: 69, {restarts} restarts in 30 s, and back "
                  f"{time.monotonic() - begun:.1f} s after it was free")

    def folder_missing(self):
        """What systemd itself cannot do: as 69."""
        self.box.run("systemctl stop cmagentd; mv /etc/cmagent/credentials /root/folder")
        since = self.now()
        assert self.box.try_run("systemctl start cmagentd 2>&1")[1] != "0"
        time.sleep(20)
        tried = self.journal(since).count("Failed with result")
        assert "CREDENTIALS" in self.journal(since) and 1 <= tried <= 4, (tried, self.journal(since))
        self.box.run("mv /root/folder /etc/cmagent/credentials")
        self.in_state("active", patience=90)
        self.tell(f"no folder of credentials, which systemd asks for: {tried} tries in 20 s, and back when it is there")

    def socket_activation(self):
        self.box.run("systemctl stop cmagentd; systemctl enable --now cmagentd.socket 2>&1")
        assert self.box.run("stat -c %U:%G:%a /run/cmagent/api.sock") == "root:cmagent-apps:660"
        assert self.unit("ActiveState") == "inactive"
        self.box.run(f"{CTL} --url unix:/run/cmagent/api.sock status")
        self.in_state("active")
        self.box.run("runuser -u tv -- cmagentctl --url unix:/run/cmagent/api.sock --token-file /home/tv/token status")
        assert self.box.run("stat -c %U:%G:%a /run/cmagent/api.sock") == "root:cmagent-apps:660", "it is still systemd's"
        self.box.run("systemctl restart cmagentd")
        self.box.run(f"{CTL} status; {CTL} --url unix:/run/cmagent/api.sock status")
        # A file that is broken, and callers that do not give up: neither a loop nor a socket that gives up for good.
        good = self.box.run(f"base64 -w0 {CONFIGURATION}")
        self.box.run(f"echo '{{' >{CONFIGURATION}")
        since = self.now()
        self.box.try_run("systemctl restart cmagentd")
        self.box.run("systemd-run --quiet --unit=caller sh -c "
                     "'while :; do timeout 2 cmagentctl --url unix:/run/cmagent/api.sock status; done'")
        time.sleep(40)
        assert self.unit("ActiveState", unit="cmagentd.socket") == "active"
        tried = self.journal(since).count("cmagent.json:")
        assert tried <= 7, (tried, self.journal(since))
        self.box.run(f"systemctl stop caller; echo {good} | base64 -d >{CONFIGURATION}")
        self.in_state("active", patience=60)
        self.box.run("systemctl disable --now cmagentd.socket 2>&1; systemctl restart cmagentd")
        self.tell(f"socket activation: the same sockets for the same group, over a restart; with a broken file and a caller "
                  f"that does not give up {tried} starts in 40 s, and repaired it runs")

    def drop_ins(self):
        """mpv of another user, whose socket is his alone, and in /tmp; a secret where it is."""
        examples = "/usr/share/doc/cmagent/examples/cmagentd.service.d"
        if self.box.try_run(f"test -d {examples}")[1] != "0":
            raise AssertionError("the package has no examples")
        self.box.run("systemd-run --quiet --unit=mpv --uid=tv -p UMask=0077 /usr/bin/stage_mpv /tmp/mpv.sock")
        self.wait(lambda: self.box.try_run("test -S /tmp/mpv.sock")[1] == "0", "mpv's socket")
        self.box.run("mkdir -p /etc/systemd/system/cmagentd.service.d; "
                     f"cp {examples}/*.conf /etc/systemd/system/cmagentd.service.d; "
                     "mkdir -p /etc/ssl/private; echo a-secret >/etc/ssl/private/box.key; systemctl daemon-reload")
        self.configure(players={"bedroom": {"adapter": "mpv", "socket": "/tmp/mpv.sock"}}, process={"realtime": True})
        self.box.run("systemctl restart cmagentd")
        self.in_state("active")
        classes = sorted(self.threads("cls"))
        assert classes == [*(["FF"] if self.lets("rtprio", 1, 1) else ["TS"]), "TS", "TS", "TS"], classes
        assert self.box.run("ps -o user= -p $(systemctl show cmagentd -P MainPID)").strip() == "tv"
        self.box.run("test -r /run/credentials/cmagentd.service/box.key")
        id = self.play("of-mpv", "bedroom")
        self.box.run(f"{CTL} stop {id}")
        ended = self.wait(lambda: (s := self.session(id))["state"] == "ended" and s, "the session has ended")
        assert ended["playback"] == "stopped", ended
        self.tell("the drop-ins of the examples: the daemon as the player's user stops mpv, whose socket is his alone, in /tmp")
        self.box.run("rm -r /etc/systemd/system/cmagentd.service.d; systemctl daemon-reload; systemctl restart cmagentd")
        assert self.box.run("ps -o user= -p $(systemctl show cmagentd -P MainPID)").strip() == "cmagent"

    def remove(self):
        self.play("last")
        self.box.run("dpkg -r cmagent 2>&1", 300)
        self.wait(lambda: self.at_cm("last") == ["ended"], "CM was told")
        assert "cmagentd" not in self.box.run("ps -e -o comm=")
        assert self.box.try_run("systemctl is-failed cmagentd cmagentd-repair")[1] != "0"
        self.tell("removed: stopped, and the session was ended at CM")
        self.box.run("dpkg -P cmagent 2>&1", 300)
        left = self.box.run("find / -xdev -name '*cmagent*'; find /run -name '*cmagent*'; "
                            "grep -l cmagent /etc/passwd /etc/group /etc/shadow; true")
        assert left == "", left
        self.tell("purged: nothing of it is left")


def main():
    parser = argparse.ArgumentParser(prog="tests/packaging/machine")
    parser.add_argument("name")
    parser.add_argument("root", help="of a container; or the image of a machine")
    parser.add_argument("--boot", nargs=2, metavar=("KERNEL", "INITRD"), help="a machine")
    parser.add_argument("--keep-console", default=os.devnull)
    parser.add_argument("--from", dest="first", default="", metavar="CHAPTER", help="for who writes them")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory(prefix="cmagent-machine-") as temporary:
        folder = pathlib.Path(temporary)
        cm = stage.Cmsim(folder, "--san", "cm.test", ttl=LEASE_SECONDS)
        box = None
        try:
            began = time.monotonic()
            port = urllib.parse.urlparse(cm.url).port
            if options.boot:
                box = machine.Machine("amd64", *options.boot, port, options.keep_console, (
                    "-drive", f"file={options.root},if=virtio,format=raw,snapshot=on", "-serial", "stdio",
                    "-serial", "null", "-monitor", "none"), "root=/dev/vda rw mitigations=off")
                port = machine.CM_ADDRESS.partition(":")[2]
            else:
                box = Container(options.root, options.keep_console)
            story = Story(box, cm, port)
            story.began = began
            story.tell("booted: " + box.run("systemctl --version | head -n 1; uname -r").replace("\n", ", kernel "))
            story.prepare()
            story.tell_all(options.first)
            box.power_off()
        except BaseException:
            if box:
                print(box.try_run("journalctl -b --no-pager -n 60", 60)[0], file=sys.stderr)
            raise
        finally:
            if box:
                box.kill()
            cm.kill()
    print(f"{options.name}: the whole story within {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
