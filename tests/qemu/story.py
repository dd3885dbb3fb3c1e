"""The story of a box, told on a booted one: see tests/qemu/boot."""

import argparse
import base64
import http.client
import json
import os
import pathlib
import signal
import ssl
import sys
import tempfile
import time
import urllib.parse

SOURCE = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("CMAGENT_BIN", str(SOURCE / "build/dev/bin"))
sys.path.insert(0, str(SOURCE / "tests/e2e"))
import machine  # noqa: E402
import stage  # noqa: E402

LEASE_SECONDS = 6
PATIENCE = 60  # everything is emulated
SESSIONS = 1000
FIRST_SESSIONS = 200  # all that is kept of ended sessions and conflicts is full after these
MAX_GROWTH_KIB = 32  # of all others, however many: a few pages that are touched late, not a leak
MAX_THREADS = 4
# With a session playing and five roots. The kernel maps a program's text in windows of 64 KiB, and how many of them are
# touched differs by one or two from machine to machine (64 KiB more were seen for the same program).
MAX_RSS_KIB = {"armhf": 2304}


def tokens():
    """Those that the box knows."""
    lines = (SOURCE / "tests/qemu/box/etc/cmagent/tokens").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


class OtherBox:
    """Another household member's box, talking to CM itself."""

    def __init__(self, cm, application="demo-app"):
        url = urllib.parse.urlparse(cm.url)
        self.base = url.path
        self.connection = http.client.HTTPSConnection(
            "localhost", url.port, context=ssl.create_default_context(cafile=str(cm.ca)))
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"{application}:".encode()).decode(),
                        "Content-Type": "application/x-www-form-urlencoded"}

    def start(self, subject, terminate=None):
        headers = dict(self.headers, **({"X-Terminate": terminate} if terminate else {}))
        self.connection.request("POST", f"{self.base}/sessions/mvpd/{subject}", "deviceName=Kitchen&channel=news",
                                headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 202, answer.status
        return answer.headers["Location"]

    def streams(self, subject):
        self.connection.request("GET", f"{self.base}/runningStreams/mvpd/{subject}", headers=self.headers)
        return json.loads(self.connection.getresponse().read())["runningStreams"]


class Story:
    def __init__(self, box, cm):
        self.box, self.cm = box, cm
        self.agent = stage.Http("127.0.0.1", box.port, tokens()[0])
        self.figures = {}
        self.began = time.monotonic()

    def tell(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def play(self, subject="household"):
        answer = self.agent.post("/v1/sessions", {"idp": "mvpd", "subject": subject}, timeout=PATIENCE)
        assert answer.status == 201, (answer.status, answer.body)
        self.box.run("player start")
        return answer.json["id"]

    def session(self, id):
        return self.agent.get(f"/v1/sessions/{id}", timeout=PATIENCE).json

    def in_state(self, id, state):
        return stage.wait_for(lambda: (s := self.session(id)).get("state") == state and s, f"session {state}", PATIENCE)

    def measure(self, moment):
        said = self.box.run("measure").split()
        figures = {name: int(value) for name, value in (word.split("=") for word in said)}
        self.figures[moment] = figures
        self.tell(f"{moment}: RSS {figures['rss']:,} KiB, PSS {figures['pss']:,} KiB, private {figures['private']:,} KiB, "
                  f"{figures['threads']} threads, {figures['descriptors']} descriptors")
        return figures

    def heartbeats(self, number):
        """Waits for so many more."""
        before = self.calls("heartbeat")
        stage.wait_for(lambda: self.calls("heartbeat") >= before + number, "heartbeats", PATIENCE)

    def calls(self, call):
        counted = self.cm.status()["requests"].get(call, {})
        return sum(counted.values())

    # --- The chapters ------------------------------------------------------------------------------------

    def boot(self):
        stage.wait_for(lambda: self.box.try_run("cat /run/serving")[1] == "0", "the port", PATIENCE)
        started, serving = (float(self.box.run(f"cat /run/{name}")) for name in ("started", "serving"))
        self.figures["boot"] = {"bootToServingMs": round(serving * 1000),
                                "startToServingMs": round((serving - started) * 1000)}
        self.tell(f"serving {serving:.2f} s after the kernel's start, {1000 * (serving - started):.0f} ms after the agent's")
        self.guarded()
        self.measure("idle")

    def guarded(self):
        """The agent is its user and no other, in that user's groups alone, whichever kernel and C library."""
        status = self.box.run("cat /proc/$(cat /var/run/cmagentd.pid)/status")
        said = {key: value.split() for key, _, value in (line.partition(":") for line in status.splitlines())}
        assert (said["Uid"], said["Gid"]) == (["100"] * 4, ["100"] * 4), said
        assert (sorted(said["Groups"]), said["NoNewPrivs"]) == (["100", "44"], ["1"]), said
        assert {int(said[kind][0], 16) for kind in ("CapPrm", "CapEff", "CapInh")} == {0}, said
        self.tell("the agent runs as cmagent, without privileges")

    def without_a_clock(self):
        answer = self.agent.post("/v1/sessions", {"idp": "mvpd", "subject": "household"}, timeout=PATIENCE)
        assert (answer.status, answer.json["code"]) == (503, "clock-not-set"), answer.body
        self.tell(f"in 1970: {answer.status} {answer.json['code']}: {answer.json['detail']}")
        self.set_clock()

    def set_clock(self):
        self.box.run(f"date -u -s @{int(time.time())} >/dev/null")

    def playing(self):
        id = self.play()
        self.heartbeats(2)
        self.measure("playing")
        self.tell("the clock is set: playing, two heartbeats accepted")
        return id

    def limit(self):
        """Two other streams fill the household; a fourth on the box meets the limit; the user ends one."""
        other = OtherBox(self.cm)
        for _ in range(2):
            other.start("household")
        answer = self.agent.post("/v1/sessions", {"idp": "mvpd", "subject": "household"}, timeout=PATIENCE)
        assert (answer.status, answer.json["code"]) == (409, "stream-limit"), answer.body
        offered = [c for v in answer.json["violations"] for c in v["conflicts"] if c.get("deviceName") == "Kitchen"]
        self.tell(f"409: {answer.json['detail']} {len(offered)} streams of the kitchen could be ended")
        chosen = self.agent.post(f"/v1/conflicts/{answer.json['conflictId']}",
                                 {"terminate": [offered[0]["terminationCode"]]}, timeout=PATIENCE)
        assert chosen.status == 201, chosen.body
        self.agent.delete(f"/v1/sessions/{chosen.json['id']}", timeout=PATIENCE)
        self.tell("the user ended one of them and plays")

    def remote_termination(self, id):
        assert self.box.try_run("player playing")[1] == "0"
        mine = self.session(id)["cmSessionId"]
        code = next(s["terminationCode"] for s in OtherBox(self.cm).streams("household") if s["sessionId"] == mine)
        ended_at = time.monotonic()
        OtherBox(self.cm).start("household", terminate=code)
        ended = self.in_state(id, "ended")
        assert (ended["endReason"], ended["playback"]) == ("remote-termination", "stopped"), ended
        assert self.box.try_run("player playing")[1] != "0", "the player is still there"
        self.tell(f"ended from elsewhere: the player is gone after {time.monotonic() - ended_at:.1f} s (lease "
                  f"{LEASE_SECONDS} s): {ended['message']}")

    def killed(self):
        id = self.play("another")
        cm_session = self.session(id)["cmSessionId"]
        # Flash is written once a second at the most: what it does not know yet, a kill forgets.
        self.box.run(f"until grep -q {cm_session} /var/lib/cmagent/state-*; do :; done")
        self.box.run("agent=$(cat /var/run/cmagentd.pid); kill -9 $agent; while kill -0 $agent 2>/dev/null; do :; done")
        stage.wait_for(self.serves, "the port", PATIENCE)
        self.in_state(id, "active")
        assert self.session(id)["cmSessionId"] == cm_session
        self.heartbeats(2)
        self.measure("after kill -9")
        self.agent.delete(f"/v1/sessions/{id}", timeout=PATIENCE)
        self.tell("kill -9: started again by its supervisor, the same session goes on")

    def serves(self):
        try:
            return self.agent.get("/healthz", timeout=PATIENCE).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def many_sessions(self, sessions):
        def cycle(subject):
            answer = self.agent.post("/v1/sessions", {"idp": "mvpd", "subject": subject}, connection=kept)
            assert answer.status == 201, answer.body
            assert self.agent.delete(f"/v1/sessions/{answer.json['id']}", connection=kept).status == 204

        kept = http.client.HTTPConnection("127.0.0.1", self.box.port, timeout=PATIENCE)
        for i in range(FIRST_SESSIONS):
            cycle(f"first-{i}")
        before = self.measure("before many sessions")["rss"]
        began = time.monotonic()
        for i in range(sessions):
            cycle(f"many-{i}")
            if (i + 1) % SESSIONS == 0:
                growth = self.measure(f"after {i + 1} sessions")["rss"] - before
        took = time.monotonic() - began
        kept.close()
        self.figures["growthKiB"] = growth
        self.tell(f"{sessions} sessions started and ended in {took:.0f} s: growth {growth} KiB")
        assert growth <= MAX_GROWTH_KIB, growth

    def whole_bundle(self):
        self.box.run("/etc/init.d/S90cmagentd stop; "
                     "sed -i s,roots.pem,bundle.pem, /etc/cmagent/cmagent.json; /etc/init.d/S90cmagentd start")
        stage.wait_for(self.serves, "the port", PATIENCE)
        id = self.play("bundle")
        self.heartbeats(1)
        self.measure("playing, whole bundle of roots")
        self.agent.delete(f"/v1/sessions/{id}", timeout=PATIENCE)

    def power_off(self):
        self.play("last")
        self.box.power_off()
        left = [s for s in self.cm.sessions("running") if s["subject"] == "last"]
        assert not left, left
        self.tell("powered off; the session was ended at CM")


def certificates(cm, folder):
    """roots.pem: CM's own and four others; bundle.pem: CM's own and all of the distribution's."""
    etc = folder / "etc/cmagent"
    etc.mkdir(parents=True)
    own, bundle = cm.ca.read_text(), pathlib.Path("/etc/ssl/certs/ca-certificates.crt").read_text()
    end = "-----END CERTIFICATE-----\n"
    (etc / "roots.pem").write_text(own + end.join(bundle.split(end)[:4]) + end)
    (etc / "bundle.pem").write_text(own + bundle)


def main():
    parser = argparse.ArgumentParser(prog="tests/qemu/boot")
    parser.add_argument("arch")
    parser.add_argument("kernel")
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--json", action="store_true", help="the figures, for programs")
    parser.add_argument("--keep-console", default=os.devnull, help="where the box's console goes")
    parser.add_argument("--thousands", type=int, default=1, help="of sessions, over which memory must not grow")
    options = parser.parse_args()
    for_programs = sys.stdout
    if options.json:
        sys.stdout = sys.stderr
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and all that was started with it

    with tempfile.TemporaryDirectory(prefix="cmagent-box-") as temporary:
        folder = pathlib.Path(temporary)
        cm = stage.Cmsim(folder, "--san", "cm.test", ttl=LEASE_SECONDS)
        box = None
        try:
            certificates(cm, folder / "added")
            machine.pack([options.root, folder / "added"], folder / "initramfs")
            began = time.monotonic()
            box = machine.Machine(options.arch, options.kernel, folder / "initramfs",
                                  urllib.parse.urlparse(cm.url).port, options.keep_console)
            story = Story(box, cm)
            story.began = began
            story.boot()
            story.without_a_clock()
            id = story.playing()
            story.limit()
            story.remote_termination(id)
            story.killed()
            story.many_sessions(options.thousands * SESSIONS)
            story.whole_bundle()
            story.power_off()
        except Exception:
            if box:
                print("the agent's last words: " + box.try_run("dmesg | grep cmagentd | tail -n 30", 10)[0], file=sys.stderr)
            raise
        finally:
            if box:
                box.kill()
            cm.kill()

    figures = story.figures
    if options.json:
        print(json.dumps(figures, indent=1), file=for_programs)
    assert figures["playing"]["threads"] <= MAX_THREADS
    assert figures["playing"]["rss"] <= MAX_RSS_KIB.get(options.arch, 1 << 30), figures["playing"]
    print(f"{options.arch}: the whole story within {time.monotonic() - began:.0f} s, on a real kernel")


if __name__ == "__main__":
    main()
