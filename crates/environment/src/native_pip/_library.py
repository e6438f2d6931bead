"""A pip written in Python, for tools that import pip's own modules: the one that `ensurepip` would install.

Its modules are imported from its wheel, but for those that start pip: these are this package's. From the first such
import on, `pip.__version__` tells which pip the modules are of, because tools choose by it what to call.
"""

import os
import sys
import sysconfig

import pip


def _wheel():
    """The wheel of the interpreter, in the distributor's folder or in the standard library; none on some systems."""
    standard = os.path.join(os.path.dirname(os.__file__), "ensurepip", "_bundled")
    for folder in (sysconfig.get_config_var("WHEEL_PKG_DIR"), standard):
        names = os.listdir(folder) if folder and os.path.isdir(folder) else []
        wheels = sorted(name for name in names if name.startswith("pip-") and name.endswith(".whl"))
        if wheels:
            return os.path.join(folder, wheels[-1])
    return None


WHEEL = _wheel()
if WHEEL is not None:
    pip.__version__ = os.path.basename(WHEEL).split("-")[1]


def folders(*names):
    """The folder of a sub-package, as a list of one."""
    if WHEEL is not None:
        return [os.path.join(WHEEL, "pip", *names)]
    # Who imports is told why there is nothing; who only looks around finds nothing.
    if sys._getframe(2).f_code.co_filename.startswith("<frozen importlib"):
        raise ModuleNotFoundError(
            "the pip of this environment is a native program and has no modules of its own, and Python has come "
            "without the pip that it could lend them from; 'pip install --force-reinstall pip' puts the pip written "
            "in Python in its place",
            name=".".join(("pip",) + names),
        )
    return []
