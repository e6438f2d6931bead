"""Bars of the most telling rows, as SVG without fonts or scripts, readable on light and dark pages."""

from html import escape

from report import called, number

SHOWN = ("list", "nothing", "venv", "warm-jupyter", "resolve-jupyter", "online-jupyter", "cold-jupyter", "uninstall")
COLORS = {
    "oxipip": ("#d9480f", "#ff8a3d"), "oxipip --no-compile": ("#e8853a", "#c9621c"),
    "uv": ("#6741d9", "#9775fa"), "uv --compile-bytecode": ("#9c86e0", "#7350d8"),
    "pip": ("#5c7c8a", "#8fb0bf"), "virtualenv": ("#7a8a5c", "#a9bd85"),
}
LABELS, BAR, VALUE, GAP = 150, 200, 76, 20
LINE, HEAD, FOOT = 18, 26, 12


def tool_class(tool):
    return "t" + str(list(COLORS).index(tool))


def style():
    """Colors of the tools and of the page, once for light and once for dark."""
    def sheet(shade, text, quiet):
        tools = "".join(f".{tool_class(tool)}{{fill:{pair[shade]};stroke:{pair[shade]}}}" for tool, pair in COLORS.items())
        return f"text{{fill:{text};stroke:none}}.quiet{{fill:{quiet}}}.mark{{stroke:{text}}}.grid{{stroke:{quiet}}}{tools}"
    return ("<style>text{font:12px system-ui,sans-serif}.head{font-weight:600}.quiet{font-size:11px}"
            ".mark{stroke-width:1.2;fill:none}.grid{stroke-width:.5;stroke-opacity:.4}.line{fill:none;stroke-width:2}"
            f"{sheet(0, '#1f2328', '#59636e')}@media(prefers-color-scheme:dark){{{sheet(1, '#f0f6fc', '#9198a1')}}}</style>")


def svg(width, height, title, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'role="img"><title>{escape(title)}</title>{style()}{"".join(parts)}</svg>\n')


def text(x, y, content, kind="", anchor="start"):
    kind = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(content)}</text>'


def panel(row, x, y):
    """The bars of one row: all tools on one scale from zero, the longest as long as there is room."""
    walls = {tool: result["wall"] for tool, result in row["results"].items() if tool != "virtualenv"}
    scale = BAR / max(max(wall["median"], *wall["quartiles"]) for wall in walls.values())
    parts = [text(x, y + 16, row["label"].replace("`", ""), "head")]
    for place, (tool, wall) in enumerate(sorted(walls.items(), key=lambda one: one[1]["median"])):
        top = y + HEAD + place * LINE
        middle = top + LINE / 2 - 2
        start = x + LABELS
        low, high = (start + quartile * scale for quartile in wall["quartiles"])
        parts += [
            text(start - 8, middle + 4, called(row, tool), "", "end"),
            f'<rect class="{tool_class(tool)}" x="{start}" y="{top}" width="{max(wall["median"] * scale, 0.5):.1f}" '
            f'height="{LINE - 5}"/>',
            f'<path class="mark" d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 3}v6M{high:.1f} {middle - 3}v6"/>',
            text(max(high, start + wall["median"] * scale) + 6, middle + 4, f"{number(wall['median'])} ms", "quiet"),
        ]
    return parts, HEAD + len(walls) * LINE + FOOT


def bars(report):
    """The chart of a report's rows, in two columns."""
    rows = {row["name"]: row for row in report["rows"] if row["results"]}
    shown = [rows[name] for name in SHOWN if name in rows] or list(rows.values())
    width = LABELS + BAR + VALUE
    parts, heights = [], [0, 0]
    for row in shown:
        column = heights.index(min(heights))
        drawn, height = panel(row, column * (width + GAP), heights[column])
        parts += drawn
        heights[column] += height
    height = max(heights) + 24
    caption = ("Milliseconds, less is better: median and quartiles of one alternating run. "
               "Each operation has a scale of its own, from zero.")
    parts.append(text(0, height - 8, caption, "quiet"))
    return svg(2 * width + GAP, height, "Time of oxipip, uv and pip", parts)
