#!/usr/bin/env python3
"""The local port: as many requests a second as libmicrohttpd alone? Served while others are slow?

    tests/bench/port/measure.py BIN
"""

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

ROUNDS = 7  # alternately, for the machine is not ours alone
SECONDS = 2
CONNECTIONS = 4
SLOW = 28  # of 32
LEAST_SHARE = 0.8
LONGEST_ANSWER_MS = 50
LONGEST_LIFE_S = 15


def start_agent(bin, folder):
    """An agent with two sessions, which play on credit: CM cannot be reached."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    configuration = {"cm": {"url": "http://127.0.0.1:1/v2", "applicationId": "demo-app"},
                     "http": {"listen": [f"127.0.0.1:{port}"]}, "state": {"dir": str(folder)},
                     "log": {"level": "error"}}
    (folder / "agent.json").write_text(json.dumps(configuration))
    agent = subprocess.Popen([bin / "cmagentd", "--config", folder / "agent.json"])
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


def start_bare(bin, folder, port):
    """libmicrohttpd alone, with the very bytes that the agent answers."""
    _, body, fields = ask(port, "GET", "/v1/sessions")
    (folder / "body").write_bytes(body)
    words = [word for name, value in fields if name != "Content-Length" for word in (name, value)]
    bare = subprocess.Popen([bin / "bench_port_bare", folder / "body", *words], stdout=subprocess.PIPE, text=True)
    bare_port = int(bare.stdout.readline())
    assert ask(bare_port, "GET", "/")[1] == body
    return bare, bare_port, len(body)


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(bin, process, port):
    """Requests a second, by the clock and by the server's share of a processor."""
    argv = [bin / "bench_port_load", str(port), "/v1/sessions", str(CONNECTIONS), str(SECONDS)]
    before = processor_seconds(process)
    rate = float(subprocess.run(argv, check=True, capture_output=True, text=True).stdout)
    return rate, rate * SECONDS / max(processor_seconds(process) - before, 0.01)


def measure_throughput(bin, folder, agent, port):
    bare, bare_port, size = start_bare(bin, folder, port)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(load(bin, bare, bare_port))
        ours.append(load(bin, agent, port))
    bare.kill()
    bare.wait()
    print(f"GET /v1/sessions, {size} bytes, {CONNECTIONS} kept connections, median of {ROUNDS} × {SECONDS} s")
    print("                          requests a second   … of a processor")
    for name, rates in (("libmicrohttpd alone", theirs), ("cmagentd", ours)):
        print(f"  {name:22s}" + "".join(f"{statistics.median(one):19,.0f}" for one in zip(*rates)))
    shares = [statistics.median(a / b for a, b in zip(*pair)) for pair in zip(zip(*ours), zip(*theirs))]
    print(f"  {'share':22s}" + "".join(f"{share:19.2f}" for share in shares) + f"    (wanted: {LEAST_SHARE} at least)")
    # The second is what a machine that others use at the same time can tell.
    return max(shares) >= LEAST_SHARE


def measure_slow(port):
    """28 clients send a byte a second; the UI asks, each time on a new connection."""
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
    bin = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        agent, port = start_agent(bin, folder)
        try:
            good = [measure_throughput(bin, folder, agent, port), measure_slow(port)]
        finally:
            agent.kill()
            agent.wait()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
