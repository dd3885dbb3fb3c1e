"""cmagentd with one call of the system or of the allocator that fails, and a viewer's evening with it."""

import errno
import http.client
import os
import pathlib
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from stage import BIN, Agent, Program, wait_for  # noqa: E402

# As kCalls of failing.cpp.
CALLS = """accept4 bind chmod close connect epoll_create1 epoll_ctl epoll_wait eventfd fchmod fcntl flock fork fstat
           fsync ftruncate getpeername getrandom getsockname getsockopt listen lstat malloc mmap open openat pipe2
           poll pthread_create pwrite read recvfrom renameat send sendmsg setsockopt shutdown signalfd socket
           timerfd_create unlink unlinkat waitpid write""".split()
CUT = -1  # in the middle of the call, or before it, the process dies

EXITS = (69, 70, 78)  # cannot listen, internal, configuration (sysexits.h)
# What the whole evening costs is a tenth of this; a loop that spins burns all of the second that it waits.
MOST_CPU_SECONDS = 0.6


class Fault:
    """The `number`th call of `call` from `library` fails with `error`; 0: it does a part; CUT: the power is cut."""

    def __init__(self, call, error=0, number=0, library=""):
        self.call, self.error, self.number, self.library = call, error, number, library

    def __str__(self):
        why = "cut" if self.error == CUT else errno.errorcode.get(self.error, "in part")
        return f"{self.call} {why} #{self.number}" + (f" of {self.library}" if self.library else "")


