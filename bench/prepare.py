"""Fetches and builds the tools."""

import json
import os
import subprocess
import sys
from pathlib import Path

from measure import Failed
from tools import Oxipip, Pip, Uv, Virtualenv, base_environment

REPOSITORY = Path(__file__).resolve().parent.parent
TOOLS = ("oxipip", "oxipip --no-compile", "uv", "uv --compile-bytecode", "pip", "virtualenv")


def check_output(words, **options):
    """Runs a command that is not measured; raises `Failed` with everything it printed when it fails."""
    result = subprocess.run(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=options.pop("env", None) or base_environment(),
                            **options)
    if result.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))}\nexit code {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def fetch_tools(names, scratch, python, binary, requirements):
    """Gives the tools of `names` by name; `requirements` say which pip, uv and virtualenv to fetch from PyPI."""
    home = scratch / "tools"
    check_output([python, "-m", "venv", home])
    for words in (requirements[:1], requirements[1:]):
        check_output([home / "bin/python", "-m", "pip", "install", "--quiet", "--upgrade", *words])
    runner = check_output([home / "bin/python", "-c",
                           "import os, pip; print(os.path.join(os.path.dirname(pip.__file__), '__pip-runner__.py'))"])
    index = os.environ.get("PIP_INDEX_URL") or configured_index(home)
    if any(name.startswith("oxipip") for name in names):
        binary = binary.resolve() if binary else build_release()
    makers = {
        "oxipip": lambda name: Oxipip(name, binary, scratch),
        "oxipip --no-compile": lambda name: Oxipip(name, binary, scratch, ["--no-compile"]),
        "uv": lambda name: Uv(name, home / "bin/uv", scratch, index),
        "uv --compile-bytecode": lambda name: Uv(name, home / "bin/uv", scratch, index, ["--compile-bytecode"]),
        "pip": lambda name: Pip(name, home / "bin/pip", scratch, runner.strip()),
        "virtualenv": lambda name: Virtualenv(name, home / "bin/virtualenv", scratch),
    }
    return {name: makers[name](name) for name in names}


def configured_index(home):
    result = subprocess.run([str(home / "bin/pip"), "config", "get", "global.index-url"], env=base_environment(),
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return result.stdout.strip()


def build_release():
    """Builds the release binary and gives its path."""
    print("building the release binary", file=sys.stderr)
    lines = check_output(["cargo", "build", "--release", "--package", "oxipip", "--message-format", "json"],
                         cwd=REPOSITORY, env=dict(os.environ)).splitlines()
    executables = [json.loads(line).get("executable") for line in lines if line.startswith("{")]
    return Path(next(path for path in reversed(executables) if path))
