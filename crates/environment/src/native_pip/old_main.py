"""A place where tools look for pip's entry point."""

from pip._internal.cli.main import old_wrapper as main

__all__ = ["main"]
