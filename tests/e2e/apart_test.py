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
        self.box = self.stage.agent(http={"tokenFile": str(self.tokens)},
                                    cm={"applications": {"news": "demo-app-2"}})
        self.box.token = LAUNCHER
        self.connect()

    def connect(self):
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


if __name__ == "__main__":
    unittest.main()
