"""What an operator sees: metrics, their dashboard, and the status that goes with them."""

import json
import pathlib
import re
import shutil
import signal
import subprocess
import time
import unittest

from stage import ROOT, Stage, wait_for

DASHBOARD = ROOT / "platform/packaging/grafana.json"
PROMTOOL = shutil.which("promtool") or ROOT / "build/tools/usr/bin/promtool"
PACKAGING = ROOT / "platform/packaging/README.md"
CONTRACT = ROOT / "agent/ui/contract.md"


def names_in(text):
    return set(re.findall(r"cmagent_[a-z_]+", text))


def families(text):
    """Name → type of each metric of a text in Prometheus' format."""
    return dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))


def value(box, line):
    found = re.search(rf"^{re.escape(line)} (\S+)$", box.get("/metrics").body.decode(), re.MULTILINE)
    return float(found.group(1)) if found else None


class Metrics(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=60)

    def playing(self):
        box = self.stage.agent()
        self.assertEqual(box.start().status, 201)
        wait_for(lambda: value(box, "cmagent_state_on_flash") == 1, "the state is on flash")
        return box

    def test_contract_and_dashboard_name_what_is_there(self):
        there = families(self.playing().get("/metrics").body.decode())
        table = CONTRACT.read_text().split("### Metrics")[1].split("\n## ")[0]
        rows = "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
        self.assertEqual(names_in(rows), set(there))
        panels = json.loads(DASHBOARD.read_text())["panels"]
        used = names_in(" ".join(target["expr"] for panel in panels for target in panel.get("targets", [])))
        shown = set(there) | {f"{name}{part}" for name, type in there.items() if type == "histogram"
                              for part in ("_bucket", "_sum", "_count")}
        alerts = PACKAGING.read_text().split("## Whose eyes")[1].split("\n## ")[0]
        self.assertEqual((used | names_in(alerts)) - shown, set())
        self.assertGreater(len(used), 12)

    def test_format(self):
        text = self.playing().get("/metrics").body.decode()
        self.assertTrue(text.endswith("\n"))
        there, seen, before = families(text), set(), None
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            name, labels, number = re.fullmatch(r"(\w+)(\{[^}]*\})? (-?[0-9.]+)", line).groups()
            family = name if name in there else re.sub(r"_(bucket|sum|count)$", "", name)
            self.assertIn(family, there, line)
            self.assertNotIn((name, labels), seen, line)
            self.assertTrue(family == before or not any(of == family for of, _ in seen), f"{line}: stands apart")
            seen |= {(name, labels), (family, None)}
            before = family
            self.assertEqual(there[family] == "counter", family.endswith("_total"), line)
            float(number)

    def test_connections_are_counted_as_cm_counts_them(self):
        box = self.playing()
        metrics = dict(re.findall(r"^cmagent_(\w+) (\d+)$", box.get("/metrics").body.decode(), re.MULTILINE))
        self.assertEqual(int(metrics["cm_requests_total"]), len(self.cm.requests()))
        self.assertEqual(int(metrics["cm_connections_total"]), self.cm.status()["connectionsOpened"])
        self.assertEqual(metrics["cm_connection_failures_total"], "0")
        self.assertGreater(int(metrics["cm_sent_bytes_total"]), 0)
        self.assertGreater(int(metrics["cm_received_bytes_total"]), 0)

    @unittest.skipUnless(pathlib.Path(PROMTOOL).exists(), "needs promtool: tests/e2e/prepare")
    def test_promtool_has_nothing_to_say(self):
        told = subprocess.run([PROMTOOL, "check", "metrics"], input=self.playing().get("/metrics").body,
                              capture_output=True, timeout=60)
        self.assertEqual((told.returncode, told.stdout + told.stderr), (0, b""))

    def test_calls_are_counted_by_who_makes_them(self):
        box = self.playing()
        self.assertEqual(value(box, 'cmagent_cm_calls_total{call="start",outcome="accepted"}'), 1)
        self.assertEqual(value(box, 'cmagent_cm_call_seconds_count{call="start"}'), 1)
        self.assertEqual(value(box, 'cmagent_cm_call_seconds_bucket{call="start",le="+Inf"}'), 1)
        self.assertEqual(value(box, 'cmagent_cm_handshakes_total{kind="full"}'),
                         1 - value(box, 'cmagent_cm_handshakes_total{kind="resumed"}'))
        ends = value(box, "cmagent_cm_certificate_end_time_seconds")
        days = box.get("/v1/status").json["cm"]["certificate"]["daysLeft"]
        self.assertAlmostEqual(days, (ends - time.time()) / 86400, delta=1)

    def test_a_reload_that_was_refused_is_told_until_one_is_taken(self):
        box = self.playing()
        right = box.configuration.read_text()
        box.configuration.write_text(right.replace('"cm"', '"cmm"', 1))
        box.process.send_signal(signal.SIGHUP)
        refused = wait_for(lambda: box.get("/v1/status").json["configuration"]["refused"], "the refusal is told")
        self.assertIn("cmm", refused)
        self.assertEqual(value(box, 'cmagent_reloads_total{outcome="refused"}'), 1)
        box.configuration.write_text(right)
        box.process.send_signal(signal.SIGHUP)
        wait_for(lambda: box.get("/v1/status").json["configuration"]["refused"] is None, "the reload is taken")
        self.assertEqual(value(box, 'cmagent_reloads_total{outcome="taken"}'), 1)

    def test_hazard_61_a_wrong_application_id_is_found_without_a_viewer(self):
        box = self.stage.agent(cm={"applications": {"news": "a-wrong-id"}})
        self.assertEqual(box.get("/v1/status").json["cm"]["reachable"], "unknown")
        cm = wait_for(lambda: (cm := box.get("/v1/status").json["cm"]) and
                      cm["applications"] == {"default": "known", "news": "refused"} and cm, "CM was asked")
        self.assertEqual(cm["lastError"]["application"], "news")
        self.assertIn("application id", cm["lastError"]["message"])
        self.assertIs(cm["reachable"], True, "CM has answered")
        self.assertEqual(value(box, "cmagent_cm_refused_applications"), 1)
        self.assertIn("status 401", box.line(box.err, "question for metadata of news"))
        self.assertNotIn("a-wrong-id", "\n".join(box.err) + box.get("/v1/status").body.decode())
