"""pip, as a native program: this package starts the one beside the interpreter."""

__version__ = "{version}"


class Path(list):
    """Where a package's modules are: in its own folder, and what is not there in a pip written in Python.

    That pip is looked for only when an import has found nothing here.
    """

    def __init__(self, folder, *names):
        super().__init__([folder])
        self._names = names

    def __iter__(self):
        yield from super().__iter__()
        from pip import _library

        yield from _library.folders(*self._names)


__path__ = Path(__path__[0])


def main(args=None):
    """Run pip with arguments (those of the process by default) and return its exit status."""
    from pip._internal.cli.main import old_wrapper

    return old_wrapper(args)
