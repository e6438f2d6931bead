"""What the figures come to."""

import statistics


def summary(times):
    """Median and quartiles, in milliseconds."""
    quartiles = statistics.quantiles(times, n=4, method="inclusive") if len(times) > 1 else [times[0]] * 3
    return {"median": quartiles[1], "quartiles": [quartiles[0], quartiles[2]], "times": times}


def ratio(results, tool, other):
    if tool not in results or other not in results:
        return "–"
    return f"{results[tool]['median'] / results[other]['median']:.2f}"


def cell(result):
    if result is None:
        return "–"
    low, high = result["quartiles"]
    return f"{number(result['median'])} ({number(low)}–{number(high)})"


def number(milliseconds):
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:,.0f}"


def markdown(tools, rows):
    """`rows` are pairs of an operation's label and its results by tool."""
    ratios = [(tool, other) for tool in ("oxipip",) for other in ("uv", "uv-compile", "pip")
              if tool in tools and other in tools]
    head = ["ms: median (quartiles)", *tools, *(f"{tool} / {other}" for tool, other in ratios)]
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for label, results in rows:
        cells = [cell(results.get(tool)) for tool in tools]
        lines.append([label, *cells, *(ratio(results, *pair) for pair in ratios)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
