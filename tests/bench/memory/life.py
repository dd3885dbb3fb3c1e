"""The life of a daemon, told twice, each time from its start, and what it has resident at each moment of it."""

import contextlib
import http.client
import socket
import sys
import time

import regions

PATIENCE = 60
FIRST, ALL = 200, 1000  # sessions
LIMIT_EVERY = 5         # of them meets the limit first: more than the history keeps
HOUR = 120              # heartbeats: one session's of an hour, each half of CM's minute
LISTENERS, CONNECTIONS = 8, 32


class Life:
    """`box` says .smaps() and .api(): a stage.Http with a token, and starts the daemon anew with .restart()."""

    LONG_RUN = f"{ALL} and an hour"

    def __init__(self, box, cm):
        self.box, self.cm = box, cm
        self.moments = {}
        self.played = 0

    def note(self, moment):
        # What is done behind the answer (flash, the log, memory given back after 10 s) is over.
        time.sleep(12)
        self.moments[moment] = regions.read(self.box.smaps())
        figures = self.moments[moment]["all"]
        print(f"{moment}: RSS {figures['rss']:,} KiB, PSS {figures['pss']:,} KiB, of no file {figures['own']:,} KiB",
              file=sys.stderr, flush=True)

    def start(self, connection=None):
        self.played += 1
        answer = self.box.api.post("/v1/sessions", {
            "idp": "mvpd", "subject": f"household-{self.played}",
            "metadata": {"channel": "News", "assetId": f"asset-{self.played}", "deviceName": "Living room"}},
            connection=connection, timeout=PATIENCE)
        assert answer.status == 201, (answer.status, answer.body)
        return answer.json["id"]

    def end(self, id, connection=None):
        assert self.box.api.delete(f"/v1/sessions/{id}", connection=connection, timeout=PATIENCE).status == 204

    def sessions(self, number):
        with contextlib.closing(self.box.connect()) as kept:
            for count in range(number):
                self.end(self.start(kept), kept)
                if count % LIMIT_EVERY == 0:
                    self.refused(published="409-service-streams")

    def heartbeats(self, number):
        def accepted():
            return sum(self.cm.status()["requests"].get("heartbeat", {}).values())
        goal = accepted() + number
        until = time.monotonic() + 10 * number + PATIENCE
        while accepted() < goal:
            assert time.monotonic() < until, "no heartbeats"
            time.sleep(0.5)

    def refused(self, **fault):
        self.cm.fault(fault, call="init", count=1)
        answer = self.box.api.post("/v1/sessions", {"idp": "mvpd", "subject": "full"}, timeout=PATIENCE)
        assert answer.status == 409, (answer.status, answer.body)

    def of_an_hour(self):
        """Fresh, and after an hour and a thousand sessions."""
        self.note("idle")
        playing = self.start()
        self.heartbeats(2)
        self.note("playing")
        self.end(playing)
        self.sessions(FIRST)
        playing = self.start()
        self.note(f"{FIRST} sessions")
        self.end(playing)
        self.sessions(ALL - FIRST)
        playing = self.start()
        self.heartbeats(HOUR)
        self.note(self.LONG_RUN)
        self.end(playing)

    def of_visitors(self):
        """Listeners, connections, a hostile answer: what of each is left when it is over."""
        self.box.restart()
        self.start()
        self.heartbeats(1)
        streams = [self.listen(number) for number in range(LISTENERS)]
        self.note(f"{LISTENERS} listeners")
        for stream in streams:
            stream.close()
        self.note("they are gone")
        self.crowd()
        self.note(f"{CONNECTIONS} have gone")
        self.refused(status=409, contentType="application/json", body=hostile())
        self.note("hostile 409")

    def listen(self, number):
        """One caller's share is smaller than all places."""
        connection = self.box.connect()
        token = self.box.tokens[number % len(self.box.tokens)]
        connection.request("GET", "/v1/events", headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        assert response.status == 200, response.status
        return connection

    def crowd(self):
        """As many connections as there may be, each with a request on it; then they go."""
        with contextlib.ExitStack() as all_of_them:
            kept = [all_of_them.enter_context(contextlib.closing(self.box.connect())) for _ in range(CONNECTIONS)]
            for _ in range(2):
                for connection in kept:
                    with contextlib.suppress(OSError, http.client.HTTPException, socket.timeout):
                        self.box.api.get("/v1/status", connection=connection)


def hostile():
    """An answer that lists as many conflicts as fit into a fault of cmsim: 64 KiB of JSON, with the answer as a text in it."""
    one = '{"terminationCode":"%06d","attributes":{"deviceName":["Kitchen"]}}'
    room = 56 * 1024 - 600
    listed = ",".join(one % number for number in range(room // (len(one % 0) + 1)))
    return ('{"associatedAdvice":[{"type":"rule-violation","ruleName":"demo","policyName":"demo","attribute":"streamId",'
            '"threshold":3,"message":"Too many.","conflicts":{"streamId":[' + listed + "]}}]}")
