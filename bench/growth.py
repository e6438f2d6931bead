"""How cost grows with the number of packages, and with the length of an index page."""

import math
import statistics
import sys
from dataclasses import dataclass
from typing import Callable

from loopback import page, serving
from measure import measure
from operations import OXIPIP, UV
from prepare import check_output
from report import number, summary

PACKAGES = (10, 100, 1_000)
FILES = (100, 1_000, 10_000)


@dataclass(frozen=True)
class Growth:
    """One operation at several sizes; `prepare` makes the command line of one run."""

    name: str
    label: str
    unit: str
    sizes: tuple
    prepare: Callable


def run(tool, words):
    check_output(words, env=tool.environment(tool.warm_cache))


def install(bench, tool, size):
    words = [f"tree-{size}-0"]
    bench.once(("growth", tool.name, "install", size),
               lambda: run(tool, tool.install(bench.new_environment(), words)))
    return tool.install(bench.known_environment(tool), words, offline=True)


def resolve(kind):
    def prepare(bench, tool, size):
        words = [f"{kind}-{size}-0"]
        env = bench.once(("growth", tool.name), lambda: bench.known_environment(tool))
        bench.once(("growth", tool.name, kind, size), lambda: run(tool, tool.resolve(env, words)))
        return tool.resolve(env, words, offline=True)
    return prepare


def resolve_unseen(bench, tool, size):
    # The cache knows everything but this project: what is timed is the page alone, not the search for Python.
    env = bench.once(("growth", tool.name), lambda: bench.known_environment(tool))
    name = f"page-{size}-{bench.new_folder().name}"
    page(name)
    return tool.resolve(env, [name])


ROWS = (
    Growth("growth-install", "warm install of", "packages", PACKAGES, install),
    Growth("growth-resolve", "resolve", "packages", PACKAGES, resolve("tree")),
    Growth("growth-page", "resolve from a page of", "files", FILES, resolve("page")),
    Growth("growth-page-cold", "resolve from an unseen page of", "files", FILES, resolve_unseen),
)


def exponents(sizes, medians):
    """The exponent of a power of the size: least squares through the logarithms of all, and the last step alone."""
    points = [(math.log(size), math.log(median)) for size, median in zip(sizes, medians)]
    (x, y), (last_x, last_y) = points[-2:]
    return {"all": statistics.linear_regression(*zip(*points)).slope, "last": (last_y - y) / (last_x - x)}


def run_growth(bench, tools, runs):
    """Measures all rows with those of `tools` that are compared here, from an index that is made for it."""
    with serving() as index:
        own = [tools[name].with_index(index, bench.scratch / "caches" / f"growth-{name}")
               for name in (OXIPIP, UV) if name in tools]
        return [run_row(bench, own, row, runs) for row in ROWS]


def run_row(bench, tools, row, runs):
    turns = []
    for turn in range(runs):
        # Another tool begins each round.
        order = tools[turn % len(tools):] + tools[:turn % len(tools)]
        turns += [(size, tool, row.prepare(bench, tool, size)) for size in row.sizes for tool in order]
    walls = {}
    for size, tool, words in turns:
        wall = measure(words, tool.environment(tool.warm_cache), bench.scratch).wall
        walls.setdefault((tool.name, size), []).append(wall)
    results = {tool.name: [summary(walls[tool.name, size]) for size in row.sizes] for tool in tools}
    medians = {tool: [one["median"] for one in own] for tool, own in results.items()}
    shown = ", ".join(f"{tool} {' / '.join(map(number, own))}" for tool, own in medians.items())
    print(f"{row.label} {' / '.join(map(str, row.sizes))} {row.unit}: {shown}", file=sys.stderr)
    return {"name": row.name, "label": row.label, "unit": row.unit, "sizes": row.sizes, "results": results,
            "exponents": {tool: exponents(row.sizes, own) for tool, own in medians.items()}}
