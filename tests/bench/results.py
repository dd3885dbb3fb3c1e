"""What a topic has found out: a table for people, and a file for programs.

The file is {"topic", "commit", "counts": {name: number}, "times": {name: number}}. Counts are the same again and again, and
tests/bench/check compares them with those in counts.json; times depend on the machine and its mood, and are shown only.
"""
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build/bench"


class Results:
    def __init__(self, topic, file=None):
        self.topic = topic
        self.file = pathlib.Path(file) if file else FOLDER / f"{topic}.json"
        self.counts = {}
        self.times = {}

    def count(self, name, number):
        self.counts[f"{self.topic}/{name}"] = number

    def time(self, name, number):
        self.times[f"{self.topic}/{name}"] = number

    def write(self):
        commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps({"topic": self.topic, "commit": commit.stdout.strip(), "counts": self.counts,
                                         "times": self.times}, indent=1, ensure_ascii=False) + "\n")
        print(f"\n(also in {self.file})")


def print_table(rows, left=1):
    """The first row is the head; the first `left` columns are texts."""
    cells = [["–" if cell is None else f"{cell:,}" if type(cell) is int else f"{cell:.2f}" if type(cell) is float else cell
              for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    for row in cells:
        print("  " + "  ".join(cell.ljust(width) if i < left else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
