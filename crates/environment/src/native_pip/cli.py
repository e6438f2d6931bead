"""The command line of pip: what starts it is here."""

from pip import Path

__path__ = Path(__path__[0], "_internal", "cli")
