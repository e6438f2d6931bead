"""What oxipip wants to be: ratios of medians that are not to be exceeded."""

from dataclasses import dataclass

from operations import COMPILING, OXIPIP, PIP, PLAIN, UV


@dataclass(frozen=True)
class Goal:
    """In `row`, the median of `tool` is at most `limit` times that of `other`."""

    row: str
    tool: str
    other: str
    limit: float
    metric: str = "wall"


def goals():
    against_uv = {
        "version": 0.25, "list": 0.20, "freeze": 0.20, "show": 0.20, "nothing": 0.20,
        "venv": 0.20, "venv-unknown": 0.50,
        "warm-requests-known": 0.30, "warm-requests-new": 0.15, "warm-jupyter": 0.50, "warm-big": 0.80,
        "online-requests": 0.50, "online-jupyter": 0.50,
        "resolve-jupyter-offline": 0.40, "resolve-jupyter": 0.60, "resolve-jupyter-cold": 0.70,
        "resolve-airflow-offline": 0.70, "resolve-airflow": 0.70,
        "resolve-boto3-offline": 0.70, "resolve-boto3": 0.70,
        "uninstall": 0.50,
    }
    yield from (Goal(row, OXIPIP, UV, limit) for row, limit in against_uv.items())
    for row in ("warm-requests-known", "warm-requests-new", "warm-jupyter", "warm-big", "online-requests", "online-jupyter"):
        yield Goal(row, OXIPIP, COMPILING, 0.10)
    yield from (Goal(row, PLAIN, UV, 0.70) for row in ("cold-jupyter", "cold-big", "cold-trio"))
    yield Goal("cold-jupyter", OXIPIP, COMPILING, 0.90)
    yield Goal("list", OXIPIP, UV, 0.60, "memory")
    yield Goal("warm-jupyter", OXIPIP, UV, 0.60, "memory")
    yield Goal("cold-jupyter", PLAIN, UV, 0.60, "memory")
    yield Goal("cold-jupyter", OXIPIP, PIP, 0.35)
    for row in ("version", "list", "freeze", "show", "nothing", "venv", "venv-pip", "online-requests", "online-jupyter",
                "resolve-jupyter", "resolve-jupyter-cold", "uninstall"):
        yield Goal(row, OXIPIP, PIP, 0.10)


GOALS = tuple(goals())
