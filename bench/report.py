"""What the figures come to, and the tables that show it."""

import statistics

from goals import GOALS

METRICS = {"wall": "time", "cpu": "CPU", "memory": "peak memory"}


def summary(values):
    """Median and quartiles, beside the values themselves."""
    quartiles = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    return {"median": quartiles[1], "quartiles": [quartiles[0], quartiles[2]], "values": values}


def summaries(measurements):
    """The summary of each metric of several `Measurement`s."""
    return {metric: summary([getattr(one, metric) for one in measurements]) for metric in METRICS}


def number(value):
    if value is None:
        return "–"
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def spread(result):
    low, high = result["quartiles"]
    return f"{number(result['median'])} ({number(low)}–{number(high)})"


def table(head, lines, right):
    """A Markdown table; the last `right` columns are aligned to the right."""
    rule = ["---"] * (len(head) - right) + ["---:"] * right
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *lines])


def called(row, tool):
    """The name of a tool in a row: pip makes no environments, the standard library does."""
    return "python -m venv" if row["group"] == "venv" and tool == "pip" else tool


def ratio(results, goal):
    """The ratio that the goal speaks of, or None when one of the two has no figures."""
    pair = results.get(goal.tool), results.get(goal.other)
    if None in pair:
        return None
    ours, others = (one[goal.metric]["median"] for one in pair)
    return ours / others


def goals_table(rows):
    """One line for each goal whose row was measured; ✗ where it is missed."""
    lines = []
    for goal in GOALS:
        row = next((row for row in rows if row["name"] == goal.row), None)
        value = row and ratio(row["results"], goal)
        if value is None:
            continue
        ours, others = row["results"][goal.tool], row["results"][goal.other]
        metric = "" if goal.metric == "wall" else f", {METRICS[goal.metric]}"
        lines.append([
            row["label"] + metric, f"{goal.tool} / {called(row, goal.other)}", f"**{value:.2f}**", f"{goal.limit:.2f}",
            "" if value <= goal.limit else "✗",
            *(f"{ours[metric]['median'] / others[metric]['median']:.2f}" for metric in ("cpu", "memory")),
            runs(ours, others),
        ])
    return table(["operation", "", "ratio", "goal", "missed", "CPU", "memory", "runs"], lines, 6)


def runs(ours, others):
    counts = [str(len(one["wall"]["values"])) for one in (ours, others)]
    return counts[0] if counts[0] == counts[1] else " / ".join(counts)


def figures_table(rows):
    """Everything measured: one line for each operation and tool."""
    lines = []
    for row in rows:
        label = row["label"]
        for tool, result in row["results"].items():
            calls = result.get("system_calls")
            lines.append([label, called(row, tool), spread(result["wall"]), number(result["cpu"]["median"]),
                          number(result["memory"]["median"]), "–" if calls is None else f"{calls:,}",
                          str(len(result["wall"]["values"]))])
            label = ""
        lines += [[label, called(row, tool), "failed", *["–"] * 3, "0"] for tool in row.get("failed", [])]
    return table(["operation", "tool", "ms: median (quartiles)", "CPU ms", "MB", "system calls", "runs"], lines, 5)


def growth_table(growth):
    """Made-up packages in growing numbers: medians, and the exponent of the growth."""
    lines = []
    for row in growth:
        label = f"{row['label']} {' / '.join(f'{size:,}' for size in row['sizes'])} {row['unit']}"
        for tool, results in row["results"].items():
            lines.append([label, tool, " / ".join(number(one["median"]) for one in results),
                          f"{row['exponents'][tool]['all']:.2f}", f"{row['exponents'][tool]['last']:.2f}"])
            label = ""
    return table(["made-up packages", "tool", "ms", "exponent", "last step"], lines, 3)


def document(report, charts):
    """The page about speed. `charts` are pairs of a title and a path that the page can link."""
    parts = [
        "# Speed", "",
        "Written by `bench/run`; [bench/README.md](../bench/README.md) says how it measures. Ratios of medians from one "
        "alternating run; times alone say more about the machine.", "",
        f"- {', '.join(report['machine'])}",
        f"- {', '.join(report['versions'])}",
        f"- {len(report['rows'])} operations in {report['rounds']} rounds, quick ones in more, slow tools in fewer: see "
        "*runs*.",
    ]
    if report.get("floor"):
        parts.append(f"- Floor: `/bin/true` takes {spread(report['floor']['wall'])} ms and "
                     f"{number(report['floor']['memory']['median'])} MB in the same harness; it is in every figure.")
    parts += ["- Quick rows and *nothing to do* work on an environment with jupyter in it, some hundred distributions.",
              "- big: numpy, pandas, scipy, scikit-learn, matplotlib. airflow: with seven large providers. Trio's "
              "documentation: what building it needs.",
              "- Installs by oxipip include byte-code unless `--no-compile` is said; uv's include it only with "
              "`--compile-bytecode`."]
    parts += [f"\n![{title}]({path})" for title, path in charts]
    parts += ["", "## Goals", "", goals_table(report["rows"]), "", "## Figures", "", figures_table(report["rows"])]
    if report.get("growth"):
        parts += ["", "## How cost grows", "",
                  "Made-up packages from an index on the loopback, caches warm and `--offline` unless it says cold. The "
                  "exponent is the slope through the logarithms of all sizes; beside it that of the last step.", "",
                  growth_table(report["growth"])]
    return "\n".join(parts) + "\n"
