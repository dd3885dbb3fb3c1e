#!/usr/bin/env python3
"""Two boxes, one limit: the story that the agent exists for, on real parts, with measured times."""

import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
os.environ.setdefault("CMAGENT_BIN", str(pathlib.Path(__file__).parents[2] / "build/dev/bin"))

from relay import Relay  # noqa: E402
from stage import Agent, Cmsim, Events, Mpv, make_clip, wait_for  # noqa: E402

# Seconds that a session lives without a heartbeat: CM's default is about a minute, a demo has less time.
TTL = 2
ROUNDS = 11


class Story:
    def __init__(self):
        self.begun = time.monotonic()

    def tell(self, text):
        print(f"{time.monotonic() - self.begun:7.3f} s  {text}", flush=True)


def milliseconds(seconds):
    return f"{seconds * 1000:.2f} ms"


class LivingRoom:
    """A box with a real mpv. Relays before CM and before mpv's socket note the moments."""

    def __init__(self, folder, cm):
        target = urllib.parse.urlparse(cm.url)
        self.folder, self.cm = folder, cm
        self.wire = Relay(("127.0.0.1", target.port))
        self.clip = make_clip(folder)
        self.mpv = Mpv(folder, self.clip)
        self.mpv_wire = Relay(self.mpv.socket, str(pathlib.Path(folder) / "relay.sock"))
        self.agent = Agent(folder, f"https://localhost:{self.wire.address[1]}/v2", cm.ca,
                           {"cm": {"applicationId": "demo-app"},
                            "player": {"adapter": "mpv", "socket": self.mpv_wire.address}}, "living-room")
        self.events = Events(self.agent)

    def play(self, channel, **more):
        self.mpv.command("loadfile", str(self.clip))
        wait_for(lambda: self.mpv.property("idle-active") is False, "mpv plays")
        return self.agent.start(metadata={"channel": channel, "deviceName": "Living room"}, **more)

    def stop_seen(self, since):
        """When the last byte before the order came from CM, when the order went to mpv, when mpv had stopped."""
        order = wait_for(lambda: next((t for t, outward, data in list(self.mpv_wire.log)
                                       if outward and t > since and b'"stop"' in data), None), "stop on mpv's socket")
        word = max(t for t, outward, _ in list(self.wire.log) if not outward and t < order)
        return word, order


def meet_the_limit(other):
    refused = other.start(metadata={"channel": "Film 1", "deviceName": "Kitchen"})
    assert refused.status == 409, refused.body
    return refused.json


def end_the_living_room(box, other, problem, events_after):
    """The viewer's choice at the other box. Returns its session, and the moments at this one."""
    begun = time.monotonic()
    code = next(c["terminationCode"] for v in problem["violations"] for c in v["conflicts"]
                if c.get("deviceName") == "Living room")
    resolved = other.post(f"/v1/conflicts/{problem['conflictId']}", {"terminate": [code]})
    assert resolved.status == 201, resolved.body
    ended = box.events.next("session-ended", after=events_after)
    word, order = box.stop_seen(begun)
    return resolved.json, ended, word, order


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave all running and print the addresses")
    options = parser.parse_args()
    story = Story()
    folder = tempfile.mkdtemp(prefix="cmagent-demo-")

    cm = Cmsim(folder, ttl=TTL)
    story.tell(f"cmsim plays CM at {cm.url}, TLS with a CA of its own; sessions live {TTL} s without a heartbeat")
    box = LivingRoom(folder, cm)
    kitchen = Agent(folder, cm.url, cm.ca, name="kitchen")
    story.tell(f"two agents: living room on {box.agent.host}:{box.agent.port} with a real mpv, "
               f"kitchen on {kitchen.host}:{kitchen.port}")

    before = time.monotonic()
    started = box.play("News")
    assert started.status == 201, started.body
    session = started.json
    story.tell(f"living room starts «News»: allowed by CM, answered in {milliseconds(time.monotonic() - before)}")

    wait_for(lambda: any(s["heartbeats"] >= 2 for s in cm.sessions()), "two heartbeats")
    story.tell("two heartbeats accepted, all over "
               f"{cm.status()['connectionsOpened']} connection(s); mpv plays on")

    for name in ("Bedroom", "Tablet"):
        assert kitchen.start(metadata={"channel": "Sport", "deviceName": name}).status == 201
    story.tell("the household now watches three streams, which is the limit of demo-app")

    problem = meet_the_limit(kitchen)
    story.tell(f"kitchen wants «Film 1»: 409 {problem['code']} – {problem['detail']}")
    for violation in problem["violations"]:
        for conflict in violation["conflicts"]:
            story.tell(f"    watching: {conflict.get('deviceName', 'a device')} – {conflict.get('channel', 'something')}"
                       f" – since {conflict['startedAt']}")
    taken, ended, word, order = end_the_living_room(box, kitchen, problem, 0)
    story.tell("the viewer ended the living room's stream: kitchen plays; the living room learned it by its next heartbeat")
    stop = box.events.next("playback-stop")
    story.tell(f"living room hears: {stop['data']['message']}")
    wait_for(lambda: box.mpv.property("idle-active"), "mpv is idle")
    story.tell(f"mpv has stopped: {milliseconds(order - word)} from the 410's last byte to the stop command on its "
               f"socket, {milliseconds(ended['at'] - order)} more until it was verified ({ended['data']['playback']})")
    story.tell(f"the session says: {box.agent.session(session['id'])['endReason']}")

    waits, verified = [order - word], [ended["at"] - order]
    for _ in range(ROUNDS - 1):
        assert kitchen.delete(f"/v1/sessions/{taken['id']}").status == 204
        wait_for(lambda: len(cm.sessions("running")) == 2, "the slot is free")
        seen = len(box.events.seen)
        assert box.play("News").status == 201
        taken, ended, word, order = end_the_living_room(box, kitchen, meet_the_limit(kitchen), seen)
        waits.append(order - word)
        verified.append(ended["at"] - order)
    story.tell(f"{ROUNDS} take-overs: from the 410's last byte to the stop command median "
               f"{milliseconds(statistics.median(waits))}, most {milliseconds(max(waits))}; "
               f"mpv's own time to a verified stop median {milliseconds(statistics.median(verified))}")

    if options.keep:
        print(f"""
still running:
  cmsim         {cm.url}   control http://{cm.control.host}:{cm.control.port}/control/status
  living room   http://{box.agent.host}:{box.agent.port}/v1/status   configuration {box.agent.configuration}
  kitchen       http://{kitchen.host}:{kitchen.port}/v1/status
  mpv           {box.mpv.socket}
Ctrl-C ends them.""", flush=True)
        try:
            box.agent.process.wait()
        except KeyboardInterrupt:
            pass
    statuses = [actor.stop() for actor in (box.agent, kitchen, cm)]
    box.mpv.stop()
    assert statuses == [0, 0, 0], statuses
    if not options.keep:
        story.tell("all ended in good order, exit status 0")


if __name__ == "__main__":
    main()