class FaultyBox(Agent):
    """`refused`: it has ended before it answered anybody."""

    CONFIGURATION = {"cm": {"applications": {"fifo": "demo-fifo"}}, "session": {"graceSeconds": 30},
                     "player": {"adapter": "exec", "stop": ["true"]}}

    def __init__(self, folder, cm, fault):
        self.fault = fault
        name = "".join(c if c.isalnum() else "-" for c in str(fault))
        super().__init__(folder, cm.url, cm.ca, self.CONFIGURATION, name)

    def launch(self, *options):
        self.tally = self.folder / "tally"
        self.tally.write_bytes(bytes(4 * len(CALLS)))
        fault = self.fault
        argv = ["env", f"LD_PRELOAD={BIN / 'failing.so'}", f"CMAGENT_TALLY={self.tally}",
                f"CMAGENT_FAIL={fault.call} {fault.error} {fault.number} {fault.library}",
                BIN / "cmagentd", "--config", self.configuration, "--log-level", "debug"]
        Program.__init__(self, [str(word) for word in argv], self.label)
        # Not looked for twice: the list of its files may be torn at any time.
        heard = wait_for(lambda: self.listened() or self.process.poll() is not None, f"{fault}: listens or ends")
        self.host, self.port = "127.0.0.1", heard
        # It listens before it has its threads: only an answer shows that nothing more can keep it from starting.
        wait_for(lambda: self.serves() or self.process.poll() is not None, f"{fault}: answers or ends")
        self.refused = self.process.poll() is not None

    def serves(self):
        try:
            return self.request("GET", "/v1/status")
        except TimeoutError as stall:
            raise AssertionError(f"{self.fault}: its first question is never answered") from stall
        except (OSError, http.client.HTTPException):
            return None  # lost with what failed, or it ends just now

    def listened(self):
        """Its port, from the kernel: the line of the log that tells it may be what is lost."""
        try:
            open_files = {os.readlink(file) for file in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()}
        except OSError:  # it has ended, or closes one just now
            return None
        for line in pathlib.Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in open_files:
                return int(fields[1].rsplit(":", 1)[1], 16)
        return None

    def counted(self):
        """How often each call was made."""
        return dict(zip(CALLS, struct.unpack(f"{len(CALLS)}I", self.tally.read_bytes())))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Evening:
    """What a viewer does; one answer may be lost or be a refusal. None may be missing for ever."""

    def __init__(self, box, cm):
        self.box, self.cm, self.subject = box, cm, box.label
        self.lost = None  # why the last call that has no answer has none

    def ask(self, method, path, body=None):
        try:
            return self.box.request(method, path, body)
        except TimeoutError as stall:
            raise AssertionError(f"{self.box.fault}: {method} {path} is never answered") from stall
        except (OSError, http.client.HTTPException) as lost:
            self.lost = f"{method} {path}: {lost!r}"
            return None  # closed, which a UI sees

    def told(self):
        return f"it says {self.box.err[-5:]}; lost: {self.lost}"

    def start(self, **more):
        return self.ask("POST", "/v1/sessions", {"idp": "mvpd", "subject": self.subject, **more})

    def of_cm(self, state):
        return [s for s in self.cm.sessions(state) if s["subject"] == self.subject]

    def play(self):
        first = self.start(metadata={"channel": "News"})
        id = first.json["id"] if first and first.status == 201 else "none"
        self.ask("GET", "/v1/events?since=0&timeoutSeconds=1")
        self.ask("PATCH", f"/v1/sessions/{id}", {"metadata": {"title": "Weather"}})
        self.ask("GET", "/metrics")
        self.start()
        self.start()
        refused = self.start()
        # Without memory an answer may lack a field; the body names the conflict too.
        if refused and refused.status == 409 and refused.headers["Location"]:
            self.ask("POST", refused.headers["Location"], {"terminate": ["none"]})
        ended = {session["sessionId"] for session in self.of_cm("running")}
        for session in ended:
            self.cm.terminate(session)
        wait_for(lambda: self.plays_none_of(ended),
                 f"{self.box.fault}: what CM has ended is stopped; {self.told()}")
        self.until_it_is_well()
        self.ask("POST", "/v1/logout", {"idp": "mvpd", "subject": self.subject})

    def plays_none_of(self, sessions):
        listed = self.ask("GET", "/v1/sessions")
        return listed and all(session["state"] == "ended" for session in listed.json["sessions"]
                              if session.get("cmSessionId") in sessions)

    def until_it_is_well(self):
        """Whatever failed was one call: a session starts, goes on and ends."""
        def well():
            answer = self.start(application="fifo")
            return answer and answer.status == 201 and answer.json["state"] == "active" and answer.json["id"]
        id = wait_for(well, f"{self.box.fault}: a session starts again; {self.told()}")
        wait_for(lambda: (gone := self.ask("DELETE", f"/v1/sessions/{id}")) and gone.status == 204,
                 f"{self.box.fault}: the session ends")


def live_through(stage, cm, fault):
    """Plays an evening with that fault; what came of it: how often each call was made, None where it refused to start."""
    box = FaultyBox(stage.folder, cm, fault)
    try:
        if box.refused:
            check_refusal(box)
            return None
        Evening(box, cm).play()
        assert box.process.poll() is None, f"{fault}: ended with {box.process.returncode}: {box.err[-5:]}"
        used = box.cpu_seconds()
        assert used < MOST_CPU_SECONDS, f"{fault}: used the CPU for {used} s"
        status = box.stop()
        assert status == 0, f"{fault}: ended with {status} when asked to: {box.err[-5:]}"
        return box.counted()
    finally:
        if box.process.poll() is None:
            box.kill()


def knock(stage, cm, fault):
    """One start, whatever comes of it; how often each call was made."""
    box = FaultyBox(stage.folder, cm, fault)
    try:
        if box.refused:
            check_refusal(box)
        else:
            Evening(box, cm).start()
            assert box.stop() == 0, f"{fault}: {box.err[-5:]}"
        return box.counted()
    finally:
        if box.process.poll() is None:
            box.kill()


def check_refusal(box):
    time.sleep(0.05)  # its last line is on its way through the pipe
    assert box.process.returncode in EXITS, f"{box.fault}: ended with {box.process.returncode}: {box.err[-5:]}"
    assert box.err, f"{box.fault}: does not say why it ended"
