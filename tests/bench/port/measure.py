#!/usr/bin/env python3
"""The local port, side by side with libmicrohttpd alone that checks the same; and while others are slow

    tests/bench/run port [--counts] [--json FILE]

Both are compiled and linked alike, and answer the same bytes to kept connections that all ask at once, by turns. Requests
a second: more is better; all else: less. A fresh daemon with two sessions. --counts: nothing that depends on this machine.
"""

import argparse
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from counting import Counter  # noqa: E402
from results import Results, print_table  # noqa: E402

ROUNDS = 7  # alternately, for the machine is not ours alone
SECONDS = 2
CONNECTIONS = (4, 24)  # of 32: what one program may have (contract.md, "Shares")
SLOW = 24  # of 32
LEAST_SHARE = 0.95
MOST_P99_MS = 1
COUNTED = 400  # requests
LONGEST_ANSWER_MS = 50
LONGEST_LIFE_S = 15


def start_agent(bin, folder, run=lambda *command: list(command)):
    """An agent with two sessions, which play on credit: CM cannot be reached."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    configuration = {"cm": {"url": "http://127.0.0.1:1/v2", "applicationId": "demo-app"},
                     "http": {"listen": [f"127.0.0.1:{port}"]}, "state": {"dir": str(folder)},
                     "log": {"level": "error"}, "process": {"nice": 0}}  # as libmicrohttpd alone
    (folder / "agent.json").write_text(json.dumps(configuration))
    agent = subprocess.Popen(run(bin / "cmagentd", "--config", folder / "agent.json"))
    until = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
    for channel in ("News", "Sports"):
        body = {"idp": "mvpd", "subject": "home", "metadata": {"channel": channel, "assetId": "4711"}}
        status, answer, _ = ask(port, "POST", "/v1/sessions", json.dumps(body))
        assert status == 201, answer
    return agent, port


def ask(port, method, target, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, target, body, {"Content-Type": "application/json"} if body else {})
    answer = connection.getresponse()
    result = answer.status, answer.read(), answer.getheaders()
    connection.close()
    return result


def start_bare(bin, folder, port, run=lambda *command: list(command)):
    """libmicrohttpd alone, with the very bytes that the agent answers."""
    _, body, fields = ask(port, "GET", "/v1/sessions")
    (folder / "body").write_bytes(body)
    words = [word for name, value in fields if name != "Content-Length" for word in (name, value)]
    bare = subprocess.Popen(run(bin / "bench_port_bare", folder / "body", *words), stdout=subprocess.PIPE, text=True)
    bare_port = int(bare.stdout.readline())
    assert ask(bare_port, "GET", "/v1/sessions")[1] == body
    return bare, bare_port, len(body)


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(bin, process, port, connections):
    """Requests a second, by the clock and by the server's share of a processor; median, p99 and most in ms."""
    argv = [bin / "bench_port_load", str(port), "/v1/sessions", str(connections), str(SECONDS)]
    before = processor_seconds(process)
    words = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()
    rate, *ms = (float(word) for word in words)
    return rate, rate * SECONDS / max(processor_seconds(process) - before, 0.01), *ms


def measure_throughput(bin, folder, agent, port, results):
    bare, bare_port, size = start_bare(bin, folder, port)
    good = True
    for connections in CONNECTIONS:
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(load(bin, bare, bare_port, connections))
            ours.append(load(bin, agent, port, connections))
        print(f"\nGET /v1/sessions, {size} bytes, {connections} kept connections, median of {ROUNDS} × {SECONDS} s, fresh")
        rows = [("", "requests a second", "… of a processor", "p50 ms", "p99 ms", "most ms")]
        for name, figures in (("libmicrohttpd alone", theirs), ("cmagentd", ours)):
            rate, cpu, *ms = (statistics.median(one) for one in zip(*figures))
            rows.append((name, round(rate), round(cpu), *(f"{one:.3f}" for one in ms)))
        shares = [statistics.median(a / b for a, b in zip(*pair)) for pair in list(zip(zip(*ours), zip(*theirs)))[:2]]
        rows.append(("share", *shares, "", "", ""))
        print_table(rows)
        p99 = statistics.median(one[3] for one in ours)
        p99_alone = statistics.median(one[3] for one in theirs)
        print(f"  wanted: a share of {LEAST_SHARE} at least; p99 of {MOST_P99_MS} ms at most, or what libmicrohttpd alone has here")
        results.time(f"share/{connections} connections", round(max(shares), 3))
        results.time(f"p99 ms/{connections} connections", p99)
        # The processor's share is what a machine that others use at the same time can tell.
        good = good and max(shares) >= LEAST_SHARE and p99 <= max(MOST_P99_MS, p99_alone / LEAST_SHARE)
    bare.kill()
    bare.wait()
    return good


