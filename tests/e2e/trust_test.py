"""Whom the box trusts: what the log says of a certificate that is refused, and files that are read again on SIGHUP."""
import pathlib
import signal
import unittest

from stage import Stage


class Trust(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())

    def agent_with(self, roots):
        """An agent whose roots are in a file of its own."""
        self.roots = pathlib.Path(self.stage.folder) / "roots.pem"
        self.roots.write_text(roots)
        return self.stage.agent(cm={"caFile": str(self.roots)})

    def test_the_log_names_the_certificate_that_is_refused(self):
        self.stage.cmsim("--bad-cert", "expired")
        agent = self.stage.agent()
        self.assertEqual(agent.start().json["reason"], "certificate-expired")
        agent.line(agent.err, "certificate 0 (")

    def test_roots_that_are_half_written_are_read_when_they_are_whole(self):
        cm = self.stage.cmsim()
        whole = cm.ca.read_text()
        agent = self.agent_with(whole)
        id = agent.start().json["id"]
        self.roots.write_text(whole[:len(whole) // 2])
        agent.process.send_signal(signal.SIGHUP)
        agent.line(agent.err, f"trust unchanged: cm.caFile: {self.roots}: ")
        self.assertEqual(agent.start().status, 201, "the old trust is in use")
        self.roots.write_text("-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n" + whole)
        agent.line(agent.err, "cm.caFile: line 1 (): mbedTLS -0x")
        agent.line(agent.err, "configuration read again")
        agent.in_state(id, "active")

    def test_roots_that_no_longer_vouch_for_cm(self):
        cm = self.stage.cmsim()
        agent = self.agent_with(cm.ca.read_text())
        other = self.stage.cmsim()
        self.assertEqual(agent.start().status, 201)
        self.roots.write_text(other.ca.read_text())
        agent.process.send_signal(signal.SIGHUP)
        agent.line(agent.err, "configuration read again")
        self.assertEqual(agent.start().status, 201, "a connection that is open keeps what it was opened with")


if __name__ == "__main__":
    unittest.main()
