"""The daemon's own life: start, signals, crash, restart, exit statuses; and cmagentctl beside it."""

import json
import pathlib
import re
import signal
import subprocess
import unittest

from stage import BIN, EMULATOR, ROOT, Events, Stage, wait_for


def run(program, *words):
    argv = [str(w) for w in [*EMULATOR, BIN / program, *words]]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)


def on_flash(box):
    """CM's name of a session stands in a slot of the state."""
    return any(b'"cm":' in slot.read_bytes() for slot in box.folder.glob("state-*"))


class Daemon(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())

    def test_sigterm_ends_every_session_at_cm(self):
        cm = self.stage.cmsim()
        box = self.stage.agent()
        box.start()
        box.start("another")
        self.assertEqual(box.stop(), 0)
        self.assertEqual([s["state"] for s in cm.sessions()], ["ended", "ended"])

    def test_every_listener_hears_the_end(self):
        self.stage.cmsim()
        box = self.stage.agent(player={"adapter": "exec", "stop": ["true"]})
        id = box.start().json["id"]
        listeners = [Events(box) for _ in range(3)]
        box.stop()
        for events in listeners:
            self.assertEqual(events.next("session-ended", sessionId=id)["data"]["endReason"], "shutdown")

    def test_sigterm_keeps_sessions_where_so_configured(self):
        cm = self.stage.cmsim(ttl=30)
        box = self.stage.agent(session={"onShutdown": "keep"})
        id = box.start().json["id"]
        self.assertEqual(box.stop(), 0)
        box.launch()
        box.in_state(id, "active")
        self.assertEqual(len(cm.sessions("running")), 1)
        self.assertEqual(len(cm.requests("init")), 1)

    def test_hazard_56_sigusr2_keeps_sessions_for_a_restart_where_sigterm_ends_them(self):
        cm = self.stage.cmsim(ttl=30)
        box = self.stage.agent()
        id = box.start().json["id"]
        box.process.send_signal(signal.SIGUSR2)
        self.assertEqual(box.process.wait(10), 0)
        box.launch()
        box.in_state(id, "active")
        self.assertEqual((len(cm.requests("init")), len(cm.sessions("running")), cm.sessions("ended")), (1, 1, []))

    def test_an_end_that_has_begun_is_not_called_off(self):
        cm = self.stage.cmsim(ttl=30)
        box = self.stage.agent(player={"adapter": "exec", "stop": ["sleep", "0.5"]})
        box.start()
        box.process.terminate()
        box.line(box.err, "ending")
        box.process.send_signal(signal.SIGUSR2)
        self.assertEqual(box.wait(), 0)
        self.assertEqual(len(cm.sessions("ended")), 1)

    def test_hazard_24_crash_resumes_within_the_lease(self):
        cm = self.stage.cmsim(ttl=30)
        box = self.stage.agent()
        id = box.start(metadata={"channel": "News"}).json["id"]
        wait_for(lambda: on_flash(box), "the session is on flash")
        box.kill()
        box.launch()
        session = box.in_state(id, "active")
        self.assertEqual(session["metadata"]["channel"], "News")
        wait_for(lambda: cm.sessions("running")[0]["heartbeats"] == 1, "the first heartbeat goes at once")
        self.assertEqual(len(cm.requests("init")), 1)

    def test_crash_ends_sessions_where_so_configured(self):
        cm = self.stage.cmsim(ttl=30)
        box = self.stage.agent(session={"onRestart": "end"}, player={"adapter": "exec", "stop": ["true"]})
        box.start()
        wait_for(lambda: on_flash(box), "the session is on flash")
        box.kill()
        box.launch()
        wait_for(lambda: cm.sessions("ended"), "the slot is given back")

    def test_privacy_nothing_secret_is_logged(self):
        cm = self.stage.cmsim(ttl=2)
        box = self.stage.agent()
        box.start("secret-subject")
        code = cm.sessions()[0]["terminationCode"]
        wait_for(lambda: cm.sessions()[0]["heartbeats"], "a heartbeat")
        box.stop()
        log = "\n".join(box.err)
        for secret in ("secret-subject", code, "ZGVtby1hcHA6"):
            self.assertNotIn(secret, log)

    def test_exit_statuses(self):
        folder = pathlib.Path(self.stage.folder)
        good = {"cm": {"url": "https://localhost:1/v2", "applicationId": "demo-app"}}
        (folder / "good.json").write_text(json.dumps(good))
        (folder / "bad.json").write_text('{"cm": {"url": "https://localhost:1/v2",\n "colour": "red"}}')
        self.assertEqual(run("cmagentd", "--config", folder / "good.json", "--check-config").returncode, 0)
        bad = run("cmagentd", "--config", folder / "bad.json", "--check-config")
        self.assertEqual(bad.returncode, 78)
        self.assertIn("bad.json:2:", bad.stderr)
        self.assertIn("colour", bad.stderr)
        self.assertEqual(run("cmagentd", "--colour").returncode, 64)
        cm = self.stage.cmsim()
        box = self.stage.agent()
        taken = json.loads(box.configuration.read_text())
        taken["http"]["listen"] = [f"127.0.0.1:{box.port}"]
        taken["state"]["dir"] = str(folder)
        (folder / "taken.json").write_text(json.dumps(taken))
        self.assertEqual(run("cmagentd", "--config", folder / "taken.json").returncode, 69)

    def test_version_says_what_the_program_is_made_of(self):
        version = re.search(r"^project\(cmagent VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)[1]
        told = run("cmagentd", "--version")
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        lines = told.stdout.splitlines()
        self.assertEqual(lines[0], f"cmagentd {version}")
        self.assertRegex(lines[1], r"^build: \w+, \w+ [\d.]+, players ui( \w+)*, languages en( \w+)*(, with [\w. ]+)?(, without [\w. ]+)?$")
        self.assertRegex(lines[2], r"^mbedTLS \d+\.\d+\.\d+( \(.+\))?$")
        self.assertRegex(lines[3], r"^libmicrohttpd \d+\.\d+\.\d+( \(.+\))?$")
        self.assertEqual(len(lines), 4)
        told = run("cmagentctl", "--version")
        self.assertEqual((told.returncode, told.stdout.splitlines()), (0, [f"cmagentctl {version}", lines[1].partition(", players")[0]]))
        self.assertEqual(run("cmsim", "--version").stdout, f"cmsim {version}\n")

    def test_print_states_is_what_the_readme_shows(self):
        printed = run("cmagentd", "--print-states")
        self.assertEqual(printed.returncode, 0)
        self.assertIn(printed.stdout.strip(), (ROOT / "agent/core/states.md").read_text())

    def test_sighup_reads_the_configuration_again(self):
        self.stage.cmsim()
        box = self.stage.agent()
        changed = json.loads(box.configuration.read_text())
        changed["session"] = {"graceSeconds": 7}
        box.configuration.write_text(json.dumps(changed))
        box.process.send_signal(signal.SIGHUP)
        box.line(box.err, "configuration read again")
        self.assertEqual(box.get("/healthz").status, 200)


class Ctl(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())

    def ctl(self, *words):
        return run("cmagentctl", "--url", f"http://{self.box.host}:{self.box.port}", *words)

    def test_the_whole_story_from_a_shell(self):
        self.stage.cmsim()
        self.box = self.stage.agent()
        for name in ("a", "b", "c"):
            started = self.ctl("start", "--idp", "mvpd", "--subject", "home", "--metadata", f"deviceName={name}")
            self.assertEqual(started.returncode, 0, started.stderr)
        refused = self.ctl("--json", "start", "--idp", "mvpd", "--subject", "home")
        self.assertEqual(refused.returncode, 1)
        streams = self.ctl("--json", "streams", "--idp", "mvpd", "--subject", "home")
        self.assertEqual(len(json.loads(streams.stdout)["streams"]), 3)
        self.assertEqual(self.ctl("status").returncode, 0)
        (first, *_) = json.loads(self.box.get("/v1/sessions").body)["sessions"]
        self.assertEqual(self.ctl("stop", first["id"]).returncode, 0)
        self.assertEqual(self.ctl("no-such-verb").returncode, 64)

    def test_a_stop_leaves_no_picture_but_the_owners_word_is_believed(self):
        self.stage.cmsim(ttl=30)
        stopped, subject, key = (pathlib.Path(self.stage.folder) / name for name in ("box/stopped", "subject", "key"))
        subject.write_text("home\n")
        key.write_text("0123456789abcdef\n")
        self.box = self.stage.agent(player={"adapter": "exec", "stop": ["/usr/bin/touch", str(stopped)]})
        start = ("start", "--idp", "mvpd", "--subject-file", subject, "--client-key-file", key)
        for words, playback in (((), "stopped"), (("--client-key-file", key), "untouched")):
            id = self.ctl(*start).stdout.split()[0]
            self.assertEqual(self.ctl("stop", id, *words).returncode, 0)
            ended = self.box.in_state(id, "ended")
            self.assertEqual((ended["endReason"], ended["playback"]), ("user", playback))
            self.assertEqual(stopped.exists(), playback == "stopped")
            stopped.unlink(missing_ok=True)

    def test_nobody_listens(self):
        self.assertEqual(run("cmagentctl", "--url", "http://127.0.0.1:1", "status").returncode, 69)

    def test_explain(self):
        explained = run("cmagentctl", "explain", ROOT / "tests/fixtures/409-guide.json")
        self.assertEqual(explained.returncode, 0)
        self.assertEqual(json.loads(explained.stdout)["violations"][0]["threshold"], 3)


if __name__ == "__main__":
    unittest.main()
