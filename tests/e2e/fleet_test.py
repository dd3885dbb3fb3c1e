"""One configuration for a fleet: the vendor's file, the device's and conf.d; and the box that is given to somebody else."""

import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from stage import BIN, EMULATOR, Agent, Stage, wait_for


class Image(Agent):
    """cmagentd as an image has it: files of the vendor's, of the device's, and a folder."""

    def __init__(self, stage):
        self.root = pathlib.Path(stage.folder)
        self.state = self.root / "state"
        self.parts = self.root / "conf.d"
        for folder in (self.state, self.parts):
            folder.mkdir(mode=0o755)
        self.write("serial", "stb-4711\n")
        self.write("vendor.json", {"cm": {"url": stage.cm.url, "applicationId": "s3cret-id", "caFile": str(stage.cm.ca)},
                                   "http": {"listen": ["127.0.0.1:1"]}, "session": {"graceSeconds": 60},
                                   "device": {"metadata": {"model": "x1", "deviceName": "a box"},
                                              "deviceIdFile": "$CMAGENT_TEST_ROOT/serial"},
                                   "players": {"tv": {"adapter": "exec", "stop": ["true", "s3cret-word"]}},
                                   "state": {"dir": str(self.state)}})
        self.write("device.json", {"cm": {"applicationId": "demo-app"}, "http": {"listen": ["127.0.0.1:0"]},
                                   "device": {"metadata": {"deviceName": "Living room"}}})
        self.write("conf.d/20-grace.json", {"session": {"graceSeconds": 30}})
        self.write("conf.d/30-grace.json", {"session": {"graceSeconds": None}})
        self.write("conf.d/20-grace.json~", "an editor's")
        self.files = [self.root / "vendor.json", self.root / "device.json", self.parts]
        self.environment = {**os.environ, "CMAGENT_TEST_ROOT": str(self.root)}
        self.label, self.answers = "image", {}
        os.environ["CMAGENT_TEST_ROOT"] = str(self.root)
        self.launch()

    def write(self, name, what):
        path = self.root / name
        path.write_text(what if isinstance(what, str) else json.dumps(what, indent=1), encoding="utf-8")

    def options(self):
        return [str(word) for file in self.files for word in ("--config", file)]

    def launch(self, *options):
        self.configuration = self.files[0]
        super().launch(*self.options()[2:], *options)

    def run_once(self, *options):
        return subprocess.run([*EMULATOR, str(BIN / "cmagentd"), *self.options(), *options], env=self.environment,
                              capture_output=True, text=True, timeout=60, check=False)


