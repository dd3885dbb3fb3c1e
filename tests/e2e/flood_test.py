"""What one program may make the box write, however fast it calls: a second's flash and log."""

import pathlib
import re
import time
import unittest

from stage import Stage, wait_for

SECONDS = 6


def writes(box):
    """The number of the newest write to flash (slot.h): it grows by one with each that was synced."""
    numbers = [re.match(rb"cmagent-state 1 ([0-9a-f]{16}) ", (box.folder / name).read_bytes())
               for name in ("state-0", "state-1") if (box.folder / name).exists()]
    return max((int(number[1], 16) for number in numbers if number), default=0)


class Flood(unittest.TestCase):
    def setUp(self):
        self.stage = self.enterContext(Stage())

    def flood(self, box):
        """Starts and ends as fast as the box answers; how many."""
        calls, until = 0, time.monotonic() + SECONDS
        while time.monotonic() < until:
            answer = box.start()
            calls += 1
            if answer.status == 201:
                box.delete(f"/v1/sessions/{answer.json['id']}")
        return calls

    def test_flash_is_written_once_a_second_and_the_log_stays_short(self):
        cm = self.stage.cmsim()
        box = self.stage.agent(url=cm.url, ca=cm.ca)
        box.stop()
        box.launch("--log-level", "info")
        time.sleep(1.5)  # what the start itself has written is over
        written, said = writes(box), len(box.err)
        began = time.monotonic()
        calls = self.flood(box)
        took = time.monotonic() - began
        self.assertGreater(calls, 4 * SECONDS)
        # Each second's goes into both slots, where nothing newer comes meanwhile.
        self.assertLessEqual(writes(box) - written, 2 * (took + 2))
        self.assertGreater(writes(box), written)
        self.assertLessEqual(len(box.err) - said, 10 * took + 20)
        wait_for(lambda: any("times more within 10 s" in line for line in box.err), "what was folded is told", 30)
        box.stop()
        newest = max((pathlib.Path(box.folder) / f"state-{n}" for n in (0, 1)), key=lambda f: f.read_bytes()[16:32])
        self.assertNotIn(b"household-1", newest.read_bytes(), "the end of the last session is on flash")


if __name__ == "__main__":
    unittest.main()
