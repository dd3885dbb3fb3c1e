#!/usr/bin/env python3
"""What the daemon has resident, by region, at moments of its life: see life.py.

    tests/bench/memory/measure.py BIN [--json FILE] [--objects]

BIN holds cmsim and, in static/, the daemon as it ships: static small libraries, without symbols. --objects: what of each
large object of the program is touched, for which symbols are needed. The same on a whole armhf box:
tests/qemu/boot armhf --memory.
"""

import argparse
import contextlib
import http.client
import json
import pathlib
import secrets
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent), str(HERE.parents[1] / "e2e")]

import life  # noqa: E402
import objects  # noqa: E402
import regions  # noqa: E402
import results  # noqa: E402
import stage  # noqa: E402

LEASE_S = 2
MOST_PSS_KIB = 1536  # after an hour and a thousand sessions; half of it is the program itself, which nobody shares here


class ThisMachine:
    def __init__(self, folder, program, cm):
        tokens = folder / "tokens"
        self.tokens = [secrets.token_hex(16) for _ in range(2)]
        tokens.write_text("\n".join(self.tokens) + "\n")
        tokens.chmod(0o600)
        (folder / "state").mkdir()
        self.program, self.configuration = program, folder / "cmagent.json"
        self.configuration.write_text(json.dumps({
            "cm": {"url": cm.url, "applicationId": "demo-app", "caFile": str(cm.ca)},
            "http": {"listen": ["127.0.0.1:0"], "tokenFile": str(tokens)},
            "device": {"metadata": {"deviceId": "box", "deviceName": "Box"}},
            "session": {"startsPerMinute": 60000},
            "state": {"dir": str(folder / "state")}}))
        self.daemon = None
        self.restart()

    def restart(self):
        self.stop()
        self.daemon = stage.Program([str(self.program), "--config", str(self.configuration)], "cmagentd")
        address = self.daemon.line(self.daemon.err, "listening on http://").split("http://")[1].split()[0]
        host, _, port = address.rstrip("/").rpartition(":")
        self.api = stage.Http(host, int(port), self.tokens[0])

    def connect(self):
        return http.client.HTTPConnection(self.api.host, self.api.port, timeout=life.PATIENCE)

    def smaps(self):
        return pathlib.Path(f"/proc/{self.daemon.process.pid}/smaps").read_text()

    def stop(self):
        if self.daemon:
            self.daemon.stop()


class WithObjects(life.Life):
    def note(self, moment):
        super().note(moment)
        print(regions.table({moment: self.moments[moment]}), file=sys.stderr)
        print(objects.table(self.box.program, self.box.daemon.process.pid), file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run memory")
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--json")
    parser.add_argument("--objects", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory() as temporary, contextlib.ExitStack() as actors:
        folder = pathlib.Path(temporary)
        stage.BIN = options.bin
        cm = stage.Cmsim(folder, ttl=LEASE_S)
        actors.callback(cm.stop)
        program = options.bin / "static/cmagentd"
        if not options.objects:
            subprocess.run(["strip", "-o", folder / "cmagentd", program], check=True)
            program = folder / "cmagentd"
        box = ThisMachine(folder, program, cm)
        actors.callback(box.stop)
        story = (WithObjects if options.objects else life.Life)(box, cm)
        story.of_an_hour()
        story.of_visitors()
    print("KiB: resident, and what of it no file backs\n")
    print(regions.table(story.moments))
    found = results.Results("memory", options.json)
    for moment, of in story.moments.items():
        for figure in ("rss", "pss", "own"):
            found.time(f"{moment}/{figure} KiB", of["all"][figure])  # no count: kernels differ in what they map at once
    found.write()
    long_run = story.moments[story.LONG_RUN]["all"]["pss"]
    print(f"PSS, {story.LONG_RUN} ({life.HOUR} heartbeats): {long_run} KiB, {MOST_PSS_KIB} at the most")
    return long_run > MOST_PSS_KIB


if __name__ == "__main__":
    sys.exit(main())
