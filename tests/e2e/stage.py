"""The actors of an end-to-end story: cmsim, agents, a real mpv.

Whatever the agents answer in a story is held to openapi.yaml at its end.

Programs are taken from CMAGENT_BIN (a build's bin folder) and, for a foreign architecture, run by
CMAGENT_EMULATOR. Everything listens on loopback, on ports that the system chooses.
"""

import http.client
import json
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import wave

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/unit"))

from check_answers import Description, check  # noqa: E402

BIN = pathlib.Path(os.environ.get("CMAGENT_BIN", ROOT / "build/dev/bin"))
DESCRIPTION = BIN.parent / "agent/ui/openapi.json"  # missing where the agent is built without it
SANITIZER = os.environ.get("CMAGENT_SANITIZER", "")  # its memory and its signals are not the program's alone
EMULATOR = shlex.split(os.environ.get("CMAGENT_EMULATOR", "").replace(";", " "))
# Emulated programs and those under a sanitizer start and answer more slowly; no protocol interval depends on this.
PATIENCE = float(os.environ.get("CMAGENT_PATIENCE", "20"))


def wait_for(condition, what, patience=PATIENCE):
    """The first true value of condition(); fails with `what` when there is none in time."""
    until = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError(f"did not happen within {patience} s: {what}")
        time.sleep(0.01)


