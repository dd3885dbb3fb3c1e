"""`cmagentctl report` and what else an operator is shown: secrets are planted wherever there is room for one, and then
searched for in every form."""

import base64
import json
import os
import pathlib
import subprocess
import unittest
import urllib.parse

from stage import BIN, EMULATOR, Agent, Stage, wait_for

TOKEN = "Planted_Token-08vLcY2mZr7WdA"
PLANTED = {
    "subject": "planted subject/1+2",
    "idp": "mvpd",
    "client key": "planted.client.key-0123456789",
    "token": TOKEN,
    "application id": "planted app-id/1",
    "other application id": "planted-news-id~2",
    "device id": "planted device id?3",
    "device name": "Planted Salon & Küche",
    "metadata of the app": "planted=channel 4",
    "password in a command": "--password=planted pass/5",
    "secret of a player": "planted-secret-file-6",
    "query of a player": "planted-query-8",
    "file of a token": "planted-not-a-word-7",
}
SECRETS = {name: value for name, value in PLANTED.items() if name != "idp"}


def forms(secret):
    """As it is, escaped, and wherever it may lie in a base64 text."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield urllib.parse.quote(secret, safe="")
    yield urllib.parse.quote_plus(secret)
    data = secret.encode()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        yield text[4 if before else 0:len(text) - 2]
    yield data.hex()


class Secrets(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.folder = pathlib.Path(self.stage.folder)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        return str(path)

    def box(self):
        sample = json.loads((pathlib.Path(__file__).parents[1] / "cmsim/policies.json").read_text())
        policies = self.policies_like(sample)
        self.cm = self.stage.cmsim("--policies", self.file("policies.json", json.dumps(policies)))
        self.tokens = self.file("tokens", f"{TOKEN}\n")
        agent_over = {
            "cm": {"applicationId": PLANTED["application id"],
                   "applications": {"news": PLANTED["other application id"]}},
            "http": {"listen": ["127.0.0.1:0"], "tokenFile": self.tokens},
            "device": {"metadata": {"deviceId": PLANTED["device id"], "deviceName": PLANTED["device name"]}},
            "players": {"e": {"adapter": "exec", "stop": ["/bin/true", PLANTED["password in a command"]]},
                        "t": {"adapter": "thunder", "url": f"ws://127.0.0.1:9/jsonrpc?token={PLANTED['query of a player']}", "callsign": "X",
                              "secretFile": self.file("thunder", PLANTED["secret of a player"])}},
        }
        Agent.token = TOKEN
        self.addCleanup(setattr, Agent, "token", None)
        return self.stage.agent(**agent_over)

    @staticmethod
    def policies_like(sample):
        text = json.dumps(sample)
        for at, name in enumerate(application["id"] for application in sample["applications"]):
            planted = [PLANTED["application id"], PLANTED["other application id"]]
            if at < 2:
                text = text.replace(json.dumps(name), json.dumps(planted[at]))
        return json.loads(text)

    def play(self, agent):
        """A grant, a limit with codes, a choice, an end from elsewhere, refusals that echo."""
        key = PLANTED["client key"]
        told = {"subject": PLANTED["subject"], "metadata": {"channel": PLANTED["metadata of the app"]}, "clientKey": key}
        first = agent.start(**told)
        self.assertEqual(first.status, 201, first.body)
        second = None
        for _ in range(8):
            second = agent.start(**told)
            if second.status == 409:
                break
        codes = [conflict["terminationCode"] for violation in second.json.get("violations", [])
                 for conflict in violation["conflicts"] if "terminationCode" in conflict]
        self.assertTrue(codes, second.body)
        agent.post(f"/v1/conflicts/{second.json['conflictId']}?clientKey={key}", {"terminate": codes[:1]})
        for session in self.cm.sessions("running")[:1]:
            self.cm.terminate(session["sessionId"], device=PLANTED["device name"])
        echo = json.dumps({"error": {"code": "echo", "message": " ".join(SECRETS.values())}})
        self.cm.fault({"status": 403, "contentType": "application/json", "body": echo}, call="metadata")
        self.cm.fault({"status": 403, "contentType": "application/json", "body": echo}, call="init")
        agent.start(**told)
        agent.get(f"/v1/streams?idp=mvpd&subject={urllib.parse.quote(PLANTED['subject'])}")
        agent.request("GET", "/v1/status", headers={"Authorization": f"Bearer {PLANTED['file of a token']}"})
        return codes

    def test_hazard_64_nothing_that_is_planted_is_shown(self):
        agent = self.box()
        codes = self.play(agent)
        url = f"http://127.0.0.1:{agent.port}"
        argv = [*EMULATOR, BIN / "cmagentctl", "--url", url, "--token-file", self.tokens]
        report = subprocess.run([*map(str, argv), "report", "--config", str(agent.configuration)], capture_output=True,
                                text=True, timeout=120, check=False,
                                env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"})
        self.assertEqual(report.returncode, 0, report.stderr)
        for part in ("version", "configuration", "status", "check", "metrics", "events", "history"):
            self.assertIn(f"== {part} ==", report.stdout)
        for missing in ("not to be had", "cannot be run"):
            self.assertNotIn(missing, report.stdout)
        self.assertIn('"heartbeatPercent"', report.stdout, "the configuration")
        self.assertIn("playback-stop", report.stdout)
        wait_for(lambda: any("unauthorized" in line for line in agent.err), "the refusal is in the log")
        shown = {"report": report.stdout + report.stderr, "log": "\n".join(agent.err),
                 "status": agent.get("/v1/status").body.decode(), "metrics": agent.get("/metrics").body.decode(),
                 "history": agent.get("/v1/history").body.decode(), "check": agent.get("/v1/check").body.decode()}
        secrets = {**SECRETS, **{f"code {code}": code for code in codes}}
        for where, text in shown.items():
            for name, secret in secrets.items():
                for form in forms(secret):
                    with self.subTest(where=where, secret=name, form=form):
                        self.assertNotIn(form, text)

    def test_what_a_full_disk_does_not_take_is_not_done(self):
        box = self.box()
        ctl = [*EMULATOR, BIN / "cmagentctl", "--url", f"http://127.0.0.1:{box.port}", "--token-file", self.tokens]
        daemon = [*EMULATOR, BIN / "cmagentd", "--config", box.configuration]
        for argv, status in (([*ctl, "report", "--config", box.configuration], 1), ([*ctl, "--json", "status"], 1),
                             ([*ctl, "--version"], 1), ([*daemon, "--print-config"], 70), ([*daemon, "--version"], 70)):
            with self.subTest(argv[-1]), open("/dev/full", "w", encoding="utf-8") as full:
                run = subprocess.run([str(word) for word in argv], stdout=full, stderr=subprocess.PIPE, text=True,
                                     timeout=60, check=False)
                self.assertEqual(run.returncode, status, run.stderr)
                self.assertIn("standard output: No space left on device", run.stderr)


if __name__ == "__main__":
    unittest.main()
