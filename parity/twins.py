"""Real pip and oxipip, and how they are run for a comparison."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
# The newest that the interpreter can run, up to the one whose interface oxipip follows.
PIP = "pip<=26.3"
REMOVED_VARIABLES = ("PIP_FIND_LINKS", "PIP_PYTHON", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME",
                     "PYTHONDONTWRITEBYTECODE")


def environment(**variables):
    """The machine's variables, certificates included, but for those that change what is installed."""
    kept = {name: value for name, value in os.environ.items() if name not in REMOVED_VARIABLES}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables}


def run(words, check=True, **options):
    """Runs a command; with `check` its failure ends the comparison."""
    options.setdefault("env", environment())
    words = [str(word) for word in words]
    result = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            **options)
    if check and result.returncode != 0:
        sys.exit(f"{' '.join(words)}\nexit code {result.returncode}\n{result.stdout}{result.stderr}")
    return result


class RealPip:
    """A pip of its own virtual environment that acts on other environments, as `pip --python` does."""

    def __init__(self, folder, python, requirement=PIP):
        run([python, "-m", "venv", folder])
        run([folder / "bin/python", "-m", "pip", "install", "--quiet", "--upgrade", requirement])
        code = "import os, pip; print(os.path.join(os.path.dirname(pip.__file__), '__pip-runner__.py'))"
        self.runner = run([folder / "bin/python", "-c", code]).stdout.strip()

    def command(self, env, *words):
        return [env / "bin/python", self.runner, *words]


class Oxipip:
    """The oxipip that was given, or a new build."""

    def __init__(self, binary=None):
        self.binary = binary or self._build()

    def command(self, env, *words):
        return [self.binary, "--python", env, *words]

    @staticmethod
    def _build():
        lines = run(["cargo", "build", "--package", "oxipip", "--message-format", "json"], cwd=REPOSITORY,
                    env=dict(os.environ)).stdout.splitlines()
        found = [json.loads(line).get("executable") for line in lines if line.startswith("{")]
        return next(path for path in reversed(found) if path)


def install(tool, python, home, words, **variables):
    """An environment at home/env, filled by one of the tools."""
    env = home / "env"
    run([python, "-m", "venv", "--without-pip", env])
    run(tool.command(env, "install", *words), env=environment(**variables))
    return env


def check_use(pip, env, modules, comparison):
    """What a user would notice first."""
    result = run(pip.command(env, "check"), check=False)
    if result.returncode != 0:
        comparison.differ("pip check", result.stdout.strip())
    for module in modules:
        result = run([env / "bin/python", "-I", "-c", f"import {module}"], check=False, cwd=env)
        if result.returncode != 0:
            comparison.differ(f"import {module}", result.stderr.strip())


def installed(env):
    """Name and version of every distribution in an environment."""
    found = {}
    for info in env.glob("lib/python*/site-packages/*.dist-info"):
        name, version = info.name[: -len(".dist-info")].split("-", 1)
        found[normalised(name)] = version
    return found


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def interpreters():
    """Every CPython from 3.8 on PATH and among pyenv's versions, one of each minor version."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if not folder.endswith("shims")]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders += sorted(pyenv.glob("versions/*/bin"), reverse=True)
    found = {}
    question = "import os, sys; print(sys.implementation.name, sys.prefix == sys.base_prefix, os.path.realpath(sys.executable))"
    for minor in range(8, 21):
        for folder in folders:
            program = folder / f"python3.{minor}"
            if minor in found or not program.is_file():
                continue
            answer = run([program, "-I", "-c", question], check=False).stdout.split(maxsplit=2)
            if answer[:2] == ["cpython", "True"]:
                found[minor] = Path(answer[2].strip())
    return list(found.values())
