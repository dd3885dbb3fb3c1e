#!/usr/bin/env python3
"""What goes wrong on a box, as the operator sees it: for each fault the lines of the log, `cmagentctl status` and
`cmagentctl check`, each of which names the cause and what to do. `faults_test.py --print` prints them side by side."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import unittest

from stage import BIN, EMULATOR, Agent, Http, Program, Stage

ROOT = os.geteuid() == 0
# What a start would lack without it: a folder that even root may not write.
MOUNTS = ROOT and shutil.which("unshare") and subprocess.run(
    ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], check=False, capture_output=True).returncode == 0


def ctl(*words):
    return subprocess.run([str(word) for word in [*EMULATOR, BIN / "cmagentctl", *words]], capture_output=True, text=True,
                          timeout=120, check=False)


@contextlib.contextmanager
def hanging():
    """A port that accepts, and then says nothing: a proxy that hangs."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]


def closed_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class Box:
    """An agent with one fault."""

    def __init__(self, stage, fault):
        self.stage, self.fault = stage, fault
        self.folder = pathlib.Path(stage.folder)

    def url(self):
        return f"unix:{self.socket}" if hasattr(self, "socket") else f"http://127.0.0.1:{self.agent.port}"

    def launch(self, *, url=None, ca=None, cmsim=(), control=(), wrap=None, **over):
        cm = self.stage.cmsim(*cmsim)
        for fault, match in control:
            cm.fault(fault, **match)
        over.setdefault("cm", {}).update(connectTimeoutMs=700, requestTimeoutMs=700)
        Wrapped.wrap = wrap or []
        self.agent = self.stage.enter(Wrapped(self.stage.folder, url or cm.url, ca or cm.ca, over))
        return self.agent

    def look(self):
        """(lines of the log, status, check)"""
        answer = self.agent.start()
        if self.fault.check == "player" and answer.status == 201:
            self.agent.delete(f"/v1/sessions/{answer.json['id']}?clientKey=somebody-elses-0123")
        if self.fault.told:
            self.agent.line(self.agent.err, self.fault.told)
        checked = json.loads(ctl("--url", self.url(), "--json", "check").stdout)
        return self.lines(), self.agent.get("/v1/status").json, checked, answer

    def lines(self):
        return [line for line in self.agent.err if " warning " in line or " error " in line]


class Wrapped(Agent):
    """One whose program is begun by another: in a name space of its own."""

    wrap = []

    def launch(self, *options):
        binary = [*EMULATOR, BIN / "cmagentd"]
        argv = [*self.wrap, *binary, "--config", self.configuration, *options]
        Program.__init__(self, [str(word) for word in argv], self.label)
        line = self.line(self.err, "listening on http://")
        self.host, _, port = line.split("http://")[1].split()[0].rpartition(":")
        Http.__init__(self, self.host, int(port), self.token)


class Fault:
    """`told`: a part of the line of the log; `status`: where GET /v1/status tells of it, None: it tells of no such thing."""

    def __init__(self, name, make, check, cause, remedy, result="fault", told="", status=None, only=True):
        self.name, self.make, self.check, self.cause, self.remedy = name, make, check, cause, remedy
        self.result, self.told, self.status, self.only = result, told, status, only


def read_only(folder):
    """A name space in which the folder cannot be written."""
    return ["unshare", "-m", "sh", "-c", f'mount --bind "{folder}" "{folder}" && '
            f'mount -o remount,bind,ro "{folder}" && exec "$@"', "sh"]


def full(folder):
    return ["unshare", "-m", "sh", "-c", f'mount -t tmpfs -o size=4k none "{folder}" && '
            f'dd if=/dev/zero of="{folder}/fill" bs=4096 count=1 2>/dev/null; exec "$@"', "sh"]


def make_state(box, how):
    state = box.folder / "state"
    state.mkdir()
    return box.launch(state={"dir": str(state)}, wrap=how(state))


def make_vanished_command(box):
    command = box.folder / "stop.sh"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    agent = box.launch(player={"adapter": "exec", "stop": [str(command)]})
    command.chmod(0o644)
    return agent


def make_removed_socket(box):
    path = box.folder / "own" / "api.sock"
    path.parent.mkdir(mode=0o700)
    agent = box.launch(http={"listen": ["127.0.0.1:0", f"unix:{path}"]})
    path.unlink()
    return agent


def make_root_only_configuration(box):
    box.folder.chmod(0o755)
    agent = box.launch(process={"user": "nobody"}, state={"dir": "/tmp"})
    agent.configuration.chmod(0o600)
    return agent


