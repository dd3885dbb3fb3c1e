#!/usr/bin/env python3
"""From a name to an open stream, side by side with curl: addresses × handshake × name time.

    tests/bench/connect/measure.py BIN [--quick]

Each cell is one attempt of a fresh process of each: the connector of the daemon on its real drivers with the default
cm.connectTimeoutMs, and curl with as much time as that may come to. Exit status 1: curl has reached a cell in that time
that we have not.
"""

import concurrent.futures
import contextlib
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

BUDGET_MS = 5000  # cm.connectTimeoutMs
LONGEST_S = 2 * BUDGET_MS / 1000 + 3  # contract.md, "Connections to CM": name, peer, handshake
HOST = "streams.example"
ADDRESSES = (1, 2, 8, 12)
HANDSHAKES_S = (0, 0.7, 2.5)
NAMES_S = (0, 1, 4)
AT_ONCE = 12


def dead_of(count):
    """(kind, how many of them): the dead come first."""
    yield "none", 0
    for kind in ("refused", "black hole"):
        for dead in sorted({count // 2, count - 1} - {0}):
            yield kind, dead


def make_authority(folder):
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
            "-out", certificate, "-days", "30", "-subj", "/CN=bench", "-addext", f"subjectAltName=DNS:{HOST}")
    return key, certificate


class Peers:
    """Live, refusing and silent peers, each on addresses of 127/8 of its own; a port for each time of a handshake."""

    def __init__(self, folder):
        self.key, self.certificate = make_authority(folder)
        self.kept = []
        self.ports = {}
        for seconds in HANDSHAKES_S:
            live = socket.create_server(("127.1.0.1", 0), backlog=200)
            self.ports[seconds] = live.getsockname()[1]
            threading.Thread(target=self.serve, args=(live, seconds), daemon=True).start()
            for last in range(2, 13):
                more = socket.create_server((f"127.1.0.{last}", self.ports[seconds]), backlog=200)
                threading.Thread(target=self.serve, args=(more, seconds), daemon=True).start()
            for last in range(1, 13):
                self.silence(f"127.2.0.{last}", self.ports[seconds])

    def serve(self, listening, seconds):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=self.shake_hands, args=(connection, seconds), daemon=True).start()

    def shake_hands(self, connection, seconds):
        time.sleep(seconds)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as stream:
            stream.settimeout(10)
            if stream.recv(4096):
                stream.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    def silence(self, host, port):
        """Nobody who calls is heard: the line is full."""
        listening = socket.create_server((host, port), backlog=0)
        self.kept.append(listening)
        for _ in range(4):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex((host, port))
            self.kept.append(caller)
        time.sleep(0.01)

    @staticmethod
    def addresses(count, kind, dead):
        prefix = {"none": "", "refused": "127.3.0.", "black hole": "127.2.0."}[kind]
        return [f"{prefix}{i + 1}" for i in range(dead)] + [f"127.1.0.{i + 1}" for i in range(count - dead)]


def run(binaries, peers, cell):
    count, kind, dead, handshake, name = cell
    environment = dict(os.environ, LD_PRELOAD=str(binaries / "bench_connect_names.so"), NAMES_MS=str(int(name * 1000)),
                       NAMES_ADDRESSES=",".join(peers.addresses(count, kind, dead)))
    port = str(peers.ports[handshake])
    ours = subprocess.run([binaries / "bench_connect", HOST, port, peers.certificate, str(BUDGET_MS)],
                          env=environment, capture_output=True, text=True)
    curl = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{time_appconnect}", "--cacert", peers.certificate,
                           "--connect-timeout", str(LONGEST_S), f"https://{HOST}:{port}/"],
                          env=environment, capture_output=True, text=True)
    word, took = (ours.stdout.split() + ["none", "0"])[:2]
    return (int(took) / 1000 if word == "reached" else None,
            float(curl.stdout) if curl.returncode == 0 else None, word)


def seconds(taken):
    return f"{taken:.1f}" if taken is not None else "–"


def main():
    binaries = pathlib.Path(sys.argv[1]).resolve()
    quick = "--quick" in sys.argv
    cells = [(count, kind, dead, handshake, name)
             for count in ADDRESSES for kind, dead in dead_of(count)
             for handshake in HANDSHAKES_S for name in NAMES_S
             if not quick or (handshake == 0.7 and name == 1 and count in (8, 12))]
    with tempfile.TemporaryDirectory() as folder:
        peers = Peers(pathlib.Path(folder))
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = dict(zip(cells, pool.map(lambda cell: run(binaries, peers, cell), cells)))
    print("| addresses | dead, first | handshake | " + " | ".join(f"name {name} s: ours, curl" for name in NAMES_S) + " |")
    print("|---|---|---|" + "---|" * len(NAMES_S))
    for row in dict.fromkeys(cell[:4] for cell in cells):
        count, kind, dead, handshake = row
        shown = [outcomes.get((*row, name), (None, None, "")) for name in NAMES_S]
        print(f"| {count} | {f'{dead} {kind}' if dead else 'none'} | {handshake} s | "
              + " | ".join(f"{seconds(ours)}, {seconds(curl)}" for ours, curl, _ in shown) + " |")
    missed = [(cell, outcome) for cell, outcome in outcomes.items() if outcome[0] is None and outcome[1] is not None]
    for cell, outcome in missed:
        print(f"curl has reached it and we have not: {cell}: {outcome}")
    ours = sum(outcome[0] is not None for outcome in outcomes.values())
    theirs = sum(outcome[1] is not None for outcome in outcomes.values())
    print(f"{len(cells)} cells: reached by us {ours}, by curl {theirs}, by curl alone {len(missed)}: "
          f"{'a finding' if missed else 'no finding'}")
    return 1 if missed else 0


sys.exit(main())
