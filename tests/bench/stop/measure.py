#!/usr/bin/env python3
"""From the last byte of CM's 410 to the order on a player's socket, whatever else goes on.

    tests/bench/stop/measure.py BIN [--quick] [--calls] [--count N] [--agent CMAGENTD] [CONDITION…]

BIN/bench_stop is CM over TLS, seven players in mpv's manner and the UI that begins their sessions; it has a real-time
priority, so that what is late is late in the agent. Times are of this machine. Two things are the same on every one, and
counted by strace: the system calls that stand before an order, and the requests that are heard between two looks at CM.
Exit status 1: a condition misses its bound, or there are more of these than need be.
"""

import argparse
import contextlib
import json
import os
import pathlib
import pty
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tty

sys.path.append(str(pathlib.Path(__file__).parents[1]))

from results import Results  # noqa: E402

P99_US, MOST_US = 1000, 5000
MOST_CALLS = 2  # what a record of TLS takes: its head and its body
MOST_REQUESTS = 4  # kHeardInATurn
BYTES_A_SECOND = 11_520  # 115,200 baud
HOGS = 2
CLIENTS = 24


class Condition:
    """What the agent is given, and what hinders it: `hinder` is a list of (words of bench_stop_hinder, how often)."""

    def __init__(self, words, hinder=(), nice=-10, realtime=False, manner="alone", level="info", console=False, flash=False,
                 reload=False, bound=True):
        self.words, self.hinder, self.nice, self.manner, self.level = words, hinder, nice, manner, level
        self.console, self.flash, self.reload, self.bound, self.realtime = console, flash, reload, bound, realtime


