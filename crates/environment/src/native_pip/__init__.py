"""pip, as a native program: this package starts the one beside the interpreter."""

__version__ = "{version}"


def main(args=None):
    """Run pip with arguments (those of the process by default) and return its exit status."""
    from pip._internal.cli.main import old_wrapper

    return old_wrapper(args)
