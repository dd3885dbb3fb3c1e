"""What the process asks the system for: its port and nobody else's, no core, a user of its own, secrets kept."""

import grp
import json
import os
import pathlib
import pwd
import signal
import socket
import stat
import subprocess
import unittest
import unittest.mock

from stage import BIN, EMULATOR, SANITIZER, Http, Program, Stage, wait_for

TOKEN = "Uq3x_Tn-08vLcY2mZr7WdA"


class Box:
    """A configuration in a folder that a daemon of any user can reach."""

    def __init__(self, stage, **over):
        self.stage = stage
        self.folder = pathlib.Path(stage.folder)
        self.folder.chmod(0o711)
        self.state = self.folder / "state"
        self.state.mkdir(exist_ok=True)
        self.configuration = {"cm": {"url": "http://127.0.0.1:1/v2", "applicationId": "demo-app"},
                              "http": {"listen": ["127.0.0.1:0"]}, "state": {"dir": str(self.state)}}
        for section, members in over.items():
            self.configuration.setdefault(section, {}).update(members)

    def file(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def argv(self):
        path = self.file("cmagent.json", json.dumps(self.configuration, indent=1), 0o644)
        return [str(word) for word in [*EMULATOR, BIN / "cmagentd", "--config", path]]

    def run(self):
        """One that is expected to end at once: its status and what it said."""
        return subprocess.run(self.argv(), capture_output=True, text=True, timeout=60, check=False)

    def launch(self):
        self.daemon = self.stage.enter(Program(self.argv(), "cmagentd"))
        self.line("listening on")
        return self.daemon

    def line(self, word):
        return self.daemon.line(self.daemon.err, word)

    def said(self, word):
        return [line for line in self.daemon.err if word in line]


class PortIsOursOrNobodys(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())

    def stranger(self, family, address, *options):
        """A listener; its port."""
        held = self.enterContext(socket.socket(family))
        for level, option in options:
            held.setsockopt(level, option, 1)
        try:
            held.bind((address, 0))
        except OSError:
            self.skipTest(f"no {address} here")
        held.listen()
        return held.getsockname()[1]

    def refused(self, entries, *words):
        ended = Box(self.stage, http={"listen": entries}).run()
        self.assertEqual(ended.returncode, 69, ended.stderr)
        for word in ("http.listen", *words):
            self.assertIn(word, ended.stderr)
        return ended

    def test_a_port_that_a_stranger_holds_is_not_served_beside_him(self):
        port = self.stranger(socket.AF_INET, "127.0.0.1")
        for entries in ([f"127.0.0.1:{port}", f"[::1]:{port}"], [f"[::1]:{port}", f"127.0.0.1:{port}"]):
            ended = self.refused(entries, f"127.0.0.1:{port}: address in use", "end it or choose another")
            self.assertNotIn("listening on http://127", ended.stderr)

    def test_no_option_of_a_strangers_socket_lets_us_listen_beside_him(self):
        reuse = [(socket.SOL_SOCKET, socket.SO_REUSEADDR), (socket.SOL_SOCKET, socket.SO_REUSEPORT)]
        six_only = (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
        for family, address, options, ours in (
                (socket.AF_INET, "127.0.0.1", reuse, "127.0.0.1:{}"),
                (socket.AF_INET, "0.0.0.0", reuse, "127.0.0.1:{}"),
                (socket.AF_INET6, "::", reuse, "127.0.0.1:{}"),
                (socket.AF_INET6, "::", [*reuse, six_only], "[::1]:{}"),
                (socket.AF_INET6, "::1", reuse, "[::1]:{}")):
            with self.subTest(stranger=address, ours=ours):
                self.refused([ours.format(self.stranger(family, address, *options))], "address in use")

    def test_nobody_listens_beside_us(self):
        box = Box(self.stage)
        box.launch()
        port = int(box.line("listening on").rsplit(":", 1)[1])
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
            with socket.socket(family) as stranger, self.subTest(address):
                stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                if family == socket.AF_INET6:
                    stranger.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                with self.assertRaises(OSError):
                    stranger.bind((address, port))
                    stranger.listen()

    def test_what_else_cannot_be_had(self):
        self.refused(["127.0.0.1:0", "unix:" + self.stage.folder + "/none/api.sock"], "its folder is missing")
        self.refused([], "passed no socket")

    def test_a_strangers_unix_socket_file_or_link_is_left_alone(self):
        folder = pathlib.Path(self.stage.folder) / "run"
        folder.mkdir(mode=0o755)
        living = self.enterContext(socket.socket(socket.AF_UNIX))
        living.bind(str(folder / "living"))
        living.listen()
        (folder / "file").write_text("precious")
        (folder / "link").symlink_to(folder / "nowhere")
        (folder / "to-dead").symlink_to(folder / "dead")
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(folder / "dead"))
        for name in ("living", "file", "link", "to-dead"):
            with self.subTest(name):
                self.refused(["127.0.0.1:0", f"unix:{folder}/{name}"], "address in use")
        self.assertEqual((folder / "file").read_text(), "precious")
        self.assertFalse((folder / "nowhere").exists())
        self.assertTrue((folder / "link").is_symlink())

    def test_a_folder_that_others_may_write_is_refused(self):
        folder = pathlib.Path(self.stage.folder) / "run"
        folder.mkdir()
        for mode in (0o777, 0o1777):
            folder.chmod(mode)
            self.refused([f"unix:{folder}/api.sock"], "others may write to its folder", "give it one")
        folder.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
            self.refused([f"unix:{folder}/api.sock"], "others may write to its folder")

    def test_sockets_of_a_supervisor_take_the_place_of_all_entries(self):
        path = self.stage.folder + "/api.sock"
        box = Box(self.stage, http={"listen": []})
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        activate = ["systemd-socket-activate", "-l", f"127.0.0.1:{port}", "-l", path, *box.argv()]
        if EMULATOR or subprocess.run(["which", activate[0]], capture_output=True, check=False).returncode:
            self.skipTest("needs systemd-socket-activate, and the process that it starts to be the daemon")
        box.daemon = self.stage.enter(Program(activate, "systemd-socket-activate"))
        box.line(f"Listening on {path}")
        for family, address in ((socket.AF_INET, ("127.0.0.1", port)), (socket.AF_UNIX, path)):
            with socket.socket(family) as caller:
                caller.settimeout(20)
                caller.connect(address)
                caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                self.assertIn(b" 200 ", caller.recv(1000))
        box.line(f"listening on unix:{path}")


class NoSilentDanger(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())

    def refused(self, *words, **over):
        ended = Box(self.stage, **over).run()
        self.assertEqual(ended.returncode, 78, ended.stderr)
        for word in words:
            self.assertIn(word, ended.stderr)

    def test_all_addresses_without_tokens_are_refused(self):
        self.refused("cmagent.json:8: http.listen[0]: is no loopback address", "http.tokenFile",
                     http={"listen": ["0.0.0.0:0"]})

    def test_a_token_that_can_be_guessed_is_refused(self):
        tokens = Box(self.stage).file("tokens", f"{TOKEN}\na\n")
        self.refused("http.tokenFile", f"{tokens}:2: a token must have 22", "draw one",
                     http={"listen": ["0.0.0.0:0"], "tokenFile": tokens})
        self.refused("http.tokenFile", "No such file", http={"tokenFile": "/none"})
        box = Box(self.stage, http={"tokenFile": tokens})
        checked = subprocess.run([*box.argv(), "--check-config"], capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stderr.partition(" a token")[0]), (78, f"http.tokenFile: {tokens}:2:"))

    def test_a_secret_that_others_can_read_is_warned_of(self):
        box = Box(self.stage)
        tokens, key, certificate = box.file("tokens", TOKEN), box.file("key", ""), box.file("certificate", "")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=box", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        box.configuration["http"]["tokenFile"] = tokens
        box.configuration["cm"].update(url="https://127.0.0.1:1/v2", caFile=certificate, clientCertFile=certificate,
                                       clientKeyFile=key)
        for mode, warnings in ((0o644, 1), (0o602, 1), (0o640, 0), (0o600, 0)):
            for name, secret in (("http.tokenFile", tokens), ("cm.clientKeyFile", key)):
                os.chmod(secret, mode)
                daemon = box.launch()
                said = box.said("is open to every user")
                self.assertEqual([line.count(f"{name}: {secret} ") for line in said], [1] * warnings, oct(mode))
                daemon.stop()
                os.chmod(secret, 0o600)

    def test_a_wrong_token_file_on_sighup_leaves_all_as_it_is(self):
        box = Box(self.stage)
        tokens = box.file("tokens", TOKEN)
        box.configuration["http"].update(tokenFile=tokens, listen=["0.0.0.0:0"])
        box.launch()
        port = int(box.line("listening on").rsplit(":", 1)[1])

        def status(token):
            with socket.create_connection(("127.0.0.1", port), 20) as caller:
                caller.sendall(f"GET /v1/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                               "Connection: close\r\n\r\n".encode())
                return int(caller.recv(100).split()[1])

        other = TOKEN[::-1]
        self.assertEqual((status(TOKEN), status(other)), (200, 401))
        box.file("tokens", f"{other}\nshort\n")
        box.daemon.process.send_signal(signal.SIGHUP)
        box.line("configuration unchanged: http.tokenFile: " + tokens + ":2: a token must have")
        self.assertEqual((status(TOKEN), status(other)), (200, 401))
        # Loopback is what the file says now, but the socket is what it was.
        box.configuration["http"] = {"listen": ["127.0.0.1:0"]}
        box.argv()
        box.daemon.process.send_signal(signal.SIGHUP)
        box.line("configuration unchanged: http.tokenFile: is missing")
        self.assertEqual((status(TOKEN), status("")), (200, 401))
        box.configuration["http"] = {"listen": ["127.0.0.1:0"], "tokenFile": tokens}
        box.argv()
        box.file("tokens", other)
        box.daemon.process.send_signal(signal.SIGHUP)
        box.line("configuration read again")
        self.assertEqual((status(TOKEN), status(other)), (401, 200))

    def test_a_credential_of_the_supervisor(self):
        box = Box(self.stage, http={"tokenFile": "$CREDENTIALS_DIRECTORY/tokens"})
        box.file("tokens", TOKEN)
        ended = box.run()
        self.assertEqual(ended.returncode, 78, ended.stderr)
        self.assertIn("http.tokenFile: $CREDENTIALS_DIRECTORY is not set", ended.stderr)
        self.enterContext(unittest.mock.patch.dict(os.environ, CREDENTIALS_DIRECTORY=self.stage.folder))
        box.launch()


@unittest.skipUnless(os.geteuid() == 0, "needs to be root to become somebody else")
class GuardsItself(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.nobody = pwd.getpwnam("nobody")

    def status(self, box):
        """/proc/PID/status; under an emulator that of the emulator, which is what the kernel knows."""
        text = pathlib.Path(f"/proc/{box.daemon.process.pid}/status").read_text()
        return {key: value.split() for key, _, value in (line.partition(":") for line in text.splitlines())}

    def as_nobody(self, **over):
        box = Box(self.stage, process={"user": "nobody"}, **over)
        os.chown(box.state, self.nobody.pw_uid, self.nobody.pw_gid)
        return box

    def test_it_leaves_no_core_and_gains_no_privileges(self):
        box = Box(self.stage)
        daemon = box.launch()
        self.assertEqual(self.status(box)["NoNewPrivs"], ["1"])
        self.assertEqual(self.status(box)["Umask"], ["0077"])
        limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        box.line("runs as root: process.user names a user of its own")
        before = set(os.listdir("."))
        daemon.process.send_signal(signal.SIGSEGV)
        status = daemon.process.wait(20)
        if not EMULATOR and not SANITIZER:
            self.assertEqual(status, -signal.SIGSEGV)
        self.assertEqual(set(os.listdir(".")), before)

    def test_nobody_of_the_same_user_looks_into_its_memory(self):
        box = self.as_nobody()
        box.launch()
        look = ["dd", f"if=/proc/{box.daemon.process.pid}/mem", "of=/dev/null", "count=1"]
        refused = subprocess.run(look, user="nobody", capture_output=True, text=True, check=False)
        self.assertIn("Permission denied", refused.stderr)

    def test_it_becomes_its_user_with_his_groups_alone(self):
        box = self.as_nobody()
        box.launch()
        status = self.status(box)
        own = sorted({self.nobody.pw_gid, *(g.gr_gid for g in grp.getgrall() if "nobody" in g.gr_mem)})
        self.assertEqual(status["Uid"], [str(self.nobody.pw_uid)] * 4)
        self.assertEqual(status["Gid"], [str(self.nobody.pw_gid)] * 4)
        self.assertEqual(sorted(map(int, status["Groups"])), own)
        for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            self.assertEqual(int(status[kind][0], 16), 0, kind)
        self.assertFalse(box.said("runs as root"))
        # Its threads as well (an emulator has one of its own), and what it writes and reads again is its own.
        for task in pathlib.Path(f"/proc/{box.daemon.process.pid}/task").iterdir():
            if not EMULATOR:
                self.assertIn(f"Uid:\t{self.nobody.pw_uid}", (task / "status").read_text())
        wait_for(lambda: list(box.state.glob("state-*")), "the state on flash")
        for slot in box.state.glob("state-*"):
            self.assertEqual((slot.stat().st_uid, stat.S_IMODE(slot.stat().st_mode)), (self.nobody.pw_uid, 0o600))
        box.daemon.process.send_signal(signal.SIGHUP)
        box.line("configuration read again")
        self.assertFalse(box.said("kept in memory only"))

    def test_a_socket_for_a_group(self):
        folder = pathlib.Path(self.stage.folder) / "run"
        folder.mkdir()
        os.chown(folder, self.nobody.pw_uid, self.nobody.pw_gid)
        path = folder / "api.sock"
        box = self.as_nobody(http={"listen": [f"unix:{path}"], "socketGroup": "audio", "socketMode": "0620"})
        box.launch()
        self.assertEqual(path.stat().st_gid, grp.getgrnam("audio").gr_gid)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o620)
        self.assertEqual(box.daemon.stop(), 0)
        self.assertFalse(path.exists(), "the folder is its user's: it removes the socket")

    def memory(self, box):
        """What the process may write to: its own data, its heap, its stacks."""
        pid = box.daemon.process.pid
        with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                ends, rights = line.split()[:2]
                if rights.startswith("rw"):
                    first, end = (int(address, 16) for address in ends.split("-"))
                    memory.seek(first)
                    yield memory.read(end - first)

    @unittest.skipIf(EMULATOR or SANITIZER, "the emulator's or sanitizer's memory is not the daemon's alone")
    def test_no_secret_outlives_its_use(self):
        cm = self.stage.cmsim(ttl=4)
        box = Box(self.stage, cm={"url": cm.url, "caFile": str(cm.ca)})
        box.launch()
        port = int(box.line("listening on").rsplit(":", 1)[1])
        http, key = Http("127.0.0.1", port), "key-of-the-app-0123456789"
        subject = "household-that-is-not-told"
        start = {"idp": "mvpd", "subject": subject, "clientKey": key}

        def found(secret):
            return sum(part.count(secret.encode()) for part in self.memory(box))

        id = http.post("/v1/sessions", start).json["id"]
        self.assertGreater(found(subject), 0, "the search finds what is there")
        wait_for(lambda: not found(key), "a digest of the key is enough")
        codes = [session["terminationCode"] for session in cm.sessions()]
        http.get(f"/v1/sessions/{id}?clientKey={key}")
        self.assertEqual(http.delete(f"/v1/sessions/{id}?clientKey={key}").status, 204)
        wait_for(lambda: cm.sessions()[0]["state"] == "ended", "the end at CM")
        http.get("/healthz")
        for secret in (subject, key, *codes):
            wait_for(lambda secret=secret: not found(secret), f"{secret} is gone")

    def test_accounts_that_the_box_does_not_have(self):
        for over, words in (({"process": {"user": "no-such"}}, "process.user: no-such: the box has no such user"),
                            ({"http": {"socketGroup": "no-such"}}, "http.socketGroup: no-such: the box has no such")):
            ended = Box(self.stage, **over).run()
            self.assertEqual(ended.returncode, 78, ended.stderr)
            self.assertIn(words, ended.stderr)

    def test_root_by_name_stays_root_and_is_told(self):
        box = Box(self.stage, process={"user": "root"})
        box.launch()
        box.line("runs as root")


if __name__ == "__main__":
    unittest.main()
