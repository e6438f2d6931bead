"""One timed run: wall, processor time and peak memory of the tool, and of nothing else; and its system calls."""

import ctypes
import fcntl
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

PR_SET_CHILD_SUBREAPER = 36
# A shell that leaves behind another, which waits for a line and becomes the tool, and tells its number. See `measure`.
SPAWNER = '{ read -r _ <&3 && exec "$@" 3<&- 4>&-; } & echo $! >&4'


@dataclass(frozen=True)
class Measurement:
    """What one run cost: milliseconds, milliseconds of user and system time, megabytes at the peak."""

    wall: float
    cpu: float
    memory: float


class Failed(Exception):
    """A command that was to be measured has failed; says which and how."""


def become_reaper():
    """Orphans of a measured command come to this process instead of to init."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("bench: needs Linux (PR_SET_CHILD_SUBREAPER)")


def measure(words, environment, folder):
    """Runs one command in `folder`; raises `Failed` when its exit code is not 0.

    Linux starts the peak memory of a process with that of the process it was forked from, even by vfork and across
    exec: everything that Python spawns is as large as Python. So a shell of a megabyte, forked by another, waits with the
    command line in hand, and becomes the tool on a line from here. The clock starts when everything is in place and pays
    for a write and an exec; what processor time the shell has used till then is not the tool's.
    """
    words = list(map(str, words))
    wait_for_orphans()
    (trigger, wake), (told, tell) = pipe(), pipe()
    with tempfile.TemporaryFile() as log:
        actions = [
            (os.POSIX_SPAWN_DUP2, log.fileno(), 1), (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
            (os.POSIX_SPAWN_DUP2, trigger, 3), (os.POSIX_SPAWN_DUP2, tell, 4),
        ]
        home = os.getcwd()
        os.chdir(folder)
        shell = os.posix_spawn("/bin/sh", ["sh", "-c", SPAWNER, "sh", *words], environment, file_actions=actions)
        os.chdir(home)
        os.close(trigger)
        os.close(tell)
        os.waitpid(shell, 0)
        tool = int(os.read(told, 20))
        os.close(told)
        # Writing back what preparation left would be paid by whoever comes next.
        os.sync()
        time.sleep(0.005)
        spent = processor_time(tool)
        start = time.perf_counter_ns()
        os.write(wake, b"\n")
        wall, status, usages = reap(tool, start)
        os.close(wake)
        code = os.waitstatus_to_exitcode(status)
        if code != 0:
            log.seek(0)
            raise Failed(f"{' '.join(words)}\nexit code {code}\n{log.read().decode(errors='replace')}")
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return Measurement(wall, cpu * 1e3 - spent, max(usage.ru_maxrss for usage in usages) / 1024)


def pipe():
    """A pipe with numbers out of the way of those that the shell is to have."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high


def processor_time(process):
    """What a waiting process has used so far, in milliseconds."""
    with open(f"/proc/{process}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e6


def wait_for_orphans():
    """Waits for what the preparation has left running."""
    try:
        while True:
            os.wait4(-1, 0)
    except ChildProcessError:
        pass


def reap(tool, start):
    """Waits for `tool` and all that descends from it: the milliseconds until it ended, its status, all usages.

    What ends after it (workers that it did not wait for) counts with its processor time.
    """
    wall = status = None
    usages = []
    while True:
        try:
            pid, ended, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        now = time.perf_counter_ns()
        if pid == tool:
            wall, status = (now - start) / 1e6, ended
        usages.append(usage)
    if wall is None:
        raise Failed("the shell that becomes the command did not start")
    return wall, status, usages


def system_calls(words, environment, folder):
    """How many system calls the command makes, all its processes and threads together; None without strace."""
    with tempfile.NamedTemporaryFile("r") as counts:
        command = ["strace", "-f", "-c", "-U", "calls,name", "-o", counts.name, *map(str, words)]
        try:
            result = subprocess.run(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        except FileNotFoundError:
            return None
        if result.returncode != 0:
            print(f"strace: {' '.join(command)}: exit code {result.returncode}", file=sys.stderr)
            return None
        return total_calls(counts.read())


def total_calls(text):
    """The last line of strace's summary."""
    found = re.search(r"^\s*(\d+)\s+total$", text, re.MULTILINE)
    return int(found[1]) if found else None