def count(bin, results):
    """Instructions and system calls of a GET, of both: QEMU counts them, on any machine the same."""
    counters = {name: Counter("x86", bin / "bench_counter.so", bin / f"port.{name}.counts") for name in ("agent", "bare")}
    for counter in counters.values():
        counter.file.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        agent, port = start_agent(bin, folder, counters["agent"].command)
        bare, bare_port, _ = start_bare(bin, folder, port, counters["bare"].command)
        try:
            costs = {who: count_gets(counters[who], at) for who, at in (("agent", port), ("bare", bare_port))}
        finally:
            for process in (agent, bare):
                process.kill()
                process.wait()
    results.count("x86/daemon/GET", costs["agent"][0])
    # Between two requests of a slow machine a timer may be due: shown only.
    results.time("x86/calls/GET", costs["agent"][1])
    print("\nA GET on a kept connection, in the program alone, without the kernel")
    print_table([("", "instructions", "system calls"), ("libmicrohttpd alone", *costs["bare"]), ("cmagentd", *costs["agent"])])


def count_gets(counter, port):
    def ask_often(times):
        for _ in range(times):
            connection.request("GET", "/v1/sessions")
            connection.getresponse().read()
        time.sleep(0.3)
        return counter.counts()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    before = ask_often(20)
    after = ask_often(COUNTED)
    connection.close()
    return [(a - b) // COUNTED for a, b in zip(after, before)]


def measure_slow(port):
    """24 clients send a byte a second; the UI asks, each time on a new connection."""
    request = f"GET /v1/sessions HTTP/1.1\r\nHost: localhost\r\nX-Slow: {'x' * 100}".encode()
    begin = time.monotonic()
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(SLOW)]
    for client in slow:
        client.setblocking(False)
    times, sent, life = [], 0, 0.0
    while slow and time.monotonic() - begin < 30:
        for client in list(slow):
            try:
                client.send(request[sent:sent + 1])
                gone = client.recv(4096) == b""
            except BlockingIOError:
                gone = False
            except OSError:
                gone = True
            if gone:
                slow.remove(client)
                life = time.monotonic() - begin
        asked = time.monotonic()
        status, _, _ = ask(port, "GET", "/v1/sessions")
        assert status == 200
        times.append((time.monotonic() - asked) * 1000)
        sent += 1
        time.sleep(1)
    print(f"{SLOW} of 32 connections send a byte a second")
    print(f"  the UI is answered    {max(times):9.1f} ms at the latest    (wanted: {LONGEST_ANSWER_MS} at most)")
    print(f"  all are closed after  {life:9.1f} s    (wanted: {LONGEST_LIFE_S} at most)")
    return not slow and max(times) <= LONGEST_ANSWER_MS and life <= LONGEST_LIFE_S


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--counts", action="store_true")
    parser.add_argument("--json")
    options = parser.parse_args()
    bin = options.bin.resolve()
    results = Results("port", options.json)
    count(bin, results)
    good = [True]
    if not options.counts:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            agent, port = start_agent(bin, folder)
            try:
                good = [measure_throughput(bin, folder, agent, port, results), measure_slow(port)]
            finally:
                agent.kill()
                agent.wait()
    results.write()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