class Program:
    """A child process; its standard error is kept line by line."""

    def __init__(self, argv, name):
        self.name = name
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.out, self.err = [], []
        self.threads = [threading.Thread(target=self._read, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def _read(pipe, into):
        for line in pipe:
            into.append(line.decode(errors="replace").rstrip("\n"))
        pipe.close()

    def line(self, lines, word):
        """The first line that holds `word`; fails when the program ends before it comes."""
        def look():
            found = next((line for line in lines if word in line), None)
            if found is None and self.process.poll() is not None:
                time.sleep(0.05)
                found = next((line for line in lines if word in line), None)
                if found is None:
                    raise AssertionError(f"{self.name} ended with {self.process.returncode}: {self.err[-5:]}")
            return found
        return wait_for(look, f"{self.name} says {word!r}; it said {self.out[-3:]} {self.err[-5:]}")

    def stop(self, patience=PATIENCE):
        """SIGTERM and the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.wait(patience)

    def wait(self, patience=PATIENCE):
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.name} did not end")

    def kill(self):
        self.process.kill()
        self.process.wait()


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Http:
    """Requests to one address, each on a connection of its own unless it is kept."""

    def __init__(self, host, port, token=None):
        self.host, self.port, self.token = host, port, token

    def request(self, method, path, body=None, headers=None, timeout=PATIENCE, connection=None):
        headers = dict(headers or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        own = connection is None
        connection = connection or http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            if own:
                connection.close()

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def patch(self, path, body, **more):
        return self.request("PATCH", path, body, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)


class Cmsim(Program):
    def __init__(self, folder, *options, ttl=4, plain=False):
        self.ca = pathlib.Path(folder) / "ca.pem"
        argv = [*EMULATOR, BIN / "cmsim", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--ttl", str(ttl)]
        argv += ["--plain"] if plain else ["--write-ca", self.ca]
        super().__init__([str(word) for word in [*argv, *options]], "cmsim")
        line = self.line(self.out, "listening on")
        self.url = line.split("listening on ")[1].split(",")[0]
        control = urllib.parse.urlparse(line.split("control on ")[1])
        self.control = Http(control.hostname, control.port)

    def sessions(self, state=None):
        listed = self.control.get("/control/sessions").json["sessions"]
        return [s for s in listed if state is None or s["state"] == state]

    def terminate(self, id, device="Tablet"):
        """Ends a session, as another device of the household does."""
        self.control.post(f"/control/sessions/{id}/terminate", {"deviceName": device})

    def status(self):
        return self.control.get("/control/status").json

    def requests(self, call=None):
        listed = self.control.get("/control/requests").json["requests"]
        return [r for r in listed if call is None or r["call"] == call]

    def fault(self, fault, **match):
        answer = self.control.post("/control/faults", {"match": match, "fault": fault})
        assert answer.status < 300, answer.body
        return answer


class Events(threading.Thread):
    """The agent's event stream, as a UI hears it."""

    def __init__(self, agent, headers=None, query=""):
        super().__init__(daemon=True)
        self.agent = agent
        self.connection = http.client.HTTPConnection(agent.host, agent.port, timeout=60)
        self.connection.request("GET", "/v1/events" + query, headers=headers or {})
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.read()
        self.seen = []
        self.start()

    def run(self):
        event = {}
        try:
            for raw in self.response:
                line = raw.decode().rstrip("\r\n")
                if not line and "event" in event:
                    event["at"] = time.monotonic()
                    self.seen.append(event)
                if not line:
                    event = {}
                elif not line.startswith(":"):
                    key, _, value = line.partition(":")
                    event[key] = json.loads(value) if key == "data" else value.strip()
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass

    def next(self, name, after=0, **data):
        """The first event of that name among those from number `after` on, with these members."""
        def look():
            for event in list(self.seen)[after:]:
                if event["event"] == name and all(event["data"].get(k) == v for k, v in data.items()):
                    return event
            return None
        return wait_for(look, f"event {name} {data}; seen {[e['event'] for e in self.seen]}")

    def close(self):
        try:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass


class Agent(Program, Http):
    """cmagentd on a port of its own. `over` replaces or adds members of the configuration."""

    token = None  # the same after the next launch()

    def __init__(self, folder, url, ca, over=None, name="box"):
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir(exist_ok=True)
        configuration = {
            "cm": {"url": url, "applicationId": "demo-app"},
            "http": {"listen": ["127.0.0.1:0"]},
            "device": {"metadata": {"deviceId": name, "deviceName": name}},
            "session": {"startsPerMinute": 60000},  # stories of the pace say their own
            "state": {"dir": str(self.folder)},
        }
        if ca:
            configuration["cm"]["caFile"] = str(ca)
        for section, members in (over or {}).items():
            configuration.setdefault(section, {}).update(members)
        self.configuration = self.folder / "cmagent.json"
        self.configuration.write_text(json.dumps(configuration, indent=1))
        self.label = name
        self.answers = {}
        self.launch()

    def request(self, method, path, *words, **more):
        answer = super().request(method, path, *words, **more)
        self.answers[method, path.partition("?")[0], answer.status, answer.body] = answer
        return answer

    def faulty_answers(self):
        """Those that are not as openapi.yaml describes them, or whose ETag stands for another body, too."""
        description, bodies = Description(DESCRIPTION), {}
        for (method, path, status, body), answer in self.answers.items():
            described = {"method": method, "path": path, "status": status, "body": body.decode(),
                         "fields": answer.headers}
            yield from (f"{method} {path} {status}: {fault}" for fault in check(description, described, set()))
            of = answer.headers.get("Location", path)  # a 201 shows what it has created
            if status >= 300 and "Location" not in answer.headers:
                continue  # a refusal tells the tag of what it has refused to change
            if "ETag" in answer.headers and body and bodies.setdefault((of, answer.headers["ETag"]), body) != body:
                yield f"{method} {of}: one ETag for two bodies: {body} {bodies[of, answer.headers['ETag']]}"

    def launch(self, *options):
        Program.__init__(self, [str(w) for w in [*EMULATOR, BIN / "cmagentd", "--config", self.configuration,
                                                 "--log-level", "debug", *options]], self.label)
        line = self.line(self.err, "listening on http://")
        address = urllib.parse.urlparse("http://" + line.split("http://")[1].split()[0])
        Http.__init__(self, address.hostname, address.port, self.token)

    def start(self, subject="household-1", idp="mvpd", **more):
        return self.post("/v1/sessions", {"idp": idp, "subject": subject, **more})

    def session(self, id):
        return self.get(f"/v1/sessions/{id}").json

    def in_state(self, id, state):
        return wait_for(lambda: (s := self.session(id)) and s["state"] == state and s,
                        f"session in state {state}; it is {self.session(id)}")


class Mpv(Program):
    """A real mpv that plays a generated clip without screen and sound card, as fast as a clock does."""

    def __init__(self, folder, clip, name="mpv"):
        self.socket = str(pathlib.Path(folder) / f"{name}.sock")
        super().__init__(["mpv", "--no-config", "--vo=null", "--ao=null", "--idle", "--loop=inf", "--really-quiet",
                          f"--input-ipc-server={self.socket}", str(clip)], name)
        wait_for(lambda: os.path.exists(self.socket), "mpv's socket")
        wait_for(lambda: self.property("idle-active") is False, "mpv plays")

    def property(self, name):
        return self.command("get_property", name)

    def command(self, *words):
        try:
            with socket.socket(socket.AF_UNIX) as ipc:
                ipc.settimeout(PATIENCE)
                ipc.connect(self.socket)
                ipc.sendall(json.dumps({"command": words, "request_id": 77}).encode() + b"\n")
                for line in ipc.makefile():
                    answer = json.loads(line)
                    if answer.get("request_id") == 77:
                        return answer.get("data")
        except OSError:
            return None
        return None


def make_clip(folder):
    """Two minutes of a low hum."""
    path = pathlib.Path(folder) / "clip.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(bytes(range(96, 160)) * (8000 * 120 // 64))
    return path


class Stage:
    """A folder that goes away with all actors in it."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="cmagent-")
        self.folder = self.temporary.name
        self.actors = []

    def __enter__(self):
        return self

    def __exit__(self, exception, *_):
        for actor in reversed(self.actors):
            try:
                actor.stop()
            except AssertionError:
                pass
        self.temporary.cleanup()
        if exception is None and DESCRIPTION.exists():
            agents = (actor for actor in self.actors if isinstance(actor, Agent))
            faults = [fault for agent in agents for fault in agent.faulty_answers()]
            assert not faults, faults

    def cmsim(self, *options, **more):
        self.cm = self.enter(Cmsim(self.folder, *options, **more))
        return self.cm

    def agent(self, name="box", url=None, ca=None, **over):
        return self.enter(Agent(self.folder, url or self.cm.url, ca or (None if self.cm.url.startswith("http:") else
                                                                       self.cm.ca), over, name))

    def mpv(self, name="mpv"):
        return self.enter(Mpv(self.folder, make_clip(self.folder), name))

    def enter(self, actor):
        self.actors.append(actor)
        return actor