def make_root_only_id(box):
    path = box.folder / "serial"
    path.write_text("stb-4711")
    path.chmod(0o600)
    box.folder.chmod(0o755)
    return box.launch(process={"user": "nobody"}, state={"dir": "/tmp"},
                      device={"metadata": {"deviceName": "box"}, "deviceIdFile": str(path)})


def make_refused_reload(box):
    agent = box.launch()
    agent.configuration.write_text("{")
    agent.process.send_signal(signal.SIGHUP)
    agent.line(agent.err, "configuration unchanged")
    return agent


def make_other_root(box):
    other = box.stage.cmsim()
    kept = box.folder / "other.pem"
    kept.write_text(other.ca.read_text())
    return box.launch(ca=kept)


def make_hanging(box):
    port = box.stage.port
    return box.launch(url=f"https://127.0.0.1:{port}/v2")


FAULTS = [
    Fault("wrong application id", lambda box: box.launch(cm={"applicationId": "no-such-app"}),
          "application", "401", "application id", told="unauthorized, status 401", status="cm"),
    Fault("no DNS", lambda box: box.launch(url="https://cm.invalid/v2"), "resolve", "", "name server",
          told="not-resolved", status="cm"),
    Fault("refused port", lambda box: box.launch(url=f"https://127.0.0.1:{closed_port()}/v2"), "connect",
          "Connection refused", "firewall", told="Connection refused", status="cm"),
    Fault("expired certificate", lambda box: box.launch(cmsim=("--bad-cert", "expired")), "tls",
          "certificate-expired", "renew", told="certificate-expired", status="cm"),
    Fault("certificate of the future (a wrong clock)", lambda box: box.launch(cmsim=("--bad-cert", "not-yet-valid")),
          "clock", "a certificate fails by it", "set the box's clock", told="certificate-not-yet-valid", status="cm"),
    Fault("a clock that is two hours off", lambda box: box.launch(control=[({"dateOffsetMs": 7_200_000}, {})]),
          "clock", "ahead of CM's", "set the box's clock", result="warning"),
    Fault("wrong host name", lambda box: box.launch(cmsim=("--bad-cert", "wrong-host")), "tls",
          "certificate-wrong-host", "captive portal", told="certificate-wrong-host", status="cm"),
    Fault("unknown authority", make_other_root, "tls", "certificate-untrusted", "cm.caFile",
          told="certificate-untrusted", status="cm"),
    Fault("pin of another key", lambda box: box.launch(cm={"pins": ["sha256/" + 43 * "A" + "="]}), "tls",
          "pin-mismatch", "cm.pins", told="pin-mismatch", status="cm"),
    Fault("a captive portal over TLS that is trusted", lambda box: box.launch(control=[({"portal": 302}, {})]),
          "application", "status 302", "captive portal", told="status 302", status="cm"),
    Fault("a proxy that hangs", make_hanging, "connect", "connect-timed-out", "firewall", told="connect-timed-out", status="cm"),
    Fault("CM answers 503", lambda box: box.launch(control=[({"status": 503}, {})]), "application", "status 503",
          "operator", told="status 503", status="cm"),
    Fault("CM does not answer", lambda box: box.launch(control=[({"silence": True}, {})]), "application", "timed-out",
          "firewall", told="timed-out", status="cm"),
    Fault("CM throttles", lambda box: box.launch(control=[({"status": 429, "leaseMs": 21000}, {})]), "application",
          "status 429", "wait", result="warning", told="throttled", status="cm"),
    Fault("a dead player", lambda box: box.launch(player={"adapter": "kodi", "url": f"tcp://127.0.0.1:{closed_port()}"}),
          "player", "Connection refused", "start it", told="did not reach it"),
    Fault("a player whose socket is missing", lambda box: box.launch(
        player={"adapter": "mpv", "socket": str(box.folder / "none.sock")}), "player", "No such file", "start it", told="did not reach it"),
    Fault("a player that does not answer", lambda box: box.launch(
        player={"adapter": "kodi", "url": f"tcp://127.0.0.1:{box.stage.port}"}), "player", "does not answer", "start it"),
    Fault("a command that cannot be executed", make_vanished_command, "player", "Permission denied", "right", told="did not reach it"),
    Fault("a read-only state folder", lambda box: make_state(box, read_only), "state", "Read-only file system",
          "state.dir", told="Read-only file system", status="state", only=MOUNTS),
    Fault("a full disk", lambda box: make_state(box, full), "state", "No space left", "state.dir",
          told="No space left", status="state", only=MOUNTS),
    Fault("a socket that was removed", make_removed_socket, "listen", "removed", "restart"),
    Fault("a configuration that SIGHUP refused", make_refused_reload, "configuration", "SIGHUP", "check-config",
          result="warning", told="configuration unchanged", status="configuration"),
    Fault("roots that the daemon's user cannot read", lambda box: box.launch(
        process={"user": "nobody"}, state={"dir": "/tmp"}), "file", "Permission denied", "SIGHUP", result="warning",
          only=ROOT),
    Fault("a configuration that the daemon's user cannot read", make_root_only_configuration, "file",
          "cmagent.json: Permission denied", "SIGHUP", result="warning", only=ROOT),
    Fault("a device id that is root's alone", make_root_only_id, "file", "serial: Permission denied", "SIGHUP",
          result="warning", only=ROOT),
]


