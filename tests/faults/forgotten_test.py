"""A subject that is over stands in no file, wherever the power is cut: the daemon dies within each of its writes, renames and
syncs of an evening, or each of them fails. The next start ends what is left, and then nothing may be found.

    python3 tests/faults/forgotten_test.py
"""

import concurrent.futures
import errno
import http.client
import unittest

from faulty_box import CUT, Fault, FaultyBox
from stage import Stage, wait_for

CALLS = ("pwrite", "ftruncate", "fsync", "openat", "renameat", "unlinkat", "fchmod")
ERRORS = (errno.EIO, errno.ENOSPC)
AT_ONCE = 6
OPEN = ("starting", "active", "grace", "paused", "stopping")


class Household:
    def __init__(self, stage, cm, fault):
        self.fault = fault
        self.box = FaultyBox(stage.folder, cm, fault)
        self.subject = "4711-" + self.box.label  # the label is in no file but the configuration

    def ask(self, method, path, body=None):
        try:
            return self.box.request(method, path, body)
        except (OSError, http.client.HTTPException):
            return None  # the power is cut

    def start(self, **more):
        return self.ask("POST", "/v1/sessions", {"idp": "mvpd", "subject": self.subject, **more})

    def holders(self):
        files = (file for file in self.box.folder.iterdir() if file.name.startswith("state-"))
        return [file.name for file in files if b"4711-" in file.read_bytes()]

    def is_quiet(self):
        listed = self.ask("GET", "/v1/sessions")
        return listed and all(session["state"] not in OPEN for session in listed.json["sessions"])

    def evening(self):
        """Sessions, a pause, and a limit that nobody resolves."""
        first = self.start(metadata={"channel": "News"})
        for _ in range(3):
            self.start()
        if first and first.status == 201:
            self.ask("PATCH", f"/v1/sessions/{first.json['id']}", {"paused": True})
        try:
            wait_for(lambda: len(self.holders()) == 2 or self.box.process.poll() is not None, "it is kept", patience=2)
        except AssertionError:
            pass  # the flash has not taken it
        self.ask("POST", "/v1/logout", {"idp": "mvpd", "subject": self.subject})

    def is_forgotten(self):
        """The next start, where the power was cut, and the end of what it finds."""
        if self.box.process.poll() is not None:
            self.box.fault = Fault("nothing")
            self.box.launch()
        logout = self.ask("POST", "/v1/logout", {"idp": "mvpd", "subject": self.subject})
        return logout and self.is_quiet() and not self.holders() and self.box.process.poll() is None

    def end(self):
        try:
            wait_for(self.is_forgotten, f"{self.fault}: nothing is kept")
        except AssertionError as wrong:
            listed = self.ask("GET", "/v1/sessions")
            sessions = [(s["id"], s["state"]) for s in listed.json["sessions"]] if listed else None
            raise AssertionError(f"{wrong}: {self.holders()}, {sessions}, {self.box.err[-9:]}") from wrong


class Forgotten(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=1)

    def outcome(self, fault):
        household = Household(self.stage, self.cm, fault)
        try:
            if not household.box.refused:
                household.evening()
            household.end()
            return None
        except AssertionError as wrong:
            return str(wrong)
        finally:
            if household.box.process.poll() is None:
                household.box.kill()

    def counted(self):
        household = Household(self.stage, self.cm, Fault("nothing"))
        household.evening()
        household.end()
        household.box.stop()
        return household.box.counted()

    def test_hazard_60_no_cut_and_no_failure_leaves_a_subject_behind(self):
        counted = self.counted()
        self.assertGreater(counted["pwrite"], 5)
        faults = [Fault(call, error, number) for call in CALLS for error in (CUT, *ERRORS)
                  for number in range(1, counted[call] + 1) if counted[call]]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            wrong = [result for result in pool.map(self.outcome, faults) if result]
        print(f"{len(faults)} cuts and failures", flush=True)
        self.assertEqual(wrong, [], "\n".join(wrong))


if __name__ == "__main__":
    unittest.main()
