"""Adapter process where the daemon may not do, or see, what it would have to."""

import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest
from unittest import mock

import stage
from stage import EMULATOR, Events, Program, Stage

ROOT_ONLY = "only root can become another user, or mount /proc"
HIDING = ["unshare", "--mount", "sh", "-c", 'mount -t proc -o hidepid=2 proc /proc && exec "$@"', "hiding"]


def can_hide():
    return os.geteuid() == 0 and subprocess.run([*HIDING, "true"], capture_output=True).returncode == 0


@unittest.skipUnless(os.geteuid() == 0, ROOT_ONLY)
class Unseen(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        os.chmod(self.stage.folder, 0o755)
        self.cm = self.stage.cmsim(ttl=2)
        self.player = pathlib.Path(self.stage.folder) / f"tv{os.getpid()}"
        shutil.copy("/bin/sleep", self.player)

    def agent(self):
        folder = pathlib.Path(self.stage.folder) / "box"
        folder.mkdir()
        shutil.chown(folder, "nobody")
        return self.stage.agent(process={"user": "nobody"},
                                player={"adapter": "process", "name": self.player.name, "stopDeadlineMs": 500})

    def stopped(self, box):
        events = Events(box)
        id = box.start().json["id"]
        time.sleep(1.2)
        (session,) = self.cm.sessions("running")
        self.cm.terminate(session["sessionId"])
        return events.next("session-ended", sessionId=id)["data"]["playback"]

    def test_hazard_46_a_player_of_another_user_is_unconfirmed_and_the_log_says_why(self):
        player = self.stage.enter(Program([str(self.player), "60"], "player"))
        box = self.agent()
        self.assertEqual(self.stopped(box), "unconfirmed")
        self.assertIsNone(player.process.poll())
        box.line(box.err, "player default: it may not be signalled: it is another user's")

    @unittest.skipUnless(can_hide(), "needs a /proc of its own")
    def test_hazard_46_what_proc_hides_is_unconfirmed_and_the_log_says_why(self):
        self.stage.enter(Program([str(self.player), "60"], "player"))
        with mock.patch.object(stage, "EMULATOR", [*HIDING, *EMULATOR]):
            box = self.agent()
        self.assertEqual(self.stopped(box), "unconfirmed")
        box.line(box.err, "player default: /proc hides the processes of others")

    @unittest.skipUnless(can_hide(), "needs a /proc of its own")
    def test_its_own_users_player_can_be_seen_to_end_where_proc_hides_others(self):
        # hidepid asks for the group, too.
        become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        player = self.stage.enter(Program([*become, str(self.player), "60"], "player"))
        with mock.patch.object(stage, "EMULATOR", [*HIDING, *EMULATOR]):
            box = self.agent()
        self.assertEqual(self.stopped(box), "stopped")
        self.assertEqual(player.wait(), -15)


if __name__ == "__main__":
    unittest.main()
