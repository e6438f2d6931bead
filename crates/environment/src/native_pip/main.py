"""The ways by which Python code starts pip."""

import os
import sys


def _command(arguments):
    """The program and its arguments; the first tells it how it was called."""
    name = "pip.exe" if os.name == "nt" else "pip"
    program = os.path.join(os.path.dirname(sys.executable), name)
    return program, [sys.executable + " -m pip"] + arguments


def main(args=None):
    """Run pip with arguments (those of the process by default) and return its exit status."""
    import subprocess

    program, command = _command(sys.argv[1:] if args is None else list(args))
    return subprocess.call(command, executable=program)


def replace_process():
    """Become pip, with the arguments of the process."""
    if os.name == "nt":
        sys.exit(main())
    program, command = _command(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execv(program, command)
    except OSError as error:
        sys.exit("ERROR: cannot start {}: {}".format(program, error.strerror))
