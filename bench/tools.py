"""The tools that are put side by side, and how each is called."""

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
# What would let one tool find packages, environments or caches that the others do not have.
REMOVED_VARIABLES = ("PIP_FIND_LINKS", "PIP_PYTHON", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_FIND_LINKS")


def base_environment():
    """The machine's environment, certificates and pip configuration included."""
    return {name: value for name, value in os.environ.items() if name not in REMOVED_VARIABLES}


def check_output(words, **options):
    """Runs a command that is not measured; shows everything when it fails."""
    result = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=options.pop("env", None) or base_environment(), **options)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\nexit code {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


class Tool:
    """One way of doing the operations. A method gives a command line, or None where the tool has no such thing."""

    def __init__(self, name, program, scratch):
        self.name = name
        self.program = str(program)
        self.warm_cache = scratch / "caches" / name

    def environment(self, cache):
        """The environment variables of a run that uses `cache`."""
        raise NotImplementedError

    def version(self):
        return [self.program, "--version"]


class Oxipip(Tool):
    def environment(self, cache):
        return {**base_environment(), "PIP_CACHE_DIR": str(cache)}

    def venv(self, folder, python, with_pip):
        return [self.program, "venv", *([] if with_pip else ["--without-pip"]), "--python", str(python), str(folder)]

    def install(self, env, words, offline=False):
        return self._pip(env, "install", *(["--offline"] if offline else []), *words)

    def list(self, env):
        return self._pip(env, "list")

    def freeze(self, env):
        return self._pip(env, "freeze")

    def show(self, env, name):
        return self._pip(env, "show", name)

    def uninstall(self, env, names):
        return self._pip(env, "uninstall", "-y", *names)

    def _pip(self, env, *words):
        return [self.program, "--python", str(env), *words]


class Uv(Tool):
    """uv leaves byte-code out; `compile_bytecode` is the same with byte-code."""

    def __init__(self, name, program, scratch, index, compile_bytecode=False):
        super().__init__(name, program, scratch)
        self.index = index
        self.compile_bytecode = compile_bytecode

    def environment(self, cache):
        variables = {**base_environment(), "UV_CACHE_DIR": str(cache)}
        if self.index:
            # uv does not read pip's configuration.
            variables["UV_DEFAULT_INDEX"] = self.index
        return variables

    def venv(self, folder, python, with_pip):
        return [self.program, "venv", *(["--seed"] if with_pip else []), "--python", str(python), str(folder)]

    def install(self, env, words, offline=False):
        flags = ["--offline"] if offline else []
        flags += ["--compile-bytecode"] if self.compile_bytecode else []
        return self._pip(env, "install", *flags, *words)

    def list(self, env):
        return self._pip(env, "list")

    def freeze(self, env):
        return self._pip(env, "freeze")

    def show(self, env, name):
        return self._pip(env, "show", name)

    def uninstall(self, env, names):
        return self._pip(env, "uninstall", *names)

    def _pip(self, env, command, *words):
        return [self.program, "pip", command, "--python", f"{env}/bin/python", *words]


class Pip(Tool):
    """pip stands outside of the environments and is run by their interpreter, as `pip --python` does."""

    def __init__(self, name, program, scratch, runner):
        super().__init__(name, program, scratch)
        self.runner = str(runner)

    def environment(self, cache):
        return {**base_environment(), "PIP_CACHE_DIR": str(cache), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def venv(self, folder, python, with_pip):
        return [str(python), "-m", "venv", *([] if with_pip else ["--without-pip"]), str(folder)]

    def install(self, env, words, offline=False):
        return None if offline else self._pip(env, "install", *words)

    def list(self, env):
        return self._pip(env, "list")

    def freeze(self, env):
        return self._pip(env, "freeze")

    def show(self, env, name):
        return self._pip(env, "show", name)

    def uninstall(self, env, names):
        return self._pip(env, "uninstall", "-y", *names)

    def _pip(self, env, *words):
        return [f"{env}/bin/python", self.runner, *words]


def prepare(names, scratch, python, binary, pip_requirement, uv_requirement):
    """Fetches and builds what is needed, and gives the tools in the order of `names`."""
    home = scratch / "tools"
    check_output([python, "-m", "venv", str(home)])
    check_output([str(home / "bin/python"), "-m", "pip", "install", "--quiet", "--upgrade", pip_requirement])
    check_output([str(home / "bin/python"), "-m", "pip", "install", "--quiet", uv_requirement])
    runner = check_output([str(home / "bin/python"), "-c",
                           "import os, pip; print(os.path.join(os.path.dirname(pip.__file__), '__pip-runner__.py'))"])
    index = os.environ.get("PIP_INDEX_URL") or configured_index(home)
    makers = {
        "oxipip": lambda: Oxipip("oxipip", binary or build_release(), scratch),
        "uv": lambda: Uv("uv", home / "bin/uv", scratch, index),
        "uv-compile": lambda: Uv("uv-compile", home / "bin/uv", scratch, index, compile_bytecode=True),
        "pip": lambda: Pip("pip", home / "bin/pip", scratch, runner.strip()),
    }
    return [makers[name]() for name in names]


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
    return next(path for path in reversed(executables) if path)
