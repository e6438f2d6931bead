"""A place where tools look for pip's entry point."""

from pip import Path
from pip._internal.cli.main import old_wrapper as main

__path__ = Path(__path__[0], "_internal")
__all__ = ["main"]
