"""What the daemon has resident on a whole armhf box: see tests/qemu/boot, --memory, and life.py."""

import argparse
import http.client
import json
import os
import pathlib
import signal
import sys
import tempfile
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
os.environ.setdefault("CMAGENT_BIN", str(SOURCE / "build/dev/bin"))
sys.path += [str(HERE), str(SOURCE / "tests/e2e"), str(SOURCE / "tests/qemu")]

import life  # noqa: E402
import machine  # noqa: E402
import regions  # noqa: E402
import stage  # noqa: E402
import story  # noqa: E402

LEASE_S = 4  # the box is emulated
MOST_RSS_KIB = {"playing": 1800, life.Life.LONG_RUN: 1900}


class EmulatedBox:
    def __init__(self, arch, kernel, image, cm_port, console):
        self.machine = machine.Machine(arch, kernel, image, cm_port, console)
        self.tokens = story.tokens()
        self.api = stage.Http("127.0.0.1", self.machine.port, self.tokens[0])
        self.await_port()
        self.machine.run(f"date -u -s @{int(story.time.time())} >/dev/null")

    def await_port(self):
        stage.wait_for(lambda: self.machine.try_run("wget -q -O /dev/null http://127.0.0.1:8790/healthz")[1] == "0",
                       "the port", life.PATIENCE)

    def restart(self):
        self.machine.run("/etc/init.d/S90cmagentd stop; /etc/init.d/S90cmagentd start")
        self.await_port()

    def connect(self):
        return http.client.HTTPConnection(self.api.host, self.api.port, timeout=life.PATIENCE)

    def smaps(self):
        return self.machine.run("cat /proc/$(cat /var/run/cmagentd.pid)/smaps")


def main():
    parser = argparse.ArgumentParser(prog="tests/qemu/boot ARCH --memory")
    parser.add_argument("arch")
    parser.add_argument("kernel")
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--keep-console", default=os.devnull)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory(prefix="cmagent-box-") as temporary:
        folder = pathlib.Path(temporary)
        cm = stage.Cmsim(folder, "--san", "cm.test", ttl=LEASE_S)
        box = None
        try:
            story.certificates(cm, folder / "added")
            machine.pack([options.root, folder / "added"], folder / "initramfs")
            box = EmulatedBox(options.arch, options.kernel, folder / "initramfs", urllib.parse.urlparse(cm.url).port,
                              options.keep_console)
            told = life.Life(box, cm)
            told.of_an_hour()
            told.of_visitors()
        finally:
            if box:
                box.machine.kill()
            cm.kill()
    print("KiB: resident, and what of it no file backs\n")
    print(regions.table(told.moments))
    if options.json:
        options.json.write_text(json.dumps(told.moments, indent=1) + "\n")
    over = {moment: told.moments[moment]["all"]["rss"] for moment, most in MOST_RSS_KIB.items()
            if options.arch == "armhf" and told.moments[moment]["all"]["rss"] > most}
    if over:
        print(f"more than {MOST_RSS_KIB}: {over}")
    return bool(over)


if __name__ == "__main__":
    sys.exit(main())
