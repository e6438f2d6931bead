"""The tools that are put side by side, and how each is called at its best."""

import copy
import os
from pathlib import Path

# What would let one tool find packages, environments or caches that the others do not have.
REMOVED_VARIABLES = ("PIP_FIND_LINKS", "PIP_PYTHON", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_FIND_LINKS",
                     "UV_CACHE_DIR", "XDG_CACHE_HOME")


def base_environment():
    """The machine's environment, certificates and pip configuration included."""
    return {name: value for name, value in os.environ.items() if name not in REMOVED_VARIABLES}


class Tool:
    """One way of doing the operations. A method gives a command line, or None where the tool has no such thing."""

    def __init__(self, name, program, scratch, index=None):
        self.name = name
        self.program = str(program)
        self.warm_cache = scratch / "caches" / name.replace(" ", "")
        # The address of the only index to use; None for the tool's own choice.
        self.index = index

    def with_index(self, index, cache):
        """The same tool, working with another index and a cache of its own for it."""
        other = copy.copy(self)
        other.index, other.warm_cache = index, cache
        return other

    def environment(self, cache):
        """The environment variables of a run that uses `cache`."""
        raise NotImplementedError

    def version(self):
        return [self.program, "--version"]

    def venv(self, folder, python, with_pip):
        return None

    def install(self, env, words, offline=False):
        return None

    def resolve(self, env, words, offline=False):
        return None

    def list(self, env):
        return self._pip(env, "list")

    def freeze(self, env):
        return self._pip(env, "freeze")

    def show(self, env, name):
        return self._pip(env, "show", name)

    def uninstall(self, env, names):
        return self._pip(env, "uninstall", "-y", *names)

    def _pip(self, env, *words):
        raise NotImplementedError


class Oxipip(Tool):
    """`flags` go to every install."""

    def __init__(self, name, program, scratch, flags=()):
        super().__init__(name, program, scratch)
        self.flags = flags

    def environment(self, cache):
        variables = {**base_environment(), "PIP_CACHE_DIR": str(cache)}
        if self.index:
            # Instead of all that pip's configuration says.
            variables |= {"PIP_INDEX_URL": self.index, "PIP_CONFIG_FILE": os.devnull}
        return variables

    def venv(self, folder, python, with_pip):
        return [self.program, "venv", *([] if with_pip else ["--without-pip"]), "--python", str(python), str(folder)]

    def install(self, env, words, offline=False):
        return self._pip(env, "install", *self.flags, *(["--offline"] if offline else []), *words)

    def resolve(self, env, words, offline=False):
        return self._pip(env, "install", "--dry-run", "--ignore-installed", *(["--offline"] if offline else []), *words)

    def _pip(self, env, *words):
        return [self.program, "--python", str(env), *words]


class Uv(Tool):
    """uv leaves byte-code out; `flags` can ask for it."""

    def __init__(self, name, program, scratch, index, flags=()):
        super().__init__(name, program, scratch, index)
        self.flags = flags
        self.requirements = scratch / "requirements"

    def environment(self, cache):
        variables = {**base_environment(), "UV_CACHE_DIR": str(cache)}
        # uv does not read pip's configuration.
        return {**variables, "UV_DEFAULT_INDEX": self.index} if self.index else variables

    def venv(self, folder, python, with_pip):
        return [self.program, "venv", *(["--seed"] if with_pip else []), "--python", str(python), str(folder)]

    def install(self, env, words, offline=False):
        return self._pip(env, "install", *self.flags, *(["--offline"] if offline else []), *words)

    def resolve(self, env, words, offline=False):
        # Takes files only.
        self.requirements.mkdir(exist_ok=True)
        file = self.requirements / f"{abs(hash(tuple(words))):x}.in"
        file.write_text("".join(f"{word}\n" for word in words))
        return self._pip(env, "compile", *(["--offline"] if offline else []), str(file))

    def uninstall(self, env, names):
        return self._pip(env, "uninstall", *names)

    def _pip(self, env, command, *words):
        return [self.program, "pip", command, "--python", f"{env}/bin/python", *words]


class Pip(Tool):
    """pip stands outside of the environments and is run by their interpreter, as `pip --python` does.

    Its `venv` is the standard library's.
    """

    def __init__(self, name, program, scratch, runner):
        super().__init__(name, program, scratch)
        self.runner = str(runner)

    def environment(self, cache):
        return {**base_environment(), "PIP_CACHE_DIR": str(cache), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def venv(self, folder, python, with_pip):
        return [str(python), "-m", "venv", *([] if with_pip else ["--without-pip"]), str(folder)]

    def install(self, env, words, offline=False):
        return None if offline else self._pip(env, "install", *words)

    def resolve(self, env, words, offline=False):
        return None if offline else self._pip(env, "install", "--dry-run", "--ignore-installed", *words)

    def _pip(self, env, *words):
        return [f"{env}/bin/python", self.runner, *words]


class Virtualenv(Tool):
    """virtualenv, for the environments; it keeps the wheel of pip in a folder of its own."""

    def environment(self, cache):
        # No process in the background that looks for newer wheels once in a while.
        return {**base_environment(), "VIRTUALENV_OVERRIDE_APP_DATA": str(Path(cache) / "virtualenv"),
                "VIRTUALENV_NO_PERIODIC_UPDATE": "1"}

    def venv(self, folder, python, with_pip):
        return [self.program, *([] if with_pip else ["--no-seed"]), "--python", str(python), str(folder)]
