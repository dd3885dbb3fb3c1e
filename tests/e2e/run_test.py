"""cmagentctl run: a player that plays under a session, and not a moment without one."""

import json
import os
import pathlib
import pty
import select
import shlex
import shutil
import signal
import subprocess
import time
import unittest

from stage import BIN, EMULATOR, Program, Stage, make_clip, wait_for

# Ends in good order, and says with which signal it was asked to.
POLITE = "trap 'exit 3' TERM; echo plays $$; while :; do sleep 0.05; done"
STUBBORN = "trap '' TERM INT HUP; echo plays $$; while :; do sleep 0.05; done"
CHILDREN = "trap '' TERM; sh -c \"trap '' TERM; echo plays \\$\\$; while :; do sleep 0.05; done\" & wait; wait"
# As a daemon does: in a session of its own, with a parent that is gone.
DAEMON = "setsid sh -c \"trap '' TERM; echo plays \\$\\$; while :; do sleep 0.05; done\" & sleep 0.2"
# The same, while what has started it stays.
BESIDE = DAEMON + "; trap '' TERM; while :; do sleep 0.05; done"
# One process: a shell that waits in vfork(2) for a child which Ctrl-Z has stopped before its program cannot stop itself.
HELD = "echo plays:yes; exec sleep 60"

# Another process every few milliseconds, each in a session of its own.
HOPPING = """import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    time.sleep(0.003)
    if os.fork():
        os._exit(0)
    os.setsid()
"""


def lives(process):
    """Neither gone nor a zombie."""
    try:
        stat = pathlib.Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def children_of(process):
    return [int(word) for word in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]


