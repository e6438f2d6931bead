"""Nothing of this package's own; but pip's loggers, made when its modules are imported, have a level of their own."""

from pip import Path

__path__ = Path(__path__[0], "_internal", "utils")

try:
    from pip._internal.utils._log import init_logging
except ImportError:
    pass  # Before pip 21.2.
else:
    init_logging()
