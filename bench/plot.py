"""Growing cost as SVG: both axes logarithmic, so that a power of the size is a straight line."""

import math

from chart import svg, text, tool_class
from report import number

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 420, 250, 64, 30, 116, 40


class Axis:
    """A logarithmic axis over `low` to `high`, drawn between two places."""

    def __init__(self, low, high, start, end):
        self.low, self.high, self.start, self.end = math.log10(low), math.log10(high), start, end

    def place(self, value):
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def decades(self):
        return [10.0 ** power for power in range(math.ceil(self.low), math.floor(self.high) + 1)]


def panel(row, left, top):
    """One row: a line for each tool, with quartiles and the exponent at its end."""
    values = [value for own in row["results"].values() for one in own for value in (one["median"], *one["quartiles"])]
    # Whole decades, so that every panel has at least two lines to read from.
    low, high = (10.0 ** edge for edge in (math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))))
    x = Axis(row["sizes"][0], row["sizes"][-1], left + LEFT, left + WIDTH - RIGHT)
    y = Axis(low, max(high, low * 10), top + HEIGHT - BOTTOM, top + TOP)
    parts = [text(left, top + 16, f"{row['label']} … {row['unit']}", "head")]
    for decade in y.decades():
        parts.append(f'<path class="grid" d="M{x.start} {y.place(decade):.1f}H{x.end}"/>')
        label = f"{decade:,.0f} ms" if decade >= 1 else f"{decade:g} ms"
        parts.append(text(x.start - 6, y.place(decade) + 4, label, "quiet", "end"))
    for size in row["sizes"]:
        parts.append(f'<path class="grid" d="M{x.place(size):.1f} {y.start}V{y.end}"/>')
        parts.append(text(x.place(size), y.start + 16, f"{size:,}", "quiet", "middle"))
    ends = spread_out({tool: y.place(own[-1]["median"]) for tool, own in row["results"].items()})
    for tool, own in row["results"].items():
        points = [(x.place(size), y.place(one["median"])) for size, one in zip(row["sizes"], own)]
        line = " ".join(f"{across:.1f},{up:.1f}" for across, up in points)
        parts.append(f'<g class="{tool_class(tool)}"><polyline class="line" points="{line}"/>')
        for (across, up), one in zip(points, own):
            bottom, upper = (y.place(quartile) for quartile in one["quartiles"])
            parts.append(f'<circle cx="{across:.1f}" cy="{up:.1f}" r="3"/>')
            parts.append(f'<path d="M{across:.1f} {bottom:.1f}V{upper:.1f}"/>')
        parts.append("</g>")
        parts.append(text(x.end + 8, ends[tool] + 4, f"{tool} n^{row['exponents'][tool]['all']:.2f}"))
        parts.append(text(x.end + 8, ends[tool] + 17, f"{number(own[-1]['median'])} ms", "quiet"))
    return parts


def spread_out(places, apart=30):
    """Moves labels down until none covers another."""
    moved, last = {}, -math.inf
    for tool, place in sorted(places.items(), key=lambda one: one[1]):
        last = moved[tool] = max(place, last + apart)
    return moved


def lines(growth):
    """The plot of a report's growth rows, two beside each other."""
    parts = []
    for number_, row in enumerate(growth):
        parts += panel(row, number_ % 2 * WIDTH, number_ // 2 * HEIGHT)
    return svg(2 * WIDTH, (len(growth) + 1) // 2 * HEIGHT, "How the time of oxipip and uv grows", parts)
