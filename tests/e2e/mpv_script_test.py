"""The example of a player that obeys by a script of its own: mpv with agent/ctl/mpv/cmagent.lua."""

import pathlib
import shutil
import time
import unittest

from stage import BIN, EMULATOR, ROOT, Mpv, Program, Stage, make_clip, wait_for


class ScriptedMpv(Mpv):
    """mpv --idle with the script, without a file yet."""

    def __init__(self, folder, box, subject, ctl):  # pylint: disable=super-init-not-called
        self.socket = f"{folder}/mpv.sock"
        script = {"ctl": ctl, "url": f"http://{box.host}:{box.port}", "idp": "mvpd", "subject_file": subject}
        Program.__init__(self, ["mpv", "--no-config", "--vo=null", "--ao=null", "--idle", "--msg-level=all=warn",
                                f"--input-ipc-server={self.socket}", f"--script={ROOT}/agent/ctl/mpv/cmagent.lua",
                                "--script-opts=" + ",".join(f"cmagent-{k}={v}" for k, v in script.items())], "mpv")
        wait_for(lambda: self.property("idle-active"), "mpv is there")

    def plays(self):
        return self.property("playback-time") not in (None, 0)


@unittest.skipUnless(shutil.which("mpv"), "needs mpv")
class Script(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(ttl=3)
        self.folder = pathlib.Path(self.stage.folder)
        (self.folder / "subject").write_text("home\n")
        ctl = self.folder / "ctl"  # under an emulator it is two words
        ctl.write_text(f'#!/bin/sh\nexec {" ".join(EMULATOR)} {BIN}/cmagentctl "$@"\n')
        ctl.chmod(0o755)
        self.box = self.stage.agent(player={"adapter": "ui", "stopDeadlineMs": 5000})
        self.clip = make_clip(self.folder)
        self.mpv = self.stage.enter(ScriptedMpv(self.folder, self.box, self.folder / "subject", ctl))

    def sessions(self, *states):
        return [s for s in self.box.get("/v1/sessions").json["sessions"] if not states or s["state"] in states]

    def play(self):
        self.mpv.command("loadfile", str(self.clip))
        wait_for(self.mpv.plays, f"mpv plays; it said {self.mpv.err[-3:]}")
        (session,) = self.sessions("active")
        return session

    def test_plays_under_a_session_that_pauses_with_it(self):
        session = self.play()
        self.assertEqual(session["metadata"]["channel"], "clip.wav")
        for paused in (True, False):
            self.mpv.command("set_property", "pause", paused)
            wait_for(lambda p=paused: self.sessions("active")[0]["paused"] == p, "told")
        self.mpv.command("stop")
        wait_for(lambda: not self.cm.sessions("running"), "the place is given back")
        self.assertEqual(self.sessions()[0]["playback"], "untouched")

    def test_refused_it_opens_nothing(self):
        for _ in range(3):
            self.box.start("home")
        self.mpv.command("loadfile", str(self.clip))
        wait_for(lambda: any("stream-limit" in line for line in self.mpv.out + self.mpv.err), "the limit is told")
        self.assertTrue(wait_for(lambda: self.mpv.property("idle-active"), "nothing is played"))
        self.assertEqual(len(self.sessions("active")), 3)

    def test_without_a_daemon_nothing_plays(self):
        self.box.kill()
        self.mpv.command("loadfile", str(self.clip))
        wait_for(lambda: any("cmagentctl: http://" in line for line in self.mpv.out + self.mpv.err), "it is told why")
        self.assertTrue(wait_for(lambda: self.mpv.property("idle-active"), "nothing is played"))

    def test_stop_from_elsewhere_is_obeyed_and_confirmed(self):
        self.play()
        (session,) = self.cm.sessions("running")
        self.cm.terminate(session["sessionId"])
        wait_for(lambda: self.mpv.property("idle-active"), "the picture is off")
        (ended,) = wait_for(lambda: self.sessions("ended"), "the session has ended")
        self.assertEqual((ended["endReason"], ended["playback"]), ("remote-termination", "stopped"))
        self.play()  # and the next is a new session

    def test_zap_replaces_and_the_end_of_mpv_gives_back(self):
        first = self.play()
        self.mpv.command("loadfile", str(self.clip))
        wait_for(lambda: self.sessions("ended"), "the first has ended")
        (second,) = wait_for(lambda: self.sessions("active"), "the second plays")
        self.assertEqual(self.box.session(first["id"])["replacedBy"], second["id"])
        self.mpv.command("quit")
        self.assertEqual(self.mpv.wait(), 0)
        self.assertEqual(self.box.in_state(second["id"], "ended")["playback"], "untouched")

    def test_daemon_that_comes_back_is_obeyed_again(self):
        id = self.play()["id"]
        text = self.box.configuration.read_text()
        self.box.configuration.write_text(text.replace('"127.0.0.1:0"', f'"127.0.0.1:{self.box.port}"'))
        self.box.kill()
        time.sleep(0.3)
        self.assertTrue(self.mpv.plays())
        self.box.launch()
        self.box.in_state(id, "active")
        self.box.delete(f"/v1/sessions/{id}?clientKey=somebody-else-0001")
        wait_for(lambda: self.mpv.property("idle-active"), "the picture is off")
        self.assertEqual(self.box.in_state(id, "ended")["playback"], "stopped")


if __name__ == "__main__":
    unittest.main()
