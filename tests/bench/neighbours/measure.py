#!/usr/bin/env python3
"""An honest UI beside each attack of one other program: does it notice, and what does the box pay?

    tests/bench/neighbours/measure.py BIN [--seconds 30] [ATTACK …]
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parents[1] / "e2e")]

import attacks  # noqa: E402

# contract.md, "Shares"
AT_ONCE = 10
STARTS_A_SECOND = 1
WRITES_A_SECOND = 1
LINES_A_SECOND = 10
# A box's daemon has 1.7 MB resident when idle, and is to stay under 4 MB (the README at the top). Here the
# distribution's libraries, with what they link, have some 4 MB more: what callers add is what can be compared.
MOST_MORE_KIB = 2300
SLACK_MS = 50  # beyond twice the undisturbed p99
# A start waits for the one that is with CM already: there is one connection for starts (two-connections.md).
IN_FRONT_MS = {"slow-questions": attacks.SLOW_MS}
KEY = "the-honest-one-0123456789"
SUBJECT = "honest"


class Honest:
    """A UI that plays, is told of it, and stops, about once a second."""

    def __init__(self, agent, events):
        self.agent, self.events = agent, events
        self.ms = {"start": [], "stop": [], "event": []}
        self.failed = []

    def play(self):
        begin = time.monotonic()
        heard = len(self.events.seen)
        try:
            answer = self.agent.start(SUBJECT, clientKey=KEY, metadata={"channel": "News"})
            started = time.monotonic()
            if answer.status != 201:
                return self.failed.append(f"start: {answer.status} {answer.json.get('code')}")
            id = answer.json["id"]
            answer = self.agent.delete(f"/v1/sessions/{id}?clientKey={KEY}")
            stopped = time.monotonic()
            if answer.status != 204:
                return self.failed.append(f"stop: {answer.status}")
            event = self.events.next("session-ended", heard, sessionId=id)
        except (OSError, AssertionError) as fault:
            return self.failed.append(repr(fault)[:80])
        self.ms["start"].append((started - begin) * 1000)
        self.ms["stop"].append((stopped - started) * 1000)
        self.ms["event"].append((event["at"] - started) * 1000)

    def go_on(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            begin = time.monotonic()
            self.play()
            time.sleep(max(0, 1.1 - (time.monotonic() - begin)))


def p99(values):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))] if ordered else float("inf")


class Box:
    """What the daemon costs: flash, log, memory, starts at CM."""

    def __init__(self, agent, cm):
        self.agent, self.cm = agent, cm
        self.over = False
        self.most_kib = 0
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.before = self.counts()
        self.thread.start()

    def counts(self):
        sequence = 0
        for slot in self.agent.folder.glob("state*"):
            words = slot.read_bytes()[:50].split()
            if len(words) > 2 and words[0] == b"cmagent-state":
                sequence = max(sequence, int(words[2], 16))
        starts = [r for r in self.cm.requests("init") if r.get("subject") != SUBJECT]
        return {"writes": sequence, "lines": len(self.agent.err), "starts": len(starts)}

    def watch(self):
        while not self.over:
            status = pathlib.Path(f"/proc/{self.agent.process.pid}/status").read_text()
            self.most_kib = max(self.most_kib, int(status.partition("VmRSS:")[2].split()[0]))
            time.sleep(0.05)

    def end(self):
        self.over = True
        self.thread.join()
        after = self.counts()
        return {name: after[name] - self.before[name] for name in after}


def measure(name, seconds):
    import stage

    with tempfile.TemporaryDirectory(prefix="cmagent-") as folder:
        cm = stage.Cmsim(folder, "--idle-close", "600", ttl=60)
        cm.fault({"status": 401}, call="init", subject="refused")
        cm.fault({"delayMs": attacks.SLOW_MS, "status": 409}, call="init", subject="slow")
        for number in range(8):
            cm.fault({"delayMs": attacks.SLOW_MS}, call="streams", subject=f"slow-{number}")

        class Quiet(stage.Agent):
            def launch(self):
                super().launch("--log-level", "info")

        agent = Quiet(folder, cm.url, cm.ca, {"session": {"startsPerMinute": 60, "onUnreachable": "allow"}})
        events = stage.Events(agent, query=f"?clientKey={KEY}")
        honest = Honest(agent, events)
        honest.play()  # CM knows it from now on
        for values in honest.ms.values():
            values.clear()
        box = Box(agent, cm)
        attacker = None
        if name:
            attacker = subprocess.Popen([sys.executable, HERE / "attacks.py", name, agent.host, str(agent.port)])
            time.sleep(1)
        honest.go_on(seconds)
        spent = box.end()
        if attacker:
            attacker.send_signal(signal.SIGKILL)
            attacker.wait()
        events.close()
        for program in (agent, cm):
            program.kill()
    whole = seconds + (1 if name else 0)
    return {"honest": {what: p99(values) for what, values in honest.ms.items()},
            "failed": honest.failed, "kib": box.most_kib,
            "lines": spent["lines"] / whole, "writes": max(0, spent["writes"] - 1) / whole,  # the first goes at once
            "starts": max(0, spent["starts"] - AT_ONCE) / whole}


def faults_of(name, row, calm):
    in_front = {"start": IN_FRONT_MS.get(name, 0)}
    faults = [f"{what} {row['honest'][what]:.0f} ms" for what, ms in calm["honest"].items()
              if row["honest"][what] > 2 * ms + SLACK_MS + in_front.get(what, 0)]
    faults += row["failed"][:3]
    for name, most in (("starts", STARTS_A_SECOND), ("writes", WRITES_A_SECOND), ("lines", LINES_A_SECOND)):
        if row[name] > most * 1.1:
            faults.append(f"{name} {row[name]:.1f} a second")
    if row["kib"] - calm["kib"] > MOST_MORE_KIB:
        faults.append(f"RSS {row['kib'] - calm['kib']} KiB more")
    return faults


def print_row(name, row, faults):
    ms = " ".join(f"{row['honest'][what]:8.1f}" for what in ("start", "stop", "event"))
    print(f"{name:20s} {ms}   {row['starts']:6.1f} {row['writes']:7.1f} {row['lines']:6.1f} {row['kib']:7d}   "
          + ("; ".join(faults) or "ok"), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("attacks", nargs="*")
    options = parser.parse_intermixed_args()
    os.environ["CMAGENT_BIN"] = str(options.bin.resolve())  # for stage.py
    print(f"p99 of an honest UI's start, stop (ms) and event after it, beside each attack for {options.seconds:.0f} s; "
          "the attacker's starts at CM\nbeyond the first ten, synced writes and lines of log a second; RSS in KiB\n")
    print(f"{'':20s} {'start':>8s} {'stop':>8s} {'event':>8s}   "
          f"{'starts':>6s} {'writes':>7s} {'lines':>6s} {'RSS':>7s}")
    calm = measure(None, options.seconds)
    print_row("undisturbed", calm, calm["failed"])
    bad = bool(calm["failed"])
    for name in options.attacks or attacks.ATTACKS:
        row = measure(name, options.seconds)
        faults = faults_of(name, row, calm)
        bad = bad or bool(faults)
        print_row(name, row, faults)
    print("\n" + "\n".join(f"{name}: {what}" for name, (what, _) in attacks.ATTACKS.items()))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
