#!/usr/bin/env python3
"""What a start costs with all the roots of this machine, and with one

    tests/bench/run roots [--native] [--json FILE]

How many roots there are is the distribution's affair: the table says it. Nothing of them is kept from one start to the
next, so that every start is like the first. "serves": until the port takes a connection, of the daemon as it ships, with
static small libraries (Debian's libmicrohttpd alone loads ten others first). Less is better.
"""
import json
import os
import pathlib
import signal
import socket
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "daemon"))
from counting import Counter, read_arguments  # noqa: E402
from measure import Box  # noqa: E402
from results import Results, print_table  # noqa: E402

ROOTS = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
BEGIN = "-----BEGIN CERTIFICATE-----"
STARTS = 200
MOST_A_ROOT = 60_000  # instructions: 144 roots are within 9 million


def count_start(counter, program, roots):
    """Instructions from the start until the daemon waits."""
    with tempfile.TemporaryDirectory() as name:
        box = Box(counter, program, pathlib.Path(name), roots)
        try:
            box.wait_for(box.serves, "the daemon serves")
            return box.settled()[0]
        finally:
            box.end()


def time_start(program, configuration, port):
    """Milliseconds until it serves."""
    begun = time.monotonic()
    quiet = [(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(program, [program, "--config", configuration], os.environ, file_actions=quiet)
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return (time.monotonic() - begun) * 1e3
            if time.monotonic() - begun > 20:
                raise SystemExit("the daemon does not serve")
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def time_starts(program, roots):
    """In milliseconds, the shortest first."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        file = folder / "agent.json"
        file.write_text(json.dumps({
            "cm": {"url": "https://localhost:1/v2", "applicationId": "demo-app", "caFile": str(roots)},
            "http": {"listen": [f"127.0.0.1:{port}"]}, "state": {"dir": str(folder / "state")}}))
        (folder / "state").mkdir(mode=0o700)
        return sorted(time_start(program, str(file), port) for _ in range(STARTS))


def main():
    options, folders = read_arguments(__doc__)
    results = Results("roots", options.json)
    rows, counts = [], {arch: [] for arch in folders}
    with tempfile.TemporaryDirectory() as name:
        one = pathlib.Path(name) / "one.pem"
        one.write_text(BEGIN + ROOTS.read_text().split(BEGIN)[1])
        many = ROOTS.read_text().count(BEGIN)
        for roots, what in ((one, "one root"), (ROOTS, "all roots")):
            for arch, folder in folders.items():
                counter = Counter(arch, folders["x86"] / "bench_counter.so", folder / "roots.counts")
                counter.file.unlink(missing_ok=True)
                counts[arch].append(count_start(counter, folder / "cmagentd", roots))
                # Another number of roots is another count: it is not recorded.
                results.time(f"{arch}/instructions of a start, {what}", counts[arch][-1])
            times = time_starts(str(folders["x86"] / "static/cmagentd"), roots)
            median, late = times[len(times) // 2], times[len(times) * 99 // 100]
            results.time(f"x86/ms until it serves, {what}", median)
            rows.append([many if roots is ROOTS else 1, *(found[-1] for found in counts.values()),
                         f"{times[0]:.2f}", f"{median:.2f}", f"{late:.2f}"])
    print_table([["roots", *(f"{arch} instr." for arch in folders), "serves, ms: first", "median", "p99"], *rows], left=1)
    results.write()
    dear = [arch for arch, (few, all_) in counts.items() if (all_ - few) / (many - 1) > MOST_A_ROOT]
    print(f"a root costs more than {MOST_A_ROOT} instructions: {', '.join(dear)}" if dear else "no finding")
    return 1 if dear else 0


if __name__ == "__main__":
    sys.exit(main())
