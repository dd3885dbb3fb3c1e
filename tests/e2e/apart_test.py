"""Two apps, each with a token of its own: what is taken away from one."""

import pathlib
import signal
import unittest

from stage import Events, Http, Stage, wait_for

LAUNCHER = "Uq3x_Tn-08vLcY2mZr7WdA"
NEWS = "kV9-bQ2sXw5TjH1nRf8ZpE"


class AppsApart(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim("--ttl", "4")
        self.tokens = pathlib.Path(self.stage.folder) / "tokens"
        self.write(f"{LAUNCHER}\n{NEWS} news\n")

    def begin(self, **over):
        self.box = self.stage.agent(http={"tokenFile": str(self.tokens)},
                                    cm={"applications": {"news": "demo-app-2"}}, **over)
        self.box.token = LAUNCHER
        self.news = Http(self.box.host, self.box.port, NEWS)

    def write(self, text):
        self.tokens.write_text(text)
        self.tokens.chmod(0o600)

    def revoke(self):
        self.write(f"{LAUNCHER}\n")

    def start(self):
        body = {"idp": "mvpd", "subject": "household-1", "application": "news", "metadata": {"channel": "news"}}
        answer = self.news.post("/v1/sessions", body)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json["id"]

    def hears(self, token):
        return Events(self.box, {"Authorization": f"Bearer {token}"})

    def test_what_a_revoked_token_has_begun_is_over(self):
        self.begin()
        id = self.start()
        of_news, of_launcher = self.hears(NEWS), self.hears(LAUNCHER)
        self.revoke()
        self.box.process.send_signal(signal.SIGHUP)
        of_launcher.next("playback-stop", sessionId=id, reason="revoked")
        self.box.post(f"/v1/sessions/{id}/stopped")
        self.assertEqual(self.box.in_state(id, "ended")["endReason"], "revoked")
        wait_for(lambda: not of_news.is_alive(), "the stream of the revoked token is closed")
        wait_for(lambda: not self.cm.sessions("running"), "CM is told")
        self.assertEqual(self.news.get("/v1/sessions").status, 401)
        self.assertEqual(self.box.get("/v1/sessions").status, 200)

    def test_what_a_token_has_begun_that_is_gone_after_a_crash_is_over(self):
        stopped = pathlib.Path(self.stage.folder) / "stopped"
        self.begin(player={"adapter": "exec", "stop": ["touch", str(stopped)]})
        id = self.start()
        wait_for(lambda: any('"playing"' in kept.read_text() for kept in self.box.folder.glob("state-?")), "is on flash")
        self.box.kill()
        self.revoke()
        self.box.launch()
        self.assertEqual(self.box.in_state(id, "ended")["endReason"], "revoked")
        self.assertTrue(stopped.exists(), "the picture is off")
        wait_for(lambda: not self.cm.sessions("running"), "CM is told")


if __name__ == "__main__":
    unittest.main()
