"""libcmagent as an interface uses it: the shared object, its loop, the real daemon."""

import ctypes
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from stage import BIN, EMULATOR, PATIENCE, ROOT, SANITIZER, Program, Stage, wait_for

LIBRARY = BIN / "libcmagent.so.0"
SIZE = 196608
KINDS = ("", "started", "limit", "failed", "stop", "ended", "changed", "waiting", "slot-free", "limit-over",
         "connected", "disconnected", "news")
IDLE, STARTING, PLAYING, STOPPING, ENDING = range(5)
HERE = not EMULATOR and not SANITIZER and LIBRARY.exists()  # Python loads what is built for it


class Event(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int), ("status", ctypes.c_int)] + [
        (name, ctypes.c_char_p) for name in ("session", "code", "reason", "field", "message", "playback",
                                             "session_state", "until", "name", "data")
    ] + [("paused", ctypes.c_int), ("retry_after", ctypes.c_uint)]


ON_EVENT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(Event))


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("url", ctypes.c_char_p), ("token", ctypes.c_char_p),
                ("client_key", ctypes.c_char_p), ("language", ctypes.c_char_p), ("timeout_ms", ctypes.c_uint),
                ("watch", ctypes.c_int), ("on_event", ON_EVENT), ("user", ctypes.c_void_p)]


class Request(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t)] + [
        (name, ctypes.c_char_p) for name in ("idp", "subject", "application", "player", "client_version")
    ] + [("metadata", ctypes.c_void_p), ("metadata_count", ctypes.c_size_t),
         ("terminate", ctypes.c_void_p), ("terminate_count", ctypes.c_size_t)]


class Stream(ctypes.Structure):
    _fields_ = [("violation", ctypes.c_size_t)] + [
        (name, ctypes.c_char_p) for name in ("code", "device_name", "application_name", "channel", "started_at",
                                             "paused_since", "session", "here")]


class Client:
    """A native interface with a loop of its own: the picture is the word of `showing`."""

    def __init__(self, url, obeys=True, **options):
        self.library = ctypes.CDLL(str(LIBRARY))
        self.library.cmagent_get_stream.restype = ctypes.POINTER(Stream)
        self.library.cmagent_get_session.restype = ctypes.c_char_p
        self.memory = ctypes.create_string_buffer(SIZE)
        self.told, self.obeys, self.showing, self.slowest = [], obeys, False, 0
        self.on_event = ON_EVENT(self.take)
        self.options = Options(ctypes.sizeof(Options), url.encode(), on_event=self.on_event, **options)
        self.client = ctypes.c_void_p()
        assert self.call("open", ctypes.byref(self.client), self.memory, SIZE, ctypes.byref(self.options),
                         client=False) == 0

    def call(self, name, *words, client=True):
        return getattr(self.library, "cmagent_" + name)(*([self.client] if client else []), *words)

    def close(self):
        if self.client:
            self.call("close")
        self.client = None

    stop = close  # an actor

    def take(self, _user, _client, event):
        event = event.contents
        kind = KINDS[event.kind]
        self.told.append({"kind": kind, "status": event.status, "paused": event.paused, **{
            name: getattr(event, name).decode() for name, type in Event._fields_ if type is ctypes.c_char_p}})
        if kind == "started":
            self.showing = True
        if kind == "stop" and self.obeys:
            self.showing = False
            self.call("stopped")

    def start(self, subject="home"):
        request = Request(ctypes.sizeof(Request), b"mvpd", subject.encode())
        assert self.call("start", ctypes.byref(request)) == 0

    def state(self):
        return self.call("get_state")

    def session(self):
        return self.call("get_session").decode()

    def turn(self, limit=0.05):
        """One go of the loop."""
        ms = self.call("timeout_ms")
        poll = select.poll()
        poll.register(self.call("fd"), self.call("events"))
        poll.poll(limit * 1000 if ms < 0 else min(ms, limit * 1000))
        begun = time.monotonic()
        self.call("dispatch")
        self.slowest = max(self.slowest, time.monotonic() - begun)

    def until(self, kind, patience=PATIENCE):
        """The first event of that kind, once."""
        end = time.monotonic() + patience
        while True:
            for event in self.told:
                if event["kind"] == kind:
                    self.told.remove(event)
                    return event
            if time.monotonic() > end:
                raise AssertionError(f"{kind} did not come; {self.told} {self.state()}")
            self.turn()

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()


