"""The tables, the plots and the fits say what the figures say.

    python3 -m unittest discover bench -p tests.py
"""

import hashlib
import json
import os
import sys
import unittest
import urllib.request
import xml.etree.ElementTree
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import measure  # noqa: E402
from chart import bars  # noqa: E402
from goals import GOALS  # noqa: E402
from growth import exponents  # noqa: E402
from loopback import page, serving  # noqa: E402
from operations import ROWS  # noqa: E402
from plot import Axis, lines, spread_out  # noqa: E402
from report import document, figures_table, goals_table, growth_table, summary  # noqa: E402


LIST = {"name": "list", "group": "quick", "label": "`list`"}


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
            rows = [{**LIST, "results": {"oxipip": result(ours), "uv": result(1.0)}}]
            line = goals_table(rows).splitlines()[2].split("|")
            self.assertEqual([cell.strip() for cell in line[3:6]], [f"**{ours}**", "0.20", mark])

    def test_what_makes_environments_beside_pip_has_its_name(self):
        rows = [{"name": "venv", "group": "venv", "label": "venv", "results": {"oxipip": result(0.1), "pip": result(1.0)}}]
        self.assertIn("| oxipip / python -m venv | **0.10** |", goals_table(rows))

    def test_memory_has_goals_of_its_own(self):
        rows = [{**LIST, "results": {"oxipip": result(0.1, memory=7.0), "uv": result(1.0, memory=10.0)}}]
        self.assertIn("| `list`, peak memory | oxipip / uv | **0.70** | 0.60 | ✗ |", goals_table(rows))

    def test_a_tool_that_failed_is_shown(self):
        rows = [{**LIST, "results": {"uv": {**result(1.0), "system_calls": 1234}},
                 "failed": ["oxipip"]}]
        table = figures_table(rows)
        self.assertIn("| `list` | uv | 1.0 (1.0–1.0) | 1.0 | 1.0 | 1,234 | 1 |", table)
        self.assertIn("| oxipip | failed |", table)
        self.assertNotIn("oxipip", goals_table(rows))


SVG = "{http://www.w3.org/2000/svg}"


def growth_row():
    sizes, medians = [10, 100, 1000], {"oxipip": [1.0, 10.0, 100.0], "uv": [20.0, 25.0, 90.0]}
    return {"name": "growth-install", "label": "warm install of", "unit": "packages", "sizes": sizes,
            "results": {tool: [summary([one]) for one in own] for tool, own in medians.items()},
            "exponents": {tool: exponents(sizes, own) for tool, own in medians.items()}}


class Growing(unittest.TestCase):
    def test_a_power_of_the_size_has_its_exponent(self):
        found = exponents([10, 100, 1000], [3 * size ** 1.5 for size in (10, 100, 1000)])
        self.assertAlmostEqual(found["all"], 1.5)
        self.assertAlmostEqual(found["last"], 1.5)

    def test_what_a_start_hides_shows_in_the_last_step(self):
        found = exponents([10, 100, 1000], [100, 100, 1000])
        self.assertAlmostEqual(found["last"], 1.0)
        self.assertAlmostEqual(found["all"], 0.5)

    def test_table(self):
        self.assertIn("| warm install of 10 / 100 / 1,000 packages | oxipip | 1.0 / 10.0 / 100 | 1.00 | 1.00 |",
                      growth_table([growth_row()]))

    def test_the_index_serves_what_its_pages_promise(self):
        with serving() as index:
            with urllib.request.urlopen(f"{index}tree-10-0/") as response:
                files = json.load(response)["files"]
            newest = files[-1]
            with urllib.request.urlopen(f"{index.removesuffix('/simple/')}{newest['url']}") as response:
                self.assertEqual(hashlib.sha256(response.read()).hexdigest(), newest["hashes"]["sha256"])
            with urllib.request.urlopen(f"{index.removesuffix('/simple/')}{newest['url']}.metadata") as response:
                described = response.read()
        self.assertEqual(hashlib.sha256(described).hexdigest(), newest["core-metadata"]["sha256"])
        self.assertIn(b"Requires-Dist: tree-10-1>=0.2\nRequires-Dist: tree-10-2>=0.2\n", described)

    def test_a_page_has_as_many_files_as_its_name_says(self):
        self.assertEqual(len(json.loads(page("page-100-x"))["files"]), 100)


class Charts(unittest.TestCase):
    def test_bars_are_as_long_as_their_medians(self):
        rows = [{**LIST, "results": {"oxipip": result(5.0), "uv": result(20.0)}}]
        drawn = xml.etree.ElementTree.fromstring(bars({"rows": rows}))
        widths = [float(bar.get("width")) for bar in drawn.iter(f"{SVG}rect")]
        self.assertEqual(widths, [50.0, 200.0])

    def test_a_chart_needs_nothing_from_outside(self):
        rows = [{**LIST, "label": "<b>", "results": {"uv": result(1.0)}}]
        for drawn in (bars({"rows": rows}), lines([growth_row()])):
            xml.etree.ElementTree.fromstring(drawn)
            self.assertEqual(drawn.count("http"), 1, "the namespace")
            self.assertNotIn("<script", drawn)
            self.assertIn("prefers-color-scheme:dark", drawn)

    def test_a_logarithmic_axis_puts_decades_evenly(self):
        axis = Axis(1, 1000, 0, 300)
        self.assertEqual([round(axis.place(value)) for value in axis.decades()], [0, 100, 200, 300])

    def test_a_power_is_a_straight_line(self):
        drawn = xml.etree.ElementTree.fromstring(lines([growth_row()]))
        points = [tuple(map(float, point.split(","))) for point in next(drawn.iter(f"{SVG}polyline")).get("points").split()]
        (x0, y0), (x1, y1), (x2, y2) = points
        self.assertAlmostEqual((y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1), places=2)

    def test_labels_do_not_cover_each_other(self):
        self.assertEqual(spread_out({"uv": 100, "oxipip": 90}, 30), {"oxipip": 90, "uv": 120})

    def test_the_page_links_its_charts(self):
        report = {"machine": ["Linux"], "versions": ["uv 1"], "rounds": 7, "rows": [], "growth": [growth_row()]}
        self.assertIn("![How cost grows](speed-growth.svg)", document(report, [("How cost grows", "speed-growth.svg")]))


if __name__ == "__main__":
    unittest.main()
