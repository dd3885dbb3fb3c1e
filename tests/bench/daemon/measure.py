#!/usr/bin/env python3
"""What the daemon costs: instructions and system calls of a start, a session, a heartbeat, a whole 409, an idle minute

    tests/bench/run daemon [--native] [--counts] [--json FILE]

The real daemon under QEMU, which counts all its threads; a CM with TLS and one lease of 3 s. All figures are of a fresh
daemon. "until it waits": from what begins it until the daemon has done nothing for a third of a second. Less is better.
--native: not for armhf. --counts: the idle time is 5 s, not a minute.
"""
import http.client
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cm import Cm  # noqa: E402
from counting import Counter, read_arguments  # noqa: E402
from results import Results, print_table  # noqa: E402

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
LEASE_S = 3
HEARTBEATS = 3  # their mean
GETS = 200
QUIET_S = 0.35


class Box:
    """A daemon that is counted."""

    def __init__(self, counter, program, folder, roots=None):
        """`roots`: a file in the place of the CM's own root."""
        self.counter = counter
        self.cm = Cm(folder, LEASE_S, counter.counts)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        configuration = {"cm": {"url": f"https://localhost:{self.cm.server_address[1]}/v2", "applicationId": "demo-app",
                                "caFile": str(roots or self.cm.certificate)},
                         "http": {"listen": [f"127.0.0.1:{self.port}"]}, "state": {"dir": str(folder / "state")}}
        (folder / "state").mkdir(mode=0o700)
        (folder / "agent.json").write_text(json.dumps(configuration))
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen(counter.command(program, "--config", folder / "agent.json"), stderr=self.log)

    def wait_for(self, condition, what, patience=60):
        until = time.monotonic() + patience
        while not condition():
            if time.monotonic() > until or self.process.poll() is not None:
                raise SystemExit(f"did not happen: {what}\n{pathlib.Path(self.log.name).read_text()[-2000:]}")
            time.sleep(0.02)

    def serves(self):
        """Without a connection, which would be counted."""
        sockets = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(words[1].endswith(f":{self.port:04X}") and words[3] == "0A" for words in sockets)

    def waits(self):
        """All its threads sleep: none has been stopped, or is ready and has no processor."""
        states = [file.read_text().rpartition(")")[2].split()[0]
                  for file in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/stat")]
        return set(states) == {"S"}

    def settled(self):
        """The counts, once the daemon waits."""
        before, since = self.counter.counts(), time.monotonic()
        while time.monotonic() - since < QUIET_S:
            time.sleep(0.01)
            now = self.counter.counts()
            if now != before or not self.waits():
                before, since = now, time.monotonic()
        return before

    def ask(self, method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, target, json.dumps(body) if body else None,
                           {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 400:
            raise SystemExit(f"{method} {target}: {answer.status} {text}")
        return text

    def start_session(self):
        return json.loads(self.ask("POST", "/v1/sessions", {"idp": "mvpd", "subject": "home",
                                                            "metadata": {"channel": "News"}}))["id"]

    def read_often(self, times):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for _ in range(times):
            connection.request("GET", "/v1/sessions")
            connection.getresponse().read()
        connection.close()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.cm.shutdown()


def less(after, before, share=1):
    return tuple((a - b) // share for a, b in zip(after, before))


def measure(counter, program, idle_s):
    """[(what, when it is over, (instructions, system calls))] of one daemon, and what CM has seen."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        box = Box(counter, program, pathlib.Path(name))
        try:
            box.wait_for(box.serves, "the daemon serves")
            start = box.settled()
            found.append(("start of the daemon", "until it waits", start))
            # Its own question to CM, 5 to 15 s after the start, would fall into whatever is measured then.
            box.wait_for(lambda: box.cm.of_kind("get"), "the daemon asks CM whether it knows the application")
            asked = box.settled()
            found.append(("its own question to CM", "with the handshake", less(asked, start)))
            time.sleep(idle_s)
            found.append((f"idle, {idle_s} s", "nobody listens", less(counter.counts(), asked)))

            box.read_often(1)
            before = box.settled()
            box.read_often(GETS)
            found.append(("GET /v1/sessions", "on a kept connection", less(box.settled(), before, GETS)))

            before = box.settled()
            first = box.start_session()
            found.append(("session, the first", "on a kept connection, until it waits", less(box.settled(), before)))
            seen = len(box.cm.of_kind("heartbeat"))
            box.wait_for(lambda: len(box.cm.of_kind("heartbeat")) > seen + HEARTBEATS, "heartbeats")
            beats = box.cm.of_kind("heartbeat")[seen:]
            found.append(("heartbeat", "from one at CM to the next", less(beats[HEARTBEATS], beats[0], HEARTBEATS)))

            for body in ("409-service-streams", "409-guide"):
                text = (FIXTURES / f"{body}.json").read_bytes()
                seen = len(box.cm.of_kind("denied"))
                box.cm.denial = (409, text)
                box.wait_for(lambda: len(box.cm.of_kind("denied")) > seen, "a 409")
                after = box.settled()
                found.append((f"{body}, the whole", "from the call at CM until it waits",
                              less(after, box.cm.of_kind("denied")[-1])))
                before = box.settled()
                last = box.start_session()
                if body == "409-service-streams":
                    found.append(("session, one more", "until it waits", less(box.settled(), before)))
            seen = len(box.cm.of_kind("denied"))
            box.cm.denial = (410, (FIXTURES / "410-service-remote-termination.json").read_bytes())
            box.wait_for(lambda: len(box.cm.of_kind("denied")) > seen, "a 410")
            found.append(("410, the whole", "from the call at CM until it waits",
                          less(box.settled(), box.cm.of_kind("denied")[-1])))
            assert first != last
            seen = {"handshakes": box.cm.handshakes, "heartbeats": len(box.cm.of_kind("heartbeat")),
                    "other calls": len(box.cm.calls) - len(box.cm.of_kind("heartbeat"))}
        finally:
            box.end()
    return found, seen


def main():
    options, folders = read_arguments(__doc__)
    results = Results("daemon", options.json)
    broken = []
    rows = []
    for arch, folder in folders.items():
        counter = Counter(arch, folders["x86"] / "bench_counter.so", folder / "daemon.counts")
        counter.file.unlink(missing_ok=True)
        found, seen = measure(counter, folder / "cmagentd", 5 if options.counts else 60)
        for number, (what, when, counts) in enumerate(found):
            idle = what.startswith("idle")
            name = "idle" if idle else what.replace(", the whole", "")
            results.count(f"{arch}/{'nothing' if idle else 'daemon'}/{name}", counts[0])
            # How many calls depends on how fast the machine is: between two steps a timer may be due.
            results.time(f"{arch}/calls/{name}", counts[1])
            if len(rows) <= number:
                rows.append([what, when])
            rows[number] += counts
        broken += [f"{arch}: an idle daemon has done something: {counts}"
                   for what, _, counts in found if what.startswith("idle") and any(counts)]
        results.time(f"{arch}/handshakes", seen["handshakes"])
        print(f"{arch}: CM has seen " + ", ".join(f"{number} {what}" for what, number in seen.items()))
    print("\nInstructions and system calls of a fresh daemon: less is better")
    head = ["", ""]
    for arch in folders:
        head += [f"{arch} instr.", "calls"]
    print_table([head] + rows, left=2)
    results.write()
    for what in broken:
        print("over the limit:", what)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