def show(line):
    return f"{line['result']:8} {line['check']} {line.get('subject', '')}: {line['says']}" + \
        (f"; {line['remedy']}" if "remedy" in line else "")


def faulty(fault, then):
    """then(lines, status, check, answer) with an agent that has the fault."""
    with Stage() as stage, hanging() as stage.port:
        box = Box(stage, fault)
        fault.make(box)
        return then(*box.look())


class EachFaultIsNamed(unittest.TestCase):
    def test_by_the_check_with_what_to_do(self):
        for fault in FAULTS:
            with self.subTest(fault.name):
                if not fault.only:
                    self.skipTest("needs root and mounts")
                faulty(fault, lambda lines, status, check, answer, fault=fault: self.judge(fault, lines, status, check))

    def judge(self, fault, lines, status, check):
        found = [line for line in check["checks"] if line["check"] == fault.check and line["result"] != "ok"]
        self.assertTrue(found, check)
        said = show(found[-1])
        self.assertEqual(found[-1]["result"], fault.result, said)
        self.assertIn(fault.cause, said)
        self.assertIn(fault.remedy, said)
        self.assertEqual(check["ok"], not any(line["result"] == "fault" for line in check["checks"]))
        told = [line for line in lines if fault.told in line] if fault.told else []
        if fault.told and fault.status != "configuration":
            self.assertTrue(any(fault.remedy in line for line in told), lines)
        shown = {None: fault.cause + fault.remedy, "cm": json.dumps(status["cm"]["lastError"]),
                 "state": json.dumps(status["state"]["lastError"]),
                 "configuration": json.dumps(status["configuration"]["refused"]) + fault.cause + fault.remedy}[fault.status]
        self.assertNotIn(shown, ("null", ""))
        self.assertIn(fault.remedy, shown)
        if fault.status == "cm":
            self.assertIn(fault.told.split(", ")[-1].replace("status ", ""), shown)


class WithoutADaemon(unittest.TestCase):
    """`cmagentctl check` says why nobody can be asked, and what the start would say."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(Stage()).folder)

    def test_the_configuration_is_checked_instead(self):
        file = self.folder / "cmagent.json"
        file.write_text('{\n"cm": {"url": "https://cm.example/v2"},\n"nonsense": 1}')
        url = f"http://127.0.0.1:{closed_port()}"
        checked = ctl("--url", url, "check", "--config", file)
        self.assertEqual(checked.returncode, 1)
        self.assertEqual(checked.stdout, f"fault   daemon {url}: Connection refused; start it (restart one that hangs), or name its socket with --url\n")
        self.assertIn(f"{file}:3: nonsense", checked.stderr)
        told = json.loads(ctl("--url", url, "--json", "check", "--config", file).stdout)
        self.assertEqual((told["ok"], told["checks"][0]["says"]), (False, "Connection refused"))


class ATokenIsAskedFor(unittest.TestCase):
    def test_and_said_so(self):
        stage = self.enterContext(Stage())
        tokens = pathlib.Path(stage.folder) / "tokens"
        tokens.write_text("Uq3x_Tn-08vLcY2mZr7WdA\n")
        tokens.chmod(0o600)
        stage.cmsim()
        agent = stage.agent(http={"tokenFile": str(tokens)})
        url = f"http://127.0.0.1:{agent.port}"
        refused = ctl("--url", url, "check", "--config", agent.configuration)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("asks for a token; --token-file FILE", refused.stdout)
        self.assertEqual(ctl("--url", url, "--token-file", tokens, "check").returncode, 0)


def print_table():
    for fault in FAULTS:
        if not fault.only:
            continue

        def tell(lines, status, check, answer):
            print(f"\n### {fault.name}\n\n**log**\n```\n" + "\n".join(lines[-4:]) + "\n```\n**status**\n```\n" +
                  json.dumps({key: status.get(key) for key in ("cm", "state", "configuration")}, indent=1) +
                  "\n```\n**check**\n```\n" + "\n".join(show(line) for line in check["checks"] if line["result"] != "ok")
                  + "\n```")
        faulty(fault, tell)


if __name__ == "__main__":
    print_table() if "--print" in sys.argv else unittest.main()
