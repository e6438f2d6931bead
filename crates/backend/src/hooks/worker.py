"""Calls the hooks of a build backend, each in a process of its own.

Started by oxipip as a script, in the source tree. Standard input is a socket: each line that comes in is the request for
one hook, and the exit code of the hook's process goes back as four bytes; what the hook returned stands in a file. The
backend is imported once and the process forks for each hook, so that a hook starts with the state that a fresh
process would have, without the time that starting Python and importing the backend takes. Where forking is not
possible or not safe, this process itself calls the hook and ends.

The socket's end means that the front end is gone, however it ended: then nothing that a hook has started in this
session may go on.
"""

import importlib
import importlib.machinery
import json
import os
import select
import signal
import sys
import warnings


class BackendUnavailable(Exception):
    """The backend cannot be imported. Its argument says why, in one line."""


class BackendPathFinder:
    """Finds the backend, and whatever else stands there, in `backend-path` before any other place."""

    def __init__(self, path, module):
        self.path = path
        self.module = module

    def find_spec(self, fullname, path=None, target=None):
        if "." in fullname:
            # The path of the parent, which was found here, decides.
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, self.path)
        if spec is None and fullname == self.module.partition(".")[0]:
            # The standard wants it from there and from nowhere else.
            raise BackendUnavailable("Cannot find module {!r} in {!r}".format(self.module, self.path))
        return spec

    def find_distributions(self, context=None):
        from importlib.metadata import DistributionFinder, MetadataPathFinder

        name = context.name if context else None
        return MetadataPathFinder.find_distributions(DistributionFinder.Context(name=name, path=self.path))


class Backend:
    """The imported backend, or the exception that importing it raised."""

    def __init__(self, name, path):
        self.warnings = []
        self.error = None
        writes_nothing = sys.dont_write_bytecode
        # What is imported here is imported once, in an environment that goes away: byte-code would be for nobody.
        sys.dont_write_bytecode = writes_nothing or not path
        try:
            with warnings.catch_warnings(record=True) as self.warnings:
                self.object = self._load(name, path)
        except BaseException as error:
            self.error = error
        finally:
            sys.dont_write_bytecode = writes_nothing

    @staticmethod
    def _load(name, path):
        module, _, attributes = name.partition(":")
        if path:
            sys.meta_path.insert(0, BackendPathFinder(path, module))
        try:
            backend = importlib.import_module(module)
        except ImportError as error:
            import traceback

            lines = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
            raise BackendUnavailable(lines[-1]) from error
        for attribute in filter(None, attributes.split(".")):
            backend = getattr(backend, attribute)
        return backend

    def call(self, hook, arguments):
        """What the hook says, as the front end wants to read it."""
        try:
            if self.error is not None:
                raise self.error
            with warnings.catch_warnings(record=True) as given:
                answer = self._call(hook, arguments)
        except BackendUnavailable as error:
            return {"unavailable": str(error)}
        answer["warnings"] = [
            {"message": str(warning.message), "filename": warning.filename, "lineno": warning.lineno}
            for warning in self.warnings + given
            if isinstance(warning.category, type) and issubclass(warning.category, UserWarning)
        ]
        return answer

    def _call(self, hook, arguments):
        if hook == "_supported_features":
            return {"returned": [name for name in ("build_editable",) if hasattr(self.object, name)]}
        if hook == "build_wheel" or hasattr(self.object, hook):
            return {"returned": getattr(self.object, hook)(*arguments)}
        return {"missing": True}


def may_fork():
    """Other threads would be missing in the fork, with whatever locks they hold."""
    if sys.platform != "linux":
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def take_channel():
    """The socket from standard input, which hooks find empty instead."""
    channel = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return channel


def read_request(channel):
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(channel, 65536)
        if not piece:
            return None
        line += piece
    return json.loads(line.decode("utf-8"))


def wait_for(hook_process, channel, wakeup):
    """The exit code of the hook's process, as `subprocess` counts."""
    while True:
        ready, _, _ = select.select([channel, wakeup], [], [])
        if wakeup in ready:
            os.read(wakeup, 512)
        ended, status = os.waitpid(hook_process, os.WNOHANG)
        if ended:
            return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        if channel in ready:
            # No request comes while a hook runs: the front end is gone.
            if os.getpgrp() == os.getpid():
                os.killpg(0, signal.SIGKILL)
            os.kill(hook_process, signal.SIGKILL)
            os._exit(1)


def call_hook(backend, request):
    sys.argv[1:] = [request["hook"]]
    answer = backend.call(request["hook"], request["arguments"])
    with open(request["answer"], "w", encoding="utf-8") as file:
        json.dump(answer, file)


def main():
    channel = take_channel()
    try:
        # Away from the terminal, so that nothing waits for it unseen, and with a process group of its own.
        os.setsid()
    except OSError:
        pass
    here = os.path.realpath(os.path.dirname(os.path.abspath(__file__)))
    sys.path[:] = [path for path in sys.path if os.path.realpath(path) != here]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)

    wakeup, wake = os.pipe()
    os.set_blocking(wake, False)
    backend = None
    while True:
        request = read_request(channel)
        if request is None:
            # The usual end; tidying up a large backend would take time.
            os._exit(0)
        in_tree = request["backend_path"]
        if backend is None and not in_tree:
            backend = Backend(request["backend"], [])
        if not may_fork():
            break
        sys.stdout.flush()
        sys.stderr.flush()
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake)
        hook_process = os.fork()
        if hook_process == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for descriptor in (channel, wakeup, wake):
                os.close(descriptor)
            break
        code = wait_for(hook_process, channel, wakeup)
        os.write(channel, code.to_bytes(4, "big", signed=True))

    # A backend from the source tree may import what an earlier hook has written: it is imported anew each time.
    call_hook(backend or Backend(request["backend"], in_tree), request)


if __name__ == "__main__":
    main()
