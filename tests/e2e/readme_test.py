"""Every command of README.md, as it stands there: on real parts, or in the place that runs it."""

import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import unittest

from stage import BIN, EMULATOR, ROOT, PATIENCE, Program, Stage, make_clip, wait_for

TEXT = (ROOT / "README.md").read_text()
# What is no story of a box's, by its beginning, and the file that runs it, or from which it is taken to be run.
ELSEWHERE = {"tests/demo": "tests/run", "tests/run": ".ci/run",
             "cp -r platform/packaging/debian": "platform/packaging/README.md"}  # by tests/packaging/debian
WHO = ["idp=mvpd", "subject=household-7"]


def commands():
    """Those of the blocks for a shell, each without what is said beside it."""
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.S):
        for line in block.replace("\\\n", " ").splitlines():
            words = line.split("  #")[0].strip()
            if words and not words.startswith("#"):
                yield words


def command(beginning):
    (found,) = [words for words in commands() if words.startswith(beginning)]
    return found


@unittest.skipUnless(shutil.which("curl") and shutil.which("mpv"), "needs curl and mpv")
class Readme(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=4)
        self.box = self.stage.agent(player={"adapter": "ui", "lostSeconds": 30})
        self.other = self.stage.agent("kitchen")
        self.folder = pathlib.Path(self.stage.folder)
        (self.folder / "bin").mkdir()
        self.program("cmagentd", "--config", self.box.configuration)
        self.program("cmagentctl", "--url", f"http://{self.box.host}:{self.box.port}")
        (self.folder / "mpv.conf").write_text("vo=null\nao=null\n")
        make_clip(self.folder)
        (self.folder / "stream.m3u8").write_text("#EXTM3U\nclip.wav\n")
        (self.folder / "cmagent.lua").symlink_to(ROOT / "agent/ctl/mpv/cmagent.lua")
        (self.folder / "subject").write_text("household-7\n")
        self.environment = {**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "MPV_HOME": str(self.folder)}
        self.given = {}

    def program(self, name, *options):
        """What a box has in its PATH, and reads and calls where this box's parts are."""
        path = self.folder / "bin" / name
        path.write_text(f'#!/bin/sh\nexec {shlex.join([*EMULATOR, str(BIN / name), *map(str, options)])} "$@"\n')
        path.chmod(0o755)

    def written(self, beginning):
        words = command(beginning)
        for name, value in self.given.items():
            self.assertIn(name, TEXT)
            words = words.replace(name, value)
        return words

    def type(self, beginning, before=""):
        """The command, typed: its status and what it printed."""
        done = subprocess.run(["bash", "-c", f"{before}\n{self.written(beginning)}"], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, timeout=3 * PATIENCE)
        return done.returncode, done.stdout + done.stderr

    def call(self, beginning):
        """A call of the API, typed: its status and its body."""
        settings = command("A=").replace("http://127.0.0.1:8790", f"http://{self.box.host}:{self.box.port}")
        if "KEY" not in self.environment:
            made = subprocess.run(["bash", "-c", command("KEY=") + "; echo $KEY"], capture_output=True, text=True, check=True)
            self.environment["KEY"] = made.stdout.strip()
            self.assertEqual(len(self.environment["KEY"]), 32)
        status, said = self.type(beginning, settings + "\ncurl() { command curl -w '\\n%{http_code}' \"$@\"; }")
        self.assertEqual(status, 0, said)
        body, _, code = said.rpartition("\n")
        return int(code), json.loads(body) if body.strip() else None

    def playing(self):
        return [s for s in self.box.get("/v1/sessions").json["sessions"] if s["state"] == "active"]

    def test_what_is_no_story_is_run_elsewhere(self):
        for words in commands():
            for beginning, place in ELSEWHERE.items():
                if words.startswith(beginning):
                    self.assertTrue(words in (ROOT / place).read_text(), f"{words} in {place}")
                    break
            else:
                self.assertIn(words.split()[0].partition("=")[0], ("A", "KEY", "curl", "cmagentd", "cmagentctl", "mpv"))

    def test_a_box_is_looked_at(self):
        self.assertEqual(self.type("cmagentd --check-config")[0], 0)
        status, said = self.type("cmagentctl check")
        self.assertEqual(status, 0, said)
        status, said = self.type("cmagentctl report")
        self.assertEqual(status, 0, said)
        self.assertIn("cmagent_build_info", said)

    def test_a_player_plays_under_a_session(self):
        self.given = {"IDP": "mvpd", "FILE": str(self.folder / "subject")}
        for beginning in ("cmagentctl run", "mpv --script"):
            player = Program(["bash", "-c", f"cd {self.folder}; PATH={self.environment['PATH']} MPV_HOME={self.folder} "
                              f"exec {self.written(beginning)}"], beginning)
            wait_for(self.playing, f"{beginning} plays; it said {player.err} {player.out}")
            player.process.send_signal(signal.SIGTERM)
            player.wait()
            wait_for(lambda: not self.playing(), "its place is given back")

    def test_an_answer_is_explained(self):
        self.given = {"ANSWER": str(ROOT / "tests/fixtures/409-service-streams.json")}
        status, said = self.type("cmagentctl explain")
        self.assertEqual(status, 0, said)
        self.assertTrue(json.loads(said)["violations"])

    def test_the_api_in_eight_calls(self):
        self.assertEqual(self.call('curl -s "$A/v1/outlook')[0], 200)
        status, session = self.call("curl -s $A/v1/sessions")
        self.assertEqual(status, 201)
        self.given = {"SESSION": session["id"]}
        hears = Program(["bash", "-c", f"A=http://{self.box.host}:{self.box.port} KEY={self.environment['KEY']}; "
                         f"exec {command('curl -sN')}"], "events")
        wait_for(lambda: hears.out, "the stream of events is open")
        self.cm.terminate(session["cmSessionId"])
        hears.line(hears.out, "playback-stop")
        self.assertEqual(self.call("curl -s -X POST")[0], 204)
        hears.line(hears.out, "session-ended")

        for name in ("Bedroom", "Tablet", "Kitchen"):
            self.assertEqual(self.other.start("household-7", metadata={"deviceName": name}).status, 201)
        status, limit = self.call("curl -s $A/v1/sessions")
        self.assertEqual((status, limit["code"]), (409, "stream-limit"))
        codes = [c["terminationCode"] for v in limit["violations"] for c in v["conflicts"]]
        self.given = {"CONFLICT": limit["conflictId"], "CODE": codes[0]}
        self.assertEqual(self.call('curl -s "$A/v1/conflicts/CONFLICT?clientKey=$KEY" -H "$JSON" -d \'{"wait"')[0], 202)
        status, session = self.call('curl -s "$A/v1/conflicts/CONFLICT?clientKey=$KEY" -H "$JSON" -d \'{"terminate"')
        self.assertEqual(status, 201, session)
        self.given = {"SESSION": session["id"]}
        self.assertEqual(self.call('curl -s -X DELETE "$A/v1/sessions')[0], 204)
        streams = self.box.get("/v1/streams?" + "&".join([*WHO, "refresh=true"])).json["streams"]
        # A look is kept for 2 s: what the viewer has ended meanwhile may stand in it.
        running = {session["sessionId"] for session in self.cm.sessions("running")}
        of_another = next(s for s in streams if s["sessionId"] in running and not s.get("here"))
        self.given = {"CM-SESSION": of_another["sessionId"]}
        self.assertEqual(self.call('curl -s -X DELETE "$A/v1/streams')[0], 204)


if __name__ == "__main__":
    unittest.main()
