"""The tables, the plots and the fits say what the figures say.

    python3 -m unittest discover bench -p tests.py
"""

import os
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import measure  # noqa: E402
from goals import GOALS  # noqa: E402
from operations import ROWS  # noqa: E402
from report import figures_table, goals_table, summary  # noqa: E402


def result(wall, cpu=1.0, memory=1.0):
    return {"wall": summary([wall]), "cpu": summary([cpu]), "memory": summary([memory])}


class Measuring(unittest.TestCase):
    def setUp(self):
        measure.become_reaper()

    def test_memory_and_time_are_the_commands_own(self):
        ballast = bytearray(os.urandom(1)) * 100_000_000
        small = measure.measure(["/bin/true"], dict(os.environ), "/")
        self.assertLess(small.memory, len(ballast) / 1e6 / 2)
        large = measure.measure([sys.executable, "-c", "b'x' * 60_000_000"], dict(os.environ), "/")
        self.assertGreater(large.memory, 55)

    def test_workers_that_outlive_the_command_count(self):
        busy = "n = 0\nwhile n < 3_000_000: n += 1"
        alone = measure.measure(["sh", "-c", '"$0" -c "$1" &', sys.executable, busy], dict(os.environ), "/")
        self.assertGreater(alone.cpu, 20)

    def test_a_command_that_fails_is_told_with_its_words(self):
        with self.assertRaisesRegex(measure.Failed, "exit code 3\nwhy"):
            measure.measure(["sh", "-c", "echo why; exit 3"], dict(os.environ), "/")

    def test_strace_summary(self):
        self.assertEqual(measure.total_calls("    calls syscall\n--------- -------\n       29 read\n       31 total\n"), 31)
        self.assertIsNone(measure.total_calls(""))


class Tables(unittest.TestCase):
    def test_summary_has_median_and_quartiles(self):
        one = summary([5, 1, 2, 3, 4])
        self.assertEqual((one["median"], one["quartiles"]), (3, [2, 4]))

    def test_goals_speak_of_rows_and_their_tools(self):
        for goal in GOALS:
            self.assertIn(goal.tool, ROWS[goal.row].tools, goal)
            self.assertIn(goal.other, ROWS[goal.row].tools, goal)

    def test_a_missed_goal_is_marked(self):
        for ours, mark in [(0.19, ""), (0.21, "✗")]:
            rows = [{"name": "list", "label": "`list`", "results": {"oxipip": result(ours), "uv": result(1.0)}}]
            line = goals_table(rows).splitlines()[2].split("|")
            self.assertEqual([cell.strip() for cell in line[3:6]], [f"**{ours}**", "0.20", mark])

    def test_memory_has_goals_of_its_own(self):
        rows = [{"name": "list", "label": "`list`",
                 "results": {"oxipip": result(0.1, memory=7.0), "uv": result(1.0, memory=10.0)}}]
        self.assertIn("| `list`, peak memory | oxipip / uv | **0.70** | 0.60 | ✗ |", goals_table(rows))

    def test_a_tool_that_failed_is_shown(self):
        rows = [{"name": "list", "label": "`list`", "results": {"uv": {**result(1.0), "system_calls": 1234}},
                 "failed": ["oxipip"]}]
        table = figures_table(rows)
        self.assertIn("| `list` | uv | 1.0 (1.0–1.0) | 1.0 | 1.0 | 1,234 | 1 |", table)
        self.assertIn("| oxipip | failed |", table)
        self.assertNotIn("oxipip", goals_table(rows))


if __name__ == "__main__":
    unittest.main()