@unittest.skipUnless(HERE, "needs libcmagent for the machine that tests, without a sanitizer")
class NativeInterface(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim()

    def box(self, **over):
        return self.stage.agent(**over)

    def client(self, box, **options):
        url = box if isinstance(box, str) else f"http://{box.host}:{box.port}"
        return self.stage.enter(Client(url, **options))

    def test_a_remote_termination_is_obeyed_and_verified(self):
        box = self.box()
        client = self.client(box)
        client.start()
        started = client.until("started")
        self.assertEqual(started["session"], client.session())
        client.until("connected")
        cm_id = box.session(client.session())["cmSessionId"]
        self.cm.terminate(cm_id, "Kitchen")
        stop = client.until("stop")
        self.assertEqual(stop["code"], "remote-termination")
        self.assertIn("Kitchen", stop["message"])
        ended = client.until("ended")
        self.assertEqual((ended["code"], ended["playback"]), ("remote-termination", "stopped"))
        self.assertEqual(client.state(), IDLE)
        self.assertFalse(self.cm.sessions("running"))

    def test_a_limit_is_resolved(self):
        box = self.box()
        others = [self.client(box, client_key=f"0123456789abcde{n}".encode()) for n in range(3)]
        for other in others:
            other.start()
            other.until("started")
        client = self.client(box)
        client.start()
        limit = client.until("limit")
        self.assertTrue(limit["message"])
        stream = client.call("get_stream", 0).contents
        self.assertTrue(stream.code)
        codes = (ctypes.c_char_p * 1)(stream.code)
        self.assertEqual(client.call("resolve", codes, 1), 0)
        client.until("started")
        ended = None
        for other in others:
            other.run(0.3)
            ended = ended or next((e for e in other.told if e["kind"] == "stop"), None)
        self.assertIsNotNone(ended, "one of the others was told to stop")

    def test_a_stop_gives_the_slot_back(self):
        box = self.box()
        client = self.client(box)
        client.start()
        client.until("started")
        self.assertEqual(client.call("stop"), 0)
        self.assertEqual(client.until("ended")["code"], "user")
        wait_for(lambda: not self.cm.sessions("running"), "CM was told")

    def test_a_daemon_that_is_restarted_finds_the_picture_playing(self):
        box = self.box(http={"listen": [f"unix:{self.stage.folder}/ui.sock", "127.0.0.1:0"]})
        client = self.client(f"unix:{self.stage.folder}/ui.sock")
        client.start()
        client.until("started")
        client.until("connected")
        box.kill()
        client.until("disconnected")
        self.assertTrue(client.showing)
        box.launch()
        client.until("connected")
        client.run(0.5)
        self.assertEqual(client.state(), PLAYING, client.told)
        box.in_state(client.session(), "active")
        # And one that has forgotten it.
        box.kill()
        for file in box.folder.iterdir():
            if file.is_file() and file != box.configuration:
                file.unlink()
        box.launch()
        client.until("stop")
        client.until("ended")

    def test_a_daemon_that_hangs_holds_nobody_up(self):
        box = self.box()
        client = self.client(box, timeout_ms=1500)
        box.process.send_signal(signal.SIGSTOP)
        try:
            begun = time.monotonic()
            client.start()
            failed = client.until("failed")
            self.assertEqual((failed["code"], failed["reason"]), ("unreachable", "timeout"))
            self.assertLess(time.monotonic() - begun, 5)
            self.assertLess(client.slowest, 1, "dispatch never waits")
        finally:
            box.process.send_signal(signal.SIGCONT)
        def left():
            client.turn()
            return [s for s in box.get("/v1/sessions").json["sessions"] if s["state"] != "ended"]
        client.run(1)
        wait_for(lambda: not left(), "nothing is left of it")
        client = self.client(box)
        client.start()
        client.until("started")

    def test_a_daemon_that_is_absent_is_told_of(self):
        client = self.client(f"unix:{self.stage.folder}/none.sock")
        client.start()
        self.assertEqual(client.until("failed")["code"], "unreachable")
        self.assertEqual(client.state(), IDLE)

    def test_a_token_is_shown(self):
        tokens = pathlib.Path(self.stage.folder) / "tokens"
        tokens.write_text("a-token-of-the-box-1234567890\n")
        tokens.chmod(0o600)
        box = self.box(http={"listen": ["127.0.0.1:0"], "tokenFile": str(tokens)})
        box.token = "a-token-of-the-box-1234567890"
        client = self.client(box)
        client.start()
        self.assertEqual(client.until("failed")["code"], "token-missing")
        client = self.client(box, token=box.token.encode())
        client.start()
        client.until("started")
        client.until("connected")

    def test_hazard_53_no_session_without_a_picture_is_left_behind(self):
        """Called off, overtaken, lost with its answer: our own presence would keep it alive for ever."""
        box = self.box()
        client = self.client(box)
        for moment in (0, 0.001, 0.003, 0.01, 0.03):
            with self.subTest(moment=moment):
                client.start()
                client.run(moment) if moment else client.turn()
                client.call("stop")
                if client.state() != IDLE:
                    client.until("ended")
                wait_for(lambda: not self.cm.sessions("running"), "CM holds no session")
        for _ in range(10):
            client.start()
            client.turn(0.002)
        client.until("started")
        client.run(0.5)
        wait_for(lambda: len(self.cm.sessions("running")) == 1, "the newest alone is left")


@unittest.skipUnless(HERE, "needs libcmagent for the machine that tests, without a sanitizer")
class Installed(unittest.TestCase):
    """What a developer has: the header, the library, its description."""

    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.folder = pathlib.Path(self.stage.folder)
        subprocess.run(["cmake", "--install", BIN.parent, "--component", "library"], check=True,
                       env={**os.environ, "DESTDIR": str(self.folder)}, stdout=subprocess.DEVNULL)
        subprocess.run(["cmake", "--install", BIN.parent, "--component", "development"], check=True,
                       env={**os.environ, "DESTDIR": str(self.folder)}, stdout=subprocess.DEVNULL)
        self.found = next(self.folder.rglob("cmagent.pc")).parent

    def flags(self, *words):
        if not shutil.which("pkg-config"):
            self.skipTest("needs pkg-config")
        told = subprocess.run(["pkg-config", *words], check=True, capture_output=True, text=True, env={
            **os.environ, "PKG_CONFIG_PATH": str(self.found), "PKG_CONFIG_SYSROOT_DIR": str(self.folder)})
        return told.stdout.split()

    def build(self, source, *words):
        program = self.folder / "program"
        subprocess.run([os.environ.get("CC", "cc"), "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra",
                        "-pedantic", "-Werror", source, "-o", program, *words], check=True)
        return program

    def play(self, program, *words):
        self.cm = self.stage.cmsim()
        self.box = self.stage.agent()
        environment = {**os.environ, "LD_LIBRARY_PATH": str(next(self.folder.rglob("libcmagent.so.0")).parent),
                       "CMAGENT_URL": f"http://{self.box.host}:{self.box.port}"}
        arguments = [str(word) for word in ("env", *(f"{k}={v}" for k, v in environment.items()), program, *words)]
        return self.stage.enter(Program(arguments, "interface"))

    def session(self):
        return wait_for(lambda: next(iter(self.box.get("/v1/sessions").json["sessions"]), None), "a session")

    def test_the_example_obeys(self):
        example = self.build(ROOT / "agent/lib/example.c", *self.flags("--cflags", "--libs", "cmagent"))
        player = self.play(example, "mvpd", "home", "sleep", "1000")
        session = self.session()
        wait_for(lambda: self.box.session(session["id"])["state"] == "active", "it plays")
        time.sleep(0.3)
        self.cm.terminate(self.box.session(session["id"])["cmSessionId"])
        self.assertEqual(player.wait(), 0)
        self.assertEqual(self.box.session(session["id"])["playback"], "stopped")

    def test_the_example_gives_back_what_has_ended_by_itself(self):
        archive = next(self.folder.rglob("libcmagent.a"))
        example = self.build(ROOT / "agent/lib/example.c", *self.flags("--cflags", "cmagent"), archive)
        player = self.play(example, "mvpd", "home", "true")
        self.assertEqual(player.wait(), 0)
        self.assertEqual(self.session()["endReason"], "user")

    def test_it_is_found_where_it_was_installed(self):
        prefix = self.folder / "opt"
        subprocess.run(["cmake", "--install", BIN.parent, "--component", "development", "--prefix", prefix], check=True,
                       stdout=subprocess.DEVNULL)
        self.found = next(prefix.rglob("cmagent.pc")).parent
        for variable, file in (("libdir", "libcmagent.a"), ("includedir", "cmagent.h")):
            (folder,) = self.flags(f"--variable={variable}", "cmagent")
            self.assertEqual(pathlib.Path(folder), next(prefix.rglob(file)).parent)

    def test_the_header_is_plain_c(self):
        for words in (["cc", "-std=c89", "-x", "c"], ["cc", "-std=c99", "-x", "c"], ["c++", "-std=c++98", "-x", "c++"]):
            with self.subTest(words=words):
                subprocess.run([*words, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-"], check=True,
                               input=f'#include "{ROOT}/agent/lib/cmagent.h"\nint main(void) {{ return CMAGENT_OK; }}\n',
                               text=True)

    def test_only_the_functions_of_the_header_can_be_seen(self):
        told = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], check=True, capture_output=True, text=True)
        seen = {line.split()[-1].split("@")[0] for line in told.stdout.splitlines()} - {"CMAGENT_0"}
        header = (ROOT / "agent/lib/cmagent.h").read_text()
        declared = {word.split("(")[0].split()[-1].lstrip("*") for word in header.split("CMAGENT_API ")[1:]
                    if "cmagent_" in word.split("(")[0]}
        self.assertEqual(seen, declared)
        needed = subprocess.run(["readelf", "-d", LIBRARY], check=True, capture_output=True, text=True).stdout
        self.assertIn("[libcmagent.so.0]", needed)
        self.assertNotIn("stdc++", needed)
        self.assertNotIn("libgcc", needed)

    def loop(self, package, source, name):
        if subprocess.run(["pkg-config", "--exists", package]).returncode != 0:
            self.skipTest(f"needs {name}")
        program = self.build(ROOT / "tests/e2e" / source, *self.flags("--cflags", "--libs", "cmagent"), *subprocess.run(
            ["pkg-config", "--cflags", "--libs", package], check=True, capture_output=True, text=True).stdout.split())
        player = self.play(program)
        wait_for(lambda: "started" in player.out, "it plays")
        session = self.session()
        self.cm.terminate(self.box.session(session["id"])["cmSessionId"])
        self.assertEqual(player.wait(), 0)
        wait_for(lambda: "stop" in player.out, "it was told to stop")
        self.assertEqual(self.box.session(session["id"])["playback"], "stopped")

    def test_the_loop_of_glib_carries_it(self):
        self.loop("glib-2.0", "loop_glib.c", "GLib")

    def test_the_loop_of_libuv_carries_it(self):
        self.loop("libuv", "loop_uv.c", "libuv")
