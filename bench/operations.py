"""The operations, each from its untimed preparation to the one command that is timed."""

import itertools
from pathlib import Path

from tools import check_output


# Published as source only, with an extension module in C.
SOURCE_ONLY = ["novas"]
# Pure Python of four build backends; none of them is needed to build another.
SOURCES = ["attrs", "certifi", "click", "docopt", "httpx", "idna", "rich", "six", "tomlkit", "urllib3"]


class Bench:
    """A scratch folder where nothing is deleted before the end.

    On ext4 files are created slowly where others were deleted a moment ago, so every run gets folders of its own,
    and the operations that delete come last.
    """

    def __init__(self, scratch, python, words):
        self.scratch = scratch
        self.python = python
        self.words = words
        self._numbers = itertools.count(1)
        self._filled = {}

    def new_folder(self):
        """A path that never existed; its parent does."""
        parent = self.scratch / "runs"
        parent.mkdir(exist_ok=True)
        return parent / f"{next(self._numbers):04}"

    def new_environment(self):
        """An empty environment, made by the same program for every tool."""
        folder = self.new_folder()
        check_output([self.python, "-m", "venv", "--without-pip", str(folder)])
        return folder

    def filled_environment(self, tool):
        """An environment into which the tool installed the packages."""
        env = self.new_environment()
        check_output(tool.install(env, self.words), env=tool.environment(tool.warm_cache))
        return env

    def shared_environment(self, tool):
        """A filled environment for the operations that change nothing."""
        if tool.name not in self._filled:
            self._filled[tool.name] = self.filled_environment(tool)
        return self._filled[tool.name]


def start_up(bench, tool):
    return tool.version(), tool.warm_cache


def venv(bench, tool):
    return tool.venv(bench.new_folder(), bench.python, with_pip=False), tool.warm_cache


def venv_unknown(bench, tool):
    return tool.venv(bench.new_folder(), bench.python, with_pip=False), bench.new_folder()


def venv_pip(bench, tool):
    return tool.venv(bench.new_folder(), bench.python, with_pip=True), tool.warm_cache


def warm(bench, tool):
    return tool.install(bench.new_environment(), bench.words), tool.warm_cache


def warm_offline(bench, tool):
    return tool.install(bench.new_environment(), bench.words, offline=True), tool.warm_cache


def warm_known(bench, tool):
    env = bench.new_environment()
    check_output(tool.list(env), env=tool.environment(tool.warm_cache))
    return tool.install(env, bench.words, offline=True), tool.warm_cache


def cold(bench, tool):
    return tool.install(bench.new_environment(), bench.words), bench.new_folder()


def source(bench, tool):
    return tool.install(bench.new_environment(), SOURCE_ONLY), bench.new_folder()


def source_known(bench, tool):
    check_output(tool.install(bench.new_environment(), SOURCE_ONLY), env=tool.environment(tool.warm_cache))
    return tool.install(bench.new_environment(), SOURCE_ONLY), tool.warm_cache


def sources(bench, tool):
    flags = [word for name in SOURCES for word in ("--no-binary", name)]
    return tool.install(bench.new_environment(), ["--no-deps", *flags, *SOURCES]), bench.new_folder()


def nothing(bench, tool):
    return tool.install(bench.shared_environment(tool), bench.words), tool.warm_cache


def list_(bench, tool):
    return tool.list(bench.shared_environment(tool)), tool.warm_cache


def freeze(bench, tool):
    return tool.freeze(bench.shared_environment(tool)), tool.warm_cache


def show(bench, tool):
    name = bench.words[0].split("[")[0].split("=")[0]
    return tool.show(bench.shared_environment(tool), name), tool.warm_cache


def uninstall(bench, tool):
    env = bench.filled_environment(tool)
    return tool.uninstall(env, installed_names(env)), tool.warm_cache


def installed_names(env):
    return sorted(path.name.split("-")[0] for path in Path(env).glob("lib/python*/site-packages/*.dist-info"))


# name: (what the table calls it, its function, how many times as many runs, whether it compiles byte-code)
OPERATIONS = {
    "start-up": ("`--version`", start_up, 3, False),
    "venv": ("venv without pip, interpreter known", venv, 2, False),
    "venv-unknown": ("venv without pip, interpreter unknown", venv_unknown, 1, False),
    "venv-pip": ("venv with pip", venv_pip, 1, False),
    "nothing": ("nothing to do", nothing, 2, False),
    "list": ("list", list_, 2, False),
    "freeze": ("freeze", freeze, 2, False),
    "show": ("show", show, 2, False),
    "warm": ("warm install", warm, 1, True),
    "warm-offline": ("warm install, `--offline`", warm_offline, 1, True),
    "warm-known": ("warm install, `--offline`, environment seen before", warm_known, 1, True),
    "cold": ("cold install", cold, 1, True),
    "source": ("cold install of one C extension from source", source, 1, False),
    "source-known": ("the same, built before", source_known, 1, False),
    "sources": ("cold install of ten pure projects from source", sources, 1, False),
    "uninstall": ("uninstall everything", uninstall, 1, False),
}
