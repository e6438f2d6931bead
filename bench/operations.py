"""The rows of the table, each from its untimed preparation to the one command that is timed."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from prepare import check_output
from workloads import AIRFLOW, BIG, BOTO3, JUPYTER, REQUESTS, SOURCE_ONLY, SOURCES, TRIO_DOCS

OXIPIP, PLAIN, UV, COMPILING, PIP, VIRTUALENV = (
    "oxipip", "oxipip --no-compile", "uv", "uv --compile-bytecode", "pip", "virtualenv")


class Bench:
    """A scratch folder where nothing is deleted before the end.

    On ext4 files are created slowly where others were deleted a moment ago, so every run gets folders of its own,
    and the operations that delete come last.
    """

    def __init__(self, scratch, python):
        self.scratch = scratch
        self.python = python
        self._numbers = itertools.count(1)
        self._made = {}

    def new_folder(self):
        """A path that never existed; its parent does."""
        parent = self.scratch / "runs"
        parent.mkdir(exist_ok=True)
        return parent / f"{next(self._numbers):04}"

    def new_environment(self):
        """An empty environment, made by the same program for every tool."""
        folder = self.new_folder()
        check_output([self.python, "-m", "venv", "--without-pip", folder])
        return folder

    def known_environment(self, tool):
        """An empty environment in which the tool has listed once: uv knows interpreters by their environment."""
        env = self.new_environment()
        check_output(tool.list(env), env=tool.environment(tool.warm_cache))
        return env

    def once(self, key, make):
        """What `make` gave when it was first called for `key`."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def filled_environment(self, tool, words):
        """An environment into which the tool installed the packages."""
        env = self.new_environment()
        check_output(tool.install(env, words), env=tool.environment(tool.warm_cache))
        return env

    def shared_environment(self, tool, words):
        """A filled environment for what changes nothing; also what fills the cache for `words`."""
        return self.once((tool.name, "install", *words), lambda: self.filled_environment(tool, words))

    def resolved(self, tool, words):
        """An environment that changes nothing, after one resolution of `words` that has filled the cache."""
        env = self.once((tool.name, "empty"), lambda: self.known_environment(tool))
        self.once((tool.name, "resolve", *words),
                  lambda: check_output(tool.resolve(env, words), env=tool.environment(tool.warm_cache)))
        return env


@dataclass(frozen=True)
class Row:
    """One operation. `prepare` makes a command line and says which cache it works with; there are `factor` times as
    many runs of a quick one."""

    group: str
    label: str
    tools: tuple
    prepare: Callable
    factor: int = 1


def version(bench, tool):
    return tool.version(), tool.warm_cache


def venv(bench, tool):
    # The first environment acquaints the tool with the interpreter.
    bench.once((tool.name, "venv"), lambda: check_output(tool.venv(bench.new_folder(), bench.python, False),
                                                         env=tool.environment(tool.warm_cache)))
    return tool.venv(bench.new_folder(), bench.python, with_pip=False), tool.warm_cache


def venv_unknown(bench, tool):
    return tool.venv(bench.new_folder(), bench.python, with_pip=False), bench.new_folder()


def venv_pip(bench, tool):
    bench.once((tool.name, "venv-pip"), lambda: check_output(tool.venv(bench.new_folder(), bench.python, True),
                                                             env=tool.environment(tool.warm_cache)))
    return tool.venv(bench.new_folder(), bench.python, with_pip=True), tool.warm_cache


def unchanged(command):
    """A command on the environment that has jupyter."""
    def prepare(bench, tool):
        return command(tool, bench.shared_environment(tool, JUPYTER)), tool.warm_cache
    return prepare


def warm(words, offline, known=True):
    def prepare(bench, tool):
        bench.shared_environment(tool, words)
        env = bench.known_environment(tool) if known else bench.new_environment()
        return tool.install(env, words, offline=offline), tool.warm_cache
    return prepare


def cold(words):
    def prepare(bench, tool):
        return tool.install(bench.new_environment(), words), bench.new_folder()
    return prepare


def resolve(words, offline=False):
    def prepare(bench, tool):
        return tool.resolve(bench.resolved(tool, words), words, offline=offline), tool.warm_cache
    return prepare