class FleetTest(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim()
        self.box = self.stage.enter(Image(self.stage))

    def tearDown(self):
        os.environ.pop("CMAGENT_TEST_ROOT", None)

    def test_each_box_of_one_image_is_itself(self):
        first = self.box.err[0]
        names = ["vendor.json", "device.json", "conf.d/20-grace.json", "conf.d/30-grace.json"]
        self.assertTrue(first.endswith(": " + ", ".join(str(self.box.root / name) for name in names)), first)
        self.assertEqual(self.box.start().status, 201)
        [session] = self.cm.sessions("running")
        said = json.dumps(self.cm.requests())
        for word in ("stb-4711", "Living room", "x1"):
            self.assertIn(word, said + json.dumps(session))
        self.assertEqual(self.box.state.stat().st_mode & 0o777, 0o700, "the folder is the daemon's alone")

    def test_what_it_comes_to_is_printed_without_secrets(self):
        del self.box.environment["CMAGENT_TEST_ROOT"]  # a person's shell has no credentials
        printed = self.box.run_once("--print-config")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertIn('"deviceIdFile":"$CMAGENT_TEST_ROOT/serial"', printed.stdout)
        configuration = json.loads(printed.stdout)
        self.assertEqual(configuration["session"]["graceSeconds"], 180, "given back to its default")
        self.assertEqual(configuration["cm"]["applicationId"], "<set>")
        self.assertEqual(configuration["players"]["tv"]["stop"], ["true", "<set>"])
        for secret in ("s3cret", "demo-app", "Living room", "stb-4711", "x1"):
            self.assertNotIn(secret, printed.stdout + printed.stderr)
        self.assertIn(f"cm.applicationId: {self.box.root}/device.json:3", printed.stderr.splitlines())
        self.assertNotIn("graceSeconds", printed.stderr, "nobody sets it any more")
        again = self.box.root / "printed.json"
        again.write_text(printed.stdout, encoding="utf-8")
        checked = subprocess.run([*EMULATOR, str(BIN / "cmagentd"), "--config", str(again), "--print-config"],
                                 capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((checked.returncode, checked.stdout), (0, printed.stdout), "it is a configuration again")

    def test_hazard_59_a_reload_reads_all_files_and_names_the_one_that_is_wrong(self):
        box = self.box
        box.write("conf.d/40-limit.json", '{"session": {\n"maxSessions": 99}}')
        checked = box.run_once("--check-config")
        wrong = f"{box.parts}/40-limit.json:2: session.maxSessions: 99 is out of range, allowed is 1 to 16"
        self.assertEqual((checked.returncode, checked.stderr.strip()), (78, wrong))
        box.process.send_signal(signal.SIGHUP)
        box.line(box.err, f"configuration unchanged: {wrong}")
        box.write("conf.d/40-limit.json", '{"session": {\n"maxSessions": 1}}')
        line = box.line(box.err, "configuration read again")
        self.assertTrue(line.endswith("/conf.d/40-limit.json"), line)
        self.assertEqual([box.start().status, box.start().status], [201, 503])
        (box.parts / "40-limit.json").unlink()
        box.write("serial", "")
        box.process.send_signal(signal.SIGHUP)
        vendor = (box.root / "vendor.json").read_text(encoding="utf-8").splitlines()
        line = 1 + next(i for i, text in enumerate(vendor) if "deviceIdFile" in text)
        box.line(box.err, f"vendor.json:{line}: device.deviceIdFile: its first line is no value")
        box.write("serial", "stb-0815")
        wait_for(lambda: box.start().status == 201, "a file that is gone says nothing any more")
        self.assertIn("stb-0815", json.dumps(self.cm.requests()))


class FactoryResetTest(unittest.TestCase):
    SUBJECT = "household-4711"

    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.stage.cmsim()
        self.box = self.stage.agent(session={"onShutdown": "keep"}, player={"adapter": "exec", "stop": ["true"]})

    def forget(self):
        begun = time.monotonic()
        run = subprocess.run([*EMULATOR, str(BIN / "cmagentctl"), "forget", "--state", str(self.box.folder)],
                             capture_output=True, text=True, timeout=60, check=False)
        return run, time.monotonic() - begun

    def forget_what_is_configured(self, *files):
        words = [str(word) for file in files for word in ("--config", file)]
        return subprocess.run([*EMULATOR, str(BIN / "cmagentctl"), "forget", *words], capture_output=True, text=True,
                              timeout=60, check=False, env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"})

    def kept(self):
        return [file.name for file in self.box.folder.iterdir() if self.SUBJECT.encode() in file.read_bytes()]

    def test_hazard_60_the_next_household_finds_nothing(self):
        self.assertEqual(self.box.start(self.SUBJECT).status, 201)
        wait_for(lambda: len(self.kept()) == 2, "the session is kept, in both slots")
        (self.box.folder / "state-1.damaged").write_text(self.SUBJECT, encoding="utf-8")  # of an earlier release
        run, seconds = self.forget()
        self.assertEqual(run.returncode, 69, run)
        self.assertIn(f"(process {self.box.process.pid})", run.stderr)
        self.assertTrue(5 <= seconds < 15, seconds)
        self.assertEqual(self.box.stop(), 0)
        self.assertEqual(len(self.kept()), 3)
        run, _ = self.forget()
        self.assertEqual((run.returncode, run.stdout), (0, f"{self.box.folder}: 3 files forgotten\n"))
        self.assertEqual(self.kept(), [])
        self.box.launch()
        self.assertEqual(self.box.get("/v1/sessions").json["sessions"], [])
        self.assertEqual(self.box.get("/v1/history").json["entries"], [])

    def test_hazard_76_it_is_the_configured_folder_that_is_forgotten(self):
        self.assertEqual(self.box.start(self.SUBJECT).status, 201)
        wait_for(lambda: len(self.kept()) == 2, "the session is kept, in both slots")
        self.assertEqual(self.box.stop(), 0)
        parts = self.box.folder.parent / "conf.d"
        parts.mkdir()
        moved = self.box.configuration, parts
        for said, why in (('{"state": {"dir": 1}}', "does not tell its state.dir"),
                          ('{"state": {"dir": "$CMAGENT_NOT_SET/x"}}', "is $CMAGENT_NOT_SET/x, which leads nowhere"),
                          ('{"state": {"dir": "box"}}', "state.dir is box, which leads nowhere"),
                          (None, "does not tell")):
            if said is None:
                moved = (parts / "none.json",)
            else:
                (parts / "50-state.json").write_text(said, encoding="utf-8")
            run = self.forget_what_is_configured(*moved)
            self.assertEqual((run.returncode, run.stdout), (1, ""), run)
            self.assertIn(why, run.stderr)
            self.assertEqual(len(self.kept()), 2)
        (parts / "50-state.json").write_text(json.dumps({"state": {"dir": "$CMAGENT_TEST_ROOT/box"}}), encoding="utf-8")
        configuration = json.loads(self.box.configuration.read_text(encoding="utf-8"))
        configuration["state"]["dir"] = "/no/such/folder"
        self.box.configuration.write_text(json.dumps(configuration), encoding="utf-8")
        os.environ["CMAGENT_TEST_ROOT"] = self.stage.folder
        self.addCleanup(os.environ.pop, "CMAGENT_TEST_ROOT")
        run = self.forget_what_is_configured(self.box.configuration, parts)
        self.assertEqual((run.returncode, run.stdout), (0, f"{self.box.folder}: 2 files forgotten\n"), run.stderr)
        self.assertEqual(self.kept(), [])

    def test_a_file_of_another_version_is_left_alone(self):
        self.assertEqual(self.box.stop(), 0)
        theirs = b"cmagent-state 2 of a later version\n" + self.SUBJECT.encode()
        for slot in ("state-0", "state-1"):
            (self.box.folder / slot).write_bytes(theirs)
        self.box.launch()
        self.box.line(self.box.err, "state: files of version 2 of their format")
        id = self.box.start("another").json["id"]
        wait_for(lambda: b"another" in (self.box.folder / "state-0.v1").read_bytes(), "ours stand beside them")
        self.assertEqual(self.box.stop(), 0)
        self.box.launch()
        self.box.in_state(id, "active")
        self.assertEqual([(self.box.folder / slot).read_bytes() for slot in ("state-0", "state-1")], [theirs, theirs])
        self.assertEqual(self.box.stop(), 0)
        self.assertEqual(self.forget()[0].returncode, 0)
        self.assertEqual(self.kept(), [])


if __name__ == "__main__":
    unittest.main()
