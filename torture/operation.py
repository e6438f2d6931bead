"""The operations that are cut off or made to fail, and their system calls."""

import collections
import re
import subprocess
import time

import stage as stages

# Those that change files; some exist on some processors only.
CHANGING = {"open", "openat", "creat", "write", "pwrite64", "writev", "copy_file_range", "sendfile", "ftruncate", "rename",
            "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rmdir", "mkdir",
            "mkdirat", "chmod", "fchmod", "fchmodat", "utimensat", "flock"}
# Injects by ptrace: also into a program that is linked statically.
STRACE = ["strace", "-f", "-qq", "-e", "signal=none"]
LINE = re.compile(r"(\d+) +(\w+)\((.*)")


def kills_every_program(call, what):
    """Whether the system's loader already dies of it, before a program has begun: the one that does nothing tells."""
    inject = ["-e", f"trace={call}", "-e", f"inject={call}:{what}", "-o", "/dev/null"]
    return subprocess.run([*STRACE, *inject, "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode < 0


def of(stage, tool):
    """Name, the words that make the start, the words that are killed."""
    env = stage.env
    make = [tool.venv(env)]
    install = tool.pip(env, "install", *stage.pins("1.0"))
    return [
        ("install", make, install),
        ("install, cold cache", make, install),
        ("upgrade", [*make, install], tool.pip(env, "install", *stage.pins("2.0"))),
        ("uninstall", [*make, install], tool.uninstall(env, *stage.names)),
        ("venv", [], tool.venv(env)),
        ("venv --clear", [*make, install], tool.venv(env, "--clear")),
    ]


class Operation:
    """One command that starts from one tree and ends in another."""

    def __init__(self, stage, tool, name, start, words):
        self.stage, self.tool, self.name, self.words = stage, tool, name, words
        self.is_cold = "cold" in name
        stages.remove(stage.env)
        for one in start:
            stage.run(tool, one, check=True)
        self.snapshot, self.seconds = None, None
        if start:
            self.snapshot = stage.folder / "snapshot"
            stages.remove(self.snapshot)
            # Into the copy, so that the start is a copy in every run.
            stages.restore(stage.env, self.snapshot)
        # Warms the cache.
        self.once()
        self.old = self.begin()
        self.calls = self.record()
        self.new = stages.tree(stage.env)

    def begin(self):
        stages.restore(self.snapshot, self.stage.env)
        if self.is_cold:
            stages.remove(self.tool.cache)
        return stages.tree(self.stage.env)

    def once(self):
        self.begin()
        self.stage.run(self.tool, self.words, check=True)

    def record(self):
        """All system calls of a run: for each its thread, kind and arguments."""
        log = self.stage.folder / "calls"
        self.stage.run(self.tool, self.words, before=[*STRACE, "-o", log], check=True)
        found = (LINE.match(line) for line in log.read_text(errors="replace").splitlines())
        return [match.groups() for match in found if match]

    def changing_calls(self):
        """Those that change something, each with its number among those of its kind in its thread."""
        counts, changing = collections.Counter(), []
        for thread, call, arguments in self.calls:
            counts[thread, call] += 1
            reads = call in ("open", "openat") and "O_CREAT" not in arguments
            shows = call in ("write", "writev") and arguments.startswith(("1,", "2,"))
            if call in CHANGING and not reads and not shows:
                changing.append((call, counts[thread, call]))
        return changing

    def most(self, call):
        """How many calls of this kind the busiest thread makes."""
        counts = collections.Counter(thread for thread, made, _ in self.calls if made == call)
        return max(counts.values(), default=0)

    def inject(self, call, what):
        """Runs the command with something injected into one kind of call."""
        before = [*STRACE, "-e", f"trace={call}", "-e", f"inject={call}:{what}", "-o", "/dev/null"]
        return self.stage.run(self.tool, self.words, before=before)

    def kill_after(self, share):
        """Runs the command and kills it after a share of the time that it takes alone. Tells whether that came in time."""
        if self.seconds is None:
            started = time.monotonic()
            self.stage.run(self.tool, self.words, check=True)
            self.seconds = time.monotonic() - started
            self.begin()
        child = subprocess.Popen([str(word) for word in self.words], env=self.tool.environment(self.stage.index),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 cwd=self.stage.folder)
        time.sleep(self.seconds * share)
        child.kill()
        return child.wait() != 0

    def look_around(self, words=None):
        """Runs a command that only looks; `None` where there is no folder to look at."""
        if not self.stage.env.is_dir():
            return None
        return self.stage.run(self.tool, words or self.tool.list(self.stage.env))

    def look(self):
        found = stages.tree(self.stage.env)
        return ("old" if found == self.old else "new" if found == self.new else "neither"), found
