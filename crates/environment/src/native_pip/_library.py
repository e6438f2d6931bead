"""A pip written in Python, for tools that import pip's own modules: the one that came with the interpreter.

Its modules are imported from where it is, but for those that start pip: these are this package's. From the first such
import on, `pip.__version__` tells which pip the modules are of, because tools choose by it what to call.
"""

import os
import site
import sys
import sysconfig

import pip


def _installed():
    """The pip of the base interpreter, unless that is a native program, too."""
    for folder in site.getsitepackages([sys.base_prefix]):
        package = os.path.join(folder, "pip")
        if os.path.isdir(os.path.join(package, "_vendor")):
            with open(os.path.join(package, "__init__.py"), encoding="utf-8") as lines:
                for line in lines:
                    if line.startswith("__version__ = "):
                        return package, line.split('"')[1]
    return None


def _bundled():
    """The one in the wheel of which `ensurepip` would install it; its modules are compiled anew each time."""
    standard = os.path.join(os.path.dirname(os.__file__), "ensurepip", "_bundled")
    for folder in (sysconfig.get_config_var("WHEEL_PKG_DIR"), standard):
        names = os.listdir(folder) if folder and os.path.isdir(folder) else []
        wheels = sorted(name for name in names if name.startswith("pip-") and name.endswith(".whl"))
        if wheels:
            return os.path.join(folder, wheels[-1], "pip"), wheels[-1].split("-")[1]
    return None


_FOUND = _installed() or _bundled()
if _FOUND is not None:
    pip.__version__ = _FOUND[1]


def folders(*names):
    """The folder of a sub-package, as a list of one."""
    if _FOUND is not None:
        return [os.path.join(_FOUND[0], *names)]
    # Who imports is told why there is nothing; who only looks around finds nothing.
    if sys._getframe(2).f_code.co_filename.startswith("<frozen importlib"):
        raise ModuleNotFoundError(
            "the pip of this environment is a native program and has no modules of its own, and Python has come "
            "without the pip that it could lend them from; 'pip install --force-reinstall pip' puts the pip written "
            "in Python in its place",
            name=".".join(("pip",) + names),
        )
    return []