LISTENERS = [("listen", 7), ("deaf", 1)]
CONDITIONS = {
    "quiet": Condition("nothing else"),
    "hogs-0": Condition("two hogs, the agent at nice 0", [("spin", HOGS)], nice=0, bound=False),
    "hogs": Condition("two hogs", [("spin", HOGS)]),
    "hogs-realtime": Condition("two hogs, process.realtime", [("spin", HOGS)], realtime=True),
    "clients-0": Condition("24 clients ask all the time, the agent at nice 0", [("kept", CLIENTS)], nice=0,
                           bound=False),
    "clients": Condition("24 clients ask all the time", [("kept", CLIENTS)]),
    "console": Condition("log on a console of 115,200 baud", console=True),
    "listeners": Condition("8 listeners, of whom one does not read", LISTENERS),
    "anew": Condition("24 clients, a connection for each request", [("anew", CLIENTS)]),
    "heaps": Condition("24 clients, 50 requests on the way each", [("heap", CLIENTS)]),
    "debug": Condition("log at debug, on a console", level="debug", console=True),
    "flash": Condition("flash that syncs in 0.5 s", flash=True),
    "hostile": Condition("a viewer is refused by 64 KiB all the time", manner="hostile"),
    "handshakes": Condition("a handshake for every start", manner="shaking"),
    "together": Condition("one 410 ends seven sessions", manner="together"),
    "reload": Condition("SIGHUP ten times a second", reload=True, bound=False),
    "all": Condition("hogs, clients, listeners, console", [("spin", HOGS), ("kept", CLIENTS - 8), *LISTENERS],
                     console=True),
}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def drain(master):
    """As slowly as a serial line takes it."""
    with contextlib.suppress(OSError):
        while os.read(master, BYTES_A_SECOND // 100):
            time.sleep(0.01)


class Run:
    """The agent between the bench and what hinders it."""

    def __init__(self, binaries, agent, condition, count, folder):
        self.children, self.condition = [], condition
        self.bench = self.start([binaries / "bench_stop", folder, condition.manner, str(count)], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        cm = int(self.bench.stdout.readline())
        self.port = free_port()
        (folder / "state").mkdir()
        self.configure(folder, cm)
        environment = dict(os.environ)
        if condition.flash:
            environment["LD_PRELOAD"] = str(binaries / "bench_stop_flash.so")
        log = (folder / "log").open("w")
        if condition.console:
            master, log = pty.openpty()
            tty.setraw(log)
            threading.Thread(target=drain, args=(master,), daemon=True).start()
        self.agent = self.start([agent, "--config", folder / "agent.json"], stderr=log, env=environment)
        self.await_port(folder / "log")
        for words, times in condition.hinder:
            for _ in range(times):
                self.start([binaries / "bench_stop_hinder", words, *([] if words == "spin" else [str(self.port)])])

    def start(self, words, **more):
        child = subprocess.Popen([str(word) for word in words], **more)
        self.children.append(child)
        return child

    def configure(self, folder, cm):
        players = {f"p{i}": {"adapter": "mpv", "socket": str(folder / f"{i}.sock")} for i in range(7)}
        (folder / "agent.json").write_text(json.dumps({
            "cm": {"url": f"https://localhost:{cm}/v2", "applicationId": "demo-app", "caFile": str(folder / "ca.pem")},
            "session": {"startsPerMinute": 60000, "maxSessions": 16}, "players": players,
            "http": {"listen": [f"127.0.0.1:{self.port}"]}, "state": {"dir": str(folder / "state")},
            "log": {"level": self.condition.level},
            "process": {"nice": self.condition.nice, "realtime": self.condition.realtime}}))

    def await_port(self, log):
        until = time.monotonic() + 20
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                assert self.agent.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.01)

    def latencies(self):
        self.bench.stdin.write(f"{self.port}\n")
        self.bench.stdin.flush()
        if self.condition.reload:
            threading.Thread(target=self.keep_reloading, daemon=True).start()
        return sorted(float(line) for line in self.bench.stdout)

    def keep_reloading(self):
        while self.agent.poll() is None:
            self.agent.send_signal(signal.SIGHUP)
            time.sleep(0.1)

    def end(self):
        for child in self.children:
            child.kill()
            child.wait()


def measure(binaries, agent, condition, count):
    with tempfile.TemporaryDirectory(prefix="cmagent-") as name:
        run = Run(binaries, agent, condition, count, pathlib.Path(name))
        try:
            return run.latencies()
        finally:
            run.end()


def trace(binaries, agent, name, count):
    """The loop's system calls in this condition, turn by turn, each turn beginning with the wait."""
    with tempfile.TemporaryDirectory(prefix="cmagent-") as folder:
        folder = pathlib.Path(folder)
        run = Run(binaries, agent, CONDITIONS[name], count, folder)
        tracer = subprocess.Popen(["strace", "-o", folder / "calls", "-p", str(run.agent.pid)], stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)  # until those who hinder are there
            run.latencies()
        finally:
            tracer.terminate()
            tracer.wait()
            run.end()
        lines = (folder / "calls").read_text(errors="replace").splitlines()
    waits = [line for line in lines if line.startswith(("epoll_wait(", "epoll_pwait("))]
    # libmicrohttpd has its own, made later, in which the loop never waits.
    own = min(int(line.split("(")[1].split(",")[0]) for line in waits)
    turns = [[]]
    for line in lines:
        if line.startswith((f"epoll_wait({own},", f"epoll_pwait({own},")):
            turns.append([])
        turns[-1].append(line)
    return turns[1:]


def count_calls(binaries, agent):
    """The most system calls from the 410's record to the first order that follows, while listeners are to be told too."""
    most = 0
    for turn in trace(binaries, agent, "listeners", 50):
        records = [i for i, line in enumerate(turn) if re.match(r"recvfrom\(\d+, .*, 5, 0, NULL, NULL\) += 5$", line)]
        orders = [i for i, line in enumerate(turn) if line.startswith("sendto") and '\\"stop\\"' in line]
        before = [i for i in records if orders and i < orders[0]]
        most = max(most, orders[0] - before[-1] if before else 0)
    return most


def count_requests(binaries, agent):
    """The most requests that are heard between two looks at CM, while all ask all the time."""
    return max(sum(line.startswith("recvfrom") and '"GET /' in line for line in turn)
               for turn in trace(binaries, agent, "clients", 50))


def measure_all(binaries, agent, names, count, results, missed):
    print("From the last byte of CM's 410 to the order on the player's socket, ms. Bounds: p99 "
          f"{P99_US / 1000:g}, most {MOST_US / 1000:g}.\n\n| condition | n | median | p99 | most | |\n|---|---|---|---|---|---|")
    for name in names:
        condition = CONDITIONS[name]
        times = measure(binaries, agent, condition, count)
        median, p99, most = times[len(times) // 2], times[len(times) * 99 // 100], times[-1]
        within = p99 <= P99_US and most <= MOST_US
        word = "" if not condition.bound else "within" if within else "misses"
        for word_of, time_of in (("median", median), ("p99", p99), ("most", most)):
            results.time(f"{name}/{word_of} ms", time_of / 1e3)
        print(f"| {condition.words} | {len(times)} | {median / 1e3:.3f} | {p99 / 1e3:.3f} | {most / 1e3:.3f} | {word} |",
              flush=True)
        missed += [name] if word == "misses" else []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="200 orders each, instead of 1,000")
    parser.add_argument("--calls", action="store_true", help="no times")
    parser.add_argument("--count", type=int)
    parser.add_argument("--agent", type=pathlib.Path, help="another build, to compare with")
    parser.add_argument("--json")
    parser.add_argument("conditions", nargs="*", metavar="CONDITION", help=", ".join(CONDITIONS))
    options = parser.parse_intermixed_args()
    binaries = options.bin.resolve()
    agent = (options.agent or binaries / "cmagentd").resolve()
    count = options.count or (200 if options.quick else 1000)
    results, missed = Results("stop", options.json), []
    if not options.calls:
        measure_all(binaries, agent, options.conditions or CONDITIONS, count, results, missed)
    for what, count_them, most in (("calls/from the record to the order", count_calls, MOST_CALLS),
                                   ("calls/requests between two looks at CM", count_requests, MOST_REQUESTS)):
        number = count_them(binaries, agent)
        results.count(f"native/{what}", number)
        missed += [what] if number > most else []
        print(f"{what}: {number} at the most. Bound: {most}.")
    results.write()
    print(f"missed in {', '.join(missed)}" if missed else "no finding")
    return 1 if missed else 0


sys.exit(main())
