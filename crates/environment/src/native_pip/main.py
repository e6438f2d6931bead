"""The ways by which Python code starts pip."""

import os
import sys

# The environment's programs, as seen from the folder that holds this package.
_PROGRAMS = "{scripts}"


def _command(arguments):
    """The program, its arguments and its environment; the first argument tells it how it was called."""
    site = os.path.abspath(__file__)
    for _ in range(4):
        site = os.path.dirname(site)
    name = "pip.exe" if os.name == "nt" else "pip"
    program = os.path.normpath(os.path.join(site, _PROGRAMS, name))
    python = sys.executable or "python"
    command = [python + " -m pip"]
    if os.path.dirname(program) != os.path.dirname(os.path.abspath(python)):
        # Found by another interpreter (PYTHONPATH, sys.path): that one is meant, not the environment of this package.
        command += ["--python", python]
    variables = dict(os.environ)
    if sys.flags.ignore_environment:
        for variable in [name for name in variables if name.startswith("PYTHON")]:
            del variables[variable]
    if sys.flags.no_user_site:
        variables["PYTHONNOUSERSITE"] = "1"
    return program, command + arguments, variables


def main(args=None):
    """Run pip with arguments (those of the process by default) and return its exit status."""
    import subprocess

    program, command, variables = _command(sys.argv[1:] if args is None else list(args))
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    try:
        return subprocess.call(command, executable=program, env=variables)
    except OSError as error:
        sys.exit("ERROR: cannot start {}: {}".format(program, error.strerror))


def cli(args=None):
    """What pip's own scripts call."""
    return main(args)


def old_wrapper(args=None):
    """What scripts call that were made for a pip of long ago, or against its advice."""
    sys.stderr.write(
        "WARNING: pip is being invoked by an old script wrapper. This will fail in a future version of pip.\n"
        "Please see https://github.com/pypa/pip/issues/5599 for advice on fixing the underlying issue.\n"
        "To avoid this problem you can invoke Python with '-m pip' instead of running pip directly.\n"
    )
    return main(args)


def replace_process():
    """Become pip, with the arguments of the process."""
    if os.name == "nt":
        sys.exit(main())
    program, command, variables = _command(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    try:
        os.execve(program, command, variables)
    except OSError as error:
        sys.exit("ERROR: cannot start {}: {}".format(program, error.strerror))