def resolve_cold(words):
    def prepare(bench, tool):
        env = bench.once((tool.name, "empty"), lambda: bench.known_environment(tool))
        return tool.resolve(env, words), bench.new_folder()
    return prepare


def uninstall(bench, tool):
    env = bench.filled_environment(tool, JUPYTER)
    names = sorted(path.name.split("-")[0] for path in Path(env).glob("lib/python*/site-packages/*.dist-info"))
    return tool.uninstall(env, names), tool.warm_cache


def sources(bench, tool):
    flags = [word for name in SOURCES for word in ("--no-binary", name)]
    return tool.install(bench.new_environment(), ["--no-deps", *flags, *SOURCES]), bench.new_folder()


ALL = (OXIPIP, UV, PIP)
INSTALLERS = (OXIPIP, UV, COMPILING)

# Operations that delete come last.
ROWS = {
    "version": Row("quick", "`--version`", ALL, version, 6),
    "list": Row("quick", "`list`", ALL, unchanged(lambda tool, env: tool.list(env)), 6),
    "freeze": Row("quick", "`freeze`", ALL, unchanged(lambda tool, env: tool.freeze(env)), 6),
    "show": Row("quick", "`show`", ALL, unchanged(lambda tool, env: tool.show(env, "jupyter")), 6),
    "nothing": Row("quick", "nothing to do", ALL, unchanged(lambda tool, env: tool.install(env, JUPYTER)), 6),
    "venv": Row("venv", "venv without pip, interpreter known", (*ALL, VIRTUALENV), venv, 6),
    "venv-unknown": Row("venv", "venv without pip, interpreter unknown", (OXIPIP, UV), venv_unknown, 2),
    "venv-pip": Row("venv", "venv with pip", (*ALL, VIRTUALENV), venv_pip),
    "warm-requests-known": Row("warm", "warm install offline: requests, known environment", INSTALLERS,
                               warm(REQUESTS, True), 3),
    "warm-requests-new": Row("warm", "warm install offline: requests, brand-new environment", INSTALLERS,
                             warm(REQUESTS, True, known=False), 2),
    "warm-jupyter": Row("warm", "warm install offline: jupyter", INSTALLERS, warm(JUPYTER, True)),
    "warm-big": Row("warm", "warm install offline: big", INSTALLERS, warm(BIG, True)),
    "online-requests": Row("online", "warm install: requests", (*INSTALLERS, PIP), warm(REQUESTS, False), 2),
    "online-jupyter": Row("online", "warm install: jupyter", (*INSTALLERS, PIP), warm(JUPYTER, False)),
    "resolve-jupyter-offline": Row("resolve", "resolve offline: jupyter", (OXIPIP, UV), resolve(JUPYTER, True), 3),
    "resolve-jupyter": Row("resolve", "resolve: jupyter", ALL, resolve(JUPYTER)),
    "resolve-jupyter-cold": Row("resolve", "resolve, cold: jupyter", ALL, resolve_cold(JUPYTER)),
    "resolve-airflow-offline": Row("resolve", "resolve offline: airflow", (OXIPIP, UV), resolve(AIRFLOW, True)),
    "resolve-airflow": Row("resolve", "resolve: airflow", (OXIPIP, UV), resolve(AIRFLOW)),
    "resolve-boto3-offline": Row("resolve", "resolve offline: boto3, old urllib3", (OXIPIP, UV), resolve(BOTO3, True)),
    "resolve-boto3": Row("resolve", "resolve: boto3, old urllib3", (OXIPIP, UV), resolve(BOTO3)),
    "cold-trio": Row("cold", "cold install: Trio's documentation", (PLAIN, UV), cold(TRIO_DOCS)),
    "cold-big": Row("cold", "cold install: big", (PLAIN, UV), cold(BIG)),
    "cold-jupyter": Row("cold", "cold install: jupyter", (PLAIN, UV, OXIPIP, COMPILING, PIP), cold(JUPYTER)),
    "source": Row("source", "cold install of a C extension from source", ALL, cold(SOURCE_ONLY)),
    "source-known": Row("source", "the same, built before", ALL, warm(SOURCE_ONLY, False)),
    "sources": Row("source", "cold install of ten pure projects from source", ALL, sources),
    "uninstall": Row("uninstall", "uninstall all of jupyter", ALL, uninstall),
}
