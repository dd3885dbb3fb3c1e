"""--check-config says what the start would say, with the same status: of each configuration both are asked."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import unittest

from stage import BIN, EMULATOR, Program, Stage

TOKEN = "Uq3x_Tn-08vLcY2mZr7WdA"


def certificate(folder, name, days="30"):
    """A root of its own, and its key."""
    made = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    days, "-subj", f"/CN={name}", "-out", made[0], "-keyout", made[1]], check=True, capture_output=True)
    made[1].chmod(0o600)
    return made


class CheckSaysWhatTheStartSays(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.stage = stack.enter_context(Stage())
        cls.folder = pathlib.Path(cls.stage.folder)
        cls.folder.chmod(0o755)
        cls.root, cls.key = certificate(cls.folder, "one")
        cls.other, cls.other_key = certificate(cls.folder, "two")

    def file(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def argv(self, text):
        return [str(word) for word in [*EMULATOR, BIN / "cmagentd", "--config", self.file("cmagent.json", text, 0o644)]]

    def configuration(self, **over):
        configuration = {"cm": {"url": "https://127.0.0.1:1/v2", "applicationId": "demo-app", "caFile": str(self.root)},
                         "http": {"listen": ["127.0.0.1:0"]}, "state": {"dir": str(self.folder)}}
        for section, members in over.items():
            configuration.setdefault(section, {}).update(members)
        return json.dumps(configuration, indent=1)

    @staticmethod
    def lines(said):
        """Without time and level."""
        words = [re.sub(r"^\S+Z (error|warning|info|debug) ", "", line) for line in said.splitlines()]
        return [line for line in words if "runs as root" not in line]

    def same(self, status, words, text, **environment):
        argv = self.argv(text)
        how = {"capture_output": True, "text": True, "timeout": 60, "check": False,
               "env": {**os.environ, **environment}}
        checked = subprocess.run([*argv, "--check-config"], **how)
        started = subprocess.run(argv, **how)
        self.assertEqual((checked.returncode, started.returncode), (status, status), checked.stderr + started.stderr)
        self.assertIn(words, checked.stderr)
        self.assertEqual(self.lines(checked.stderr)[-1], self.lines(started.stderr)[-1])
        self.assertNotIn("listening on", checked.stderr)

    def broken(self):
        """(status, words, text of the configuration)"""
        command = self.file("no-x.sh", "#!/bin/sh\n", 0o644)
        script = self.file("stop.sh", "#!/bin/sh\n", 0o755)
        shared = self.folder / "shared"
        shared.mkdir(exist_ok=True)
        shared.chmod(0o777)
        own = self.folder / "own"
        own.mkdir(exist_ok=True)
        (own / "file").write_text("precious")
        make = self.configuration

        def stop(*argv, **more):
            return make(player={"adapter": "exec", "stop": list(argv), **more})

        yield 78, "cmagent.json:1:", "no JSON"
        yield 78, "cmagent.json", make()[:60]
        yield 78, "cm.colour", make(cm={"colour": "red"})
        yield 78, "session.graceSeconds: 4000 is out of range", make(session={"graceSeconds": 4000})
        yield 78, "cm.url", make(cm={"url": "http://cm.example/v2"})
        yield 78, "http.listen[0]", make(http={"listen": ["0.0.0.0:0"]})
        # Roots, certificates, keys.
        yield 78, "cm.caFile: /no/such/roots.pem: No such file", make(cm={"caFile": "/no/such/roots.pem"})
        yield 78, "empty.pem: ", make(cm={"caFile": self.file("empty.pem", "")})
        yield 78, "text.pem: ", make(cm={"caFile": self.file("text.pem", "these are no roots\n")})
        yield 78, f"cm.caFile: {self.folder}: ", make(cm={"caFile": str(self.folder)})
        yield 78, f"cm.clientKeyFile: {self.other_key}: ", make(cm={"clientCertFile": str(self.root), "clientKeyFile": str(self.other_key)})
        yield 78, "cm.clientCertFile: /no/such.pem: ", make(cm={"clientCertFile": "/no/such.pem", "clientKeyFile": str(self.key)})
        yield 78, "k.pem: ", make(cm={"clientCertFile": str(self.root), "clientKeyFile": self.file("k.pem", "no key")})
        yield 78, "cm.client", make(cm={"clientCertFile": str(self.root)})
        # Tokens.
        yield 78, "http.tokenFile: /no/such/tokens: No such file", make(http={"tokenFile": "/no/such/tokens"})
        yield 78, "tokens:2: a token must have", make(http={"tokenFile": self.file("tokens", f"{TOKEN}\nshort\n")})
        yield 78, "stands there twice", make(http={"tokenFile": self.file("twice", f"{TOKEN}\n{TOKEN}\n")})
        yield 78, "is longer than", make(http={"tokenFile": self.file("long", f"# {'x' * 17000}\n")})
        yield 78, "Is a directory", make(http={"tokenFile": str(self.folder)})
        yield 78, "$CREDENTIALS_DIRECTORY is not set", make(http={"tokenFile": "$CREDENTIALS_DIRECTORY/tokens"})
        # Commands.
        yield 78, "player.stop: no-such-program: is in no folder of PATH", stop("no-such-program")
        yield 78, "player.stop: /no/such/program: No such file", stop("/no/such/program", "x")
        yield 78, f"player.stop: {command}: Permission denied", stop(command)
        yield 78, f"player.stop: {own}: is no file", stop(str(own))
        yield 78, "player.stop: ./relative: No such file", stop("./relative")
        yield 78, f"player.stop: {script}/x: Not a directory", stop(f"{script}/x")
        yield 78, "player.force: killl: is in no folder", stop("true", force=["killl"])
        yield (78, "players.bedroom.stop: bedroom-stop: is in no folder",
               make(players={"bedroom": {"adapter": "exec", "stop": ["bedroom-stop"]}}))
        yield 78, "player.force: no-such: is in no", make(player={"adapter": "ui", "force": ["no-such"]})
        # A player that is two.
        yield (78, "players.b.socket: /run/mpv.sock: is another player's",
               make(players={"a": {"adapter": "mpv", "socket": "/run/mpv.sock"},
                             "b": {"adapter": "mpv", "socket": "/run/mpv.sock"}}))
        yield (78, "players.b.socket: /s: is another player's",
               make(player={"adapter": "mpv", "socket": "/s"}, players={"b": {"adapter": "mpv", "socket": "/s"}}))
        # Accounts.
        yield 78, "http.socketGroup: no-such: the box has no such group", make(http={"socketGroup": "no-such"})
        if os.geteuid() == 0:
            yield 78, "process.user: no-such: the box has no such user", make(process={"user": "no-such"})
        if os.geteuid() == 0 and not EMULATOR:
            hidden = self.file("hidden.sh", "#!/bin/sh\n", 0o700)
            yield (78, f"player.stop: {hidden}: Permission denied",
                   make(process={"user": "nobody"}, player={"adapter": "exec", "stop": [hidden]}))
        # Sockets.
        yield 69, "its folder is missing", make(http={"listen": [f"unix:{self.folder}/none/api.sock"]})
        yield 69, "others may write to its folder", make(http={"listen": [f"unix:{shared}/api.sock"]})
        yield 69, "address in use", make(http={"listen": [f"unix:{own}/file"]})

    def test_of_what_is_broken(self):
        count = 0
        for status, words, text in self.broken():
            with self.subTest(words):
                self.same(status, words, text)
            count += 1
        self.assertGreater(count, 20)
        self.assertEqual((self.folder / "own/file").read_text(), "precious")

    def test_a_command_is_looked_for_in_path_as_the_start_does(self):
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        self.file("bin/bedroom-off", "#!/bin/sh\n", 0o755)
        text = self.configuration(player={"adapter": "exec", "stop": ["bedroom-off"]})
        self.same(78, "bedroom-off: is in no folder of PATH", text, PATH="/bin:/usr/bin")
        self.fine(text, PATH=f"/no/such:{folder}:{os.environ['PATH']}")

    def fine(self, text, **environment):
        checked = subprocess.run([*self.argv(text), "--check-config"], capture_output=True, text=True, timeout=60,
                                 check=False, env={**os.environ, **environment})
        self.assertEqual(checked.returncode, 0, checked.stderr)
        return checked.stderr

    def test_of_what_is_well_it_says_nothing_and_touches_nothing(self):
        state = self.folder / "state"
        state.mkdir(exist_ok=True)
        run = self.folder / "run"
        run.mkdir(exist_ok=True)
        text = self.configuration(
            cm={"clientCertFile": str(self.root), "clientKeyFile": str(self.key)}, state={"dir": str(state)},
            http={"tokenFile": self.file("good", TOKEN), "listen": ["127.0.0.1:1", "192.0.2.1:8790", f"unix:{run}/api.sock"]},
            player={"adapter": "exec", "stop": ["true"], "force": ["/bin/sh", "-c", "true"]},
            players={name: {"adapter": "mpv", "socket": f"/{name}", "force": ["true"]} for name in "ab"})
        self.assertEqual(self.lines(self.fine(text)), [])
        self.assertEqual((list(state.iterdir()), list(run.iterdir())), ([], []))

    def test_what_is_warned_of_at_the_start_is_warned_of_here(self):
        tokens = self.file("open", TOKEN, 0o644)
        text = self.configuration(http={"tokenFile": tokens}, state={"dir": str(self.folder / "none")})
        said = self.lines(self.fine(text))
        daemon = self.stage.enter(Program(self.argv(text), "cmagentd"))
        daemon.line(daemon.err, "kept in memory only")
        for line in said:
            self.assertIn(line, self.lines("\n".join(daemon.err)))
        self.assertEqual(len(said), 2, said)
        daemon.stop()


if __name__ == "__main__":
    unittest.main()