class Run(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=3)
        self.folder = pathlib.Path(self.stage.folder)
        (self.folder / "subject").write_text("home\n")
        self.box = self.stage.agent(player={"adapter": "ui", "stopDeadlineMs": 2000, "lostSeconds": 2})

    def argv(self, *words, url=None):
        return [str(w) for w in [*EMULATOR, BIN / "cmagentctl", "--url",
                                 url or f"http://{self.box.host}:{self.box.port}", "run", "--idp", "mvpd",
                                 "--subject-file", self.folder / "subject", *words]]

    def play(self, *words, **more):
        return self.stage.enter(Program(self.argv(*words, **more), "run"))

    def playing(self, script, *options):
        """A run whose player plays, and the player's process."""
        run = self.play("--stop-deadline-ms", "600", *options, "--", "sh", "-c", script)
        return run, int(run.line(run.out, "plays").split()[1])

    def terminate(self):
        (session,) = self.cm.sessions("running")
        self.cm.terminate(session["sessionId"])

    def sessions(self):
        return self.box.get("/v1/sessions").json["sessions"]

    def ended(self):
        """How the only session has ended."""
        (session,) = wait_for(lambda: [s for s in self.sessions() if s["state"] == "ended"], "the session has ended")
        return session["endReason"], session["playback"]

    def given_back(self):
        wait_for(lambda: not self.cm.sessions("running"), "CM has its place back")

    def keep_port(self):
        """The next run of the daemon listens where this one does."""
        configuration = json.loads(self.box.configuration.read_text())
        configuration["http"]["listen"] = [f"127.0.0.1:{self.box.port}"]
        self.box.configuration.write_text(json.dumps(configuration))

    # --- the player's own end ---

    def test_status_is_the_players(self):
        for script, status in (("exit 0", 0), ("exit 3", 3), ("kill -KILL $$", 137), ("kill -TERM $$", 143)):
            with self.subTest(script):
                self.assertEqual(self.play("--", "sh", "-c", script).wait(), status)
                self.given_back()
        self.assertEqual({(s["endReason"], s["playback"]) for s in self.sessions()}, {("user", "untouched")})

    def test_player_has_our_streams_and_arguments(self):
        (self.folder / "clip").write_text("home\nthe rest\n")
        with open(self.folder / "clip", encoding="ascii") as clip:
            run = subprocess.run([w if w != str(self.folder / "subject") else "-" for w in self.argv(
                "--", "sh", "-c", 'cat; echo "$1" >&2', "x", "--url")],
                stdin=clip, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "the rest\n", "--url\n"))

    def test_streams_that_are_closed_stay_nobodys(self):
        mark = self.folder / "mark"
        argv = self.argv("--", "sh", "-c", f"echo lost; echo lost >&2; read line; echo $$ > {mark}; sleep 60")
        run = subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *argv])
        self.addCleanup(run.kill)
        player = int(wait_for(lambda: mark.exists() and mark.read_text(), "it plays"))
        for process in (run.pid, *children_of(run.pid), player):
            self.assertEqual({os.readlink(f"/proc/{process}/fd/{fd}") for fd in range(3)}, {"/dev/null"})
        self.terminate()
        self.assertEqual(run.wait(20), 143)
        self.assertFalse(lives(player))
        self.assertEqual(self.ended(), ("remote-termination", "stopped"))

    def test_what_cannot_be_started_has_no_session(self):
        text = self.folder / "text"
        text.write_text("no program")
        for player, status in (("no-such-player", 127), ("/no/such/player", 127), (text, 126), (self.folder, 126)):
            self.assertEqual(self.play("--", player).wait(), status)
        self.assertEqual(self.cm.sessions(), [])
        text.write_text("#!/no/such/interpreter\n")
        text.chmod(0o755)
        self.assertEqual(self.play("--", text).wait(), 127)
        self.given_back()

    # --- asking ---

    def test_without_consent_nothing_is_started(self):
        for _ in range(3):
            self.box.start("home")
        mark = self.folder / "mark"
        run = self.play("--", "touch", mark)
        self.assertEqual(run.wait(), 1)
        self.assertFalse(mark.exists())
        run.line(run.err, "--terminate CODE")
        (code, *_) = [s["terminationCode"] for s in self.cm.sessions("running")]
        self.assertEqual(self.play("--terminate", code, "--", "touch", mark).wait(), 0)
        self.assertTrue(mark.exists())

    def test_daemon_that_is_not_there_is_69(self):
        self.assertEqual(self.play("--", "true", url="http://127.0.0.1:1").wait(), 69)

    def test_place_is_waited_for(self):
        ids = [self.box.start("home").json["id"] for _ in range(3)]
        began = time.monotonic()
        self.assertEqual(self.play("--wait", "1", "--", "true").wait(), 1)
        self.assertGreater(time.monotonic() - began, 0.9)
        run = self.play("--wait", "60", "--", "sh", "-c", POLITE)
        run.line(run.err, "stream-limit")
        time.sleep(0.5)
        self.assertEqual(run.out, [])
        self.box.delete(f"/v1/sessions/{ids[0]}")
        run.line(run.out, "plays")
        self.assertEqual(run.stop(), 3)

    def test_waiting_goes_on_when_the_daemon_is_back(self):
        other = self.stage.agent("other")
        ids = [other.start("home").json["id"] for _ in range(3)]
        run = self.play("--wait", "60", "--", "sh", "-c", POLITE)
        run.line(run.err, "stream-limit")
        time.sleep(0.3)
        self.keep_port()
        self.box.kill()
        self.box.launch()
        other.delete(f"/v1/sessions/{ids[0]}")
        wait_for(lambda: run.out, "it plays", 45)
        self.assertEqual(run.stop(), 3)
        wait_for(lambda: len(self.cm.sessions("running")) == 2, "its place is free")

    def test_waiting_ends_with_a_signal(self):
        for _ in range(3):
            self.box.start("home")
        run = self.play("--wait", "60", "--", "true")
        run.line(run.err, "stream-limit")
        time.sleep(0.3)
        self.assertEqual(run.stop(), 143)

    def test_asking_ends_with_a_signal_and_keeps_no_place(self):
        self.cm.fault({"delayMs": 1500}, call="init")
        run = self.play("--", "touch", self.folder / "mark")
        wait_for(self.sessions, "the start is asked for")
        self.assertEqual(run.stop(), 143)
        time.sleep(1.7)
        self.given_back()
        self.assertFalse((self.folder / "mark").exists())

    # --- the end from elsewhere ---

    def test_hazard_52_told_to_stop_it_says_so_when_nothing_is_left(self):
        for name, script, status in (("polite", POLITE, 3), ("stubborn", STUBBORN, 137), ("children", CHILDREN, 137),
                                     ("beside", BESIDE, 137)):
            with self.subTest(name):
                run, player = self.playing(script)
                self.terminate()
                self.assertEqual(run.wait(), status)
                self.assertFalse(lives(player))
                self.assertIn(("remote-termination", "stopped"), [(s["endReason"], s["playback"])
                                                                  for s in self.sessions() if s["state"] == "ended"])
                run.line(run.err, "remote-termination")
                self.given_back()

    def test_hazard_52_player_that_is_held_is_ended_too(self):
        for script, status in ((POLITE, 3), (STUBBORN, 137)):
            run, player = self.playing(script)
            os.kill(player, signal.SIGSTOP)
            wait_for(lambda: [s for s in self.sessions() if s["paused"]], "a held player is paused")
            self.terminate()
            self.assertEqual(run.wait(), status)
            self.assertFalse(lives(player))
            self.given_back()

    def test_hazard_52_daemon_that_the_player_leaves_behind_is_ended(self):
        run, player = self.playing(DAEMON)
        self.assertEqual(run.wait(), 0)
        self.assertFalse(lives(player))
        self.given_back()

    @unittest.skipUnless(shutil.which("mpv"), "needs mpv")
    def test_hazard_52_player_that_becomes_another_process_all_the_time_is_ended(self):
        run = self.play("--stop-deadline-ms", "600", "--", "python3", "-c", HOPPING)
        self.assertEqual(run.wait(8), 0)
        self.given_back()

    def test_hazard_52_mpv_is_ended_however_it_is(self):
        clip = make_clip(self.folder)
        for held in (False, True):
            with self.subTest(held=held):
                run = self.play("--", "mpv", "--no-config", "--vo=null", "--ao=null", "--no-terminal", clip)
                (player,) = wait_for(lambda p=run.process.pid: [grandchild for child in children_of(p)
                                                                for grandchild in children_of(child)], "mpv runs")
                wait_for(lambda p=player: pathlib.Path(f"/proc/{p}/comm").read_text() == "mpv\n", "it is mpv")
                if held:
                    os.kill(player, signal.SIGSTOP)
                self.terminate()
                self.assertIn(run.wait(), (4, 143))
                self.assertFalse(lives(player))
                self.given_back()
        self.assertEqual({s["playback"] for s in self.sessions()}, {"stopped"})

    def test_stop_is_not_told_before_the_picture_is_off(self):
        run, player = self.playing("trap 'sleep 0.25; exit 0' TERM; echo plays $$; while :; do sleep 0.02; done",
                                   "--stop-deadline-ms", "5000")  # a starved machine's shell has time to end by itself
        self.terminate()
        began = time.monotonic()
        while [s for s in self.sessions() if s["state"] != "ended"]:
            self.assertTrue(lives(player) or time.monotonic() - began > 0.2)
        self.assertEqual(self.ended(), ("remote-termination", "stopped"))
        self.assertEqual(run.wait(), 0)

    def test_stop_takes_no_longer_than_the_player(self):
        took = []
        for _ in range(5):
            run, _ = self.playing("echo plays $$; exec sleep 60")
            (session,) = [s for s in self.sessions() if s["state"] != "ended"]
            began = time.monotonic()
            self.box.delete(f"/v1/sessions/{session['id']}?clientKey=somebody-else-0001")
            self.assertEqual(self.box.in_state(session["id"], "ended")["playback"], "stopped")
            took.append(time.monotonic() - began)
            self.assertEqual(run.wait(), 143)
        self.assertLess(min(took), 0.15, "the rest is not searched for what has gone with its group")

    def test_new_picture_on_an_exclusive_player_ends_the_old_one(self):
        self.box.stop()
        self.box = self.stage.agent("other", player={"adapter": "ui", "exclusive": True})
        run, player = self.playing(POLITE)
        newer, _ = self.playing(POLITE)
        self.assertEqual(run.wait(), 3)
        self.assertFalse(lives(player))
        run.line(run.err, "replaced")
        self.assertEqual(newer.stop(), 3)

    def test_logout_ends_the_player(self):
        run, _ = self.playing(POLITE)
        self.box.post("/v1/logout", {"idp": "mvpd", "subject": "home"})
        self.assertEqual(run.wait(), 3)
        self.assertEqual(self.ended(), ("logout", "stopped"))

    # --- signals ---

    def test_signal_ends_the_player_and_gives_the_place_back(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            run, player = self.playing(POLITE)
            run.process.send_signal(number)
            self.assertEqual(run.wait(), 3)
            self.assertFalse(lives(player))
            self.given_back()

    def test_killed_it_takes_the_player_with_it(self):
        """Whichever of its two processes it is."""
        for script in (POLITE, STUBBORN, CHILDREN, BESIDE):
            for keeper in (False, True):
                with self.subTest(script=script, keeper=keeper):
                    run, player = self.playing(script)
                    (child,) = children_of(run.process.pid)
                    os.kill(child if keeper else run.process.pid, signal.SIGKILL)
                    self.assertEqual(run.wait(), 137 if keeper else -9)
                    wait_for(lambda p=player: not lives(p), "the player is gone")
                    self.given_back()

    def test_hold_pauses_and_continuing_goes_on(self):
        run, _ = self.playing("echo plays $$; exec sleep 60")  # see HELD
        run.process.send_signal(signal.SIGTSTP)
        wait_for(lambda: self.sessions()[0]["paused"], "paused")
        run.process.send_signal(signal.SIGCONT)
        wait_for(lambda: not self.sessions()[0]["paused"], "goes on")
        self.assertEqual(run.stop(), 143)

    # --- the daemon ---

    def test_daemon_that_comes_back_is_heard_again(self):
        run, player = self.playing(POLITE)
        time.sleep(0.3)
        self.keep_port()
        self.box.kill()
        self.assertTrue(lives(player))
        self.box.launch()
        self.assertTrue(lives(player))
        time.sleep(0.7)
        self.terminate()
        self.assertEqual(run.wait(), 3)
        self.assertEqual(self.ended(), ("remote-termination", "stopped"))

    def test_daemon_that_no_longer_knows_the_session_stops_the_player(self):
        run, _ = self.playing(POLITE)
        self.keep_port()
        self.box.kill()
        other = self.folder / "empty"
        other.mkdir()
        configuration = json.loads(self.box.configuration.read_text())
        configuration["state"]["dir"] = str(other)
        self.box.configuration.write_text(json.dumps(configuration))
        self.box.launch()
        run.line(run.err, "no longer knows")
        self.assertEqual(run.wait(), 3)

    def test_daemon_that_is_gone_holds_nobody_up(self):
        run, _ = self.playing(POLITE)
        self.box.kill()
        began = time.monotonic()
        self.assertEqual(run.stop(), 3)
        self.assertLess(time.monotonic() - began, 7)

    def test_daemon_that_hangs_holds_no_signal_up(self):
        run, player = self.playing(POLITE)
        self.box.process.send_signal(signal.SIGSTOP)
        try:
            run.process.send_signal(signal.SIGTERM)
            wait_for(lambda: not lives(player), "the player has ended", 2)
        finally:
            self.box.process.send_signal(signal.SIGCONT)
        self.assertEqual(run.wait(), 3)

    # --- where and who ---

    def test_address_may_be_a_socket_and_need_a_token(self):
        token = self.folder / "token"
        token.write_text("0123456789abcdefghijklmnopqrstuv\n")
        token.chmod(0o600)
        (self.folder / "sockets").mkdir(mode=0o700)
        path = f"unix:{self.folder}/sockets/api"
        self.box.stop()
        configuration = json.loads(self.box.configuration.read_text())
        configuration["http"] = {"listen": ["127.0.0.1:0", path], "tokenFile": str(token)}
        self.box.configuration.write_text(json.dumps(configuration))
        self.box.token = token.read_text().strip()
        self.box.launch()
        run = self.play("--token-file", token, "--", "sh", "-c", POLITE, url=path)
        run.line(run.out, "plays")
        self.terminate()
        self.assertEqual(run.wait(), 3)
        self.assertEqual(self.ended(), ("remote-termination", "stopped"))
        self.assertEqual(self.play("--", "true", url=path).wait(), 1)
        self.assertNotIn(self.box.token, "\n".join(run.err))

    def test_nobody_reads_the_subject_or_the_key(self):
        (self.folder / "subject").write_text("whose-home-it-is\n")
        run, player = self.playing(POLITE)
        for process in (player, run.process.pid, *children_of(run.process.pid)):
            for file in ("cmdline", "environ"):
                self.assertNotIn(b"whose-home", pathlib.Path(f"/proc/{process}/{file}").read_bytes())


class Terminal(unittest.TestCase):
    """`run` is a job of a shell."""

    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=3)
        self.box = self.stage.agent(player={"adapter": "ui"})
        (pathlib.Path(self.stage.folder) / "subject").write_text("home\n")
        self.shell, self.terminal = pty.fork()
        if self.shell == 0:
            os.execvpe("sh", ["sh", "-i"], {**os.environ, "PS1": "$ ", "ENV": ""})
        self.text = ""
        self.addCleanup(self.leave)

    def leave(self):
        os.close(self.terminal)
        os.kill(self.shell, signal.SIGKILL)
        os.waitpid(self.shell, 0)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def see(self, text):
        """Waits for the text, and forgets what came up to it."""
        def look():
            if select.select([self.terminal], [], [], 0.05)[0]:
                self.text += os.read(self.terminal, 4096).decode(errors="replace")
            return text in self.text
        wait_for(look, f"the terminal shows {text!r}; it shows {self.text!r}")
        self.text = self.text.partition(text)[2]

    def run_player(self, script):
        url = f"http://{self.box.host}:{self.box.port}"
        words = [*EMULATOR, BIN / "cmagentctl", "--url", url, "run", "--idp", "mvpd", "--subject-file",
                 f"{self.stage.folder}/subject", "--stop-deadline-ms", "600", "--", "sh", "-c", script]
        self.type(" ".join(shlex.quote(str(word)) for word in words) + "\n")

    def session(self):
        return self.box.get("/v1/sessions").json["sessions"][0]

    def test_player_has_the_terminal_and_gives_it_back(self):
        self.run_player("echo has it $(tty | wc -l) > /dev/tty; read line; echo heard:$line; exit 5")
        self.see("has it 1")
        self.type("a line\n")
        self.see("heard:a line")
        self.type("echo status:$?\n")
        self.see("status:5")

    def test_ctrl_c_is_the_players(self):
        self.run_player("trap 'exit 7' INT; echo plays:yes; while :; do sleep 0.05; done")
        self.see("plays:yes\r\n")
        self.type("\x03")
        self.see("$ ")
        self.type("echo status:$?\n")
        self.see("status:7")
        wait_for(lambda: not self.cm.sessions("running"), "CM has its place back")

    def test_ctrl_z_pauses_and_fg_goes_on(self):
        self.run_player(HELD)
        self.see("plays:yes\r\n")
        self.type("\x1a")
        self.see("topped")
        wait_for(lambda: self.session()["paused"], "paused")
        self.type("echo prompt:$((1+1))\n")
        self.see("prompt:2")
        self.type("fg\n")
        wait_for(lambda: not self.session()["paused"], "goes on")
        self.type("\x03")
        self.see("$ ")
        self.type("echo status:$?\n")
        self.see("status:130")

    def test_held_player_obeys_all_the_same(self):
        self.run_player(HELD)
        self.see("plays:yes\r\n")
        self.type("\x1a")
        self.see("topped")
        (session,) = self.cm.sessions("running")
        self.cm.terminate(session["sessionId"])
        wait_for(lambda: self.session()["state"] == "ended", "ended")
        self.assertEqual(self.session()["playback"], "stopped")

    def test_terminal_is_as_it_was_after_a_player_that_was_killed(self):
        self.run_player("stty -echo; echo plays:yes; kill -KILL $$")
        self.see("plays:yes\r\n")
        self.type("stty -a\n")
        self.see(" echo ")


if __name__ == "__main__":
    unittest.main()
