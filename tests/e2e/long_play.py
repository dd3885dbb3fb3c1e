#!/usr/bin/env python3
"""Five minutes of play over real TLS, with leases of 4 s: one connection serves all heartbeats. For tests/run --all."""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
os.environ.setdefault("CMAGENT_BIN", str(pathlib.Path(__file__).parents[2] / "build/dev/bin"))

from stage import Stage  # noqa: E402

SECONDS = 300

with Stage() as stage:
    cm = stage.cmsim(ttl=4)
    box = stage.agent()
    session = box.start().json["id"]
    time.sleep(SECONDS)
    state, opened = box.session(session)["state"], cm.status()["connectionsOpened"]
    heartbeats = cm.sessions("running")[0]["heartbeats"]
    print(f"{SECONDS} s of play, {heartbeats} heartbeats, state {state}, connections opened: {opened}")
    sys.exit(0 if (state, opened) == ("active", 1) else 1)
