"""Runs a program whose system calls the kernel refuses: refuse.py CALL[:ARGUMENT=VALUE]=ERROR,... PROGRAM ARGUMENT...

With an argument (0 is the first), only calls with this value there. Needs no privileges. Exit code 99 where the system cannot.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

# The number of the architecture (AUDIT_ARCH_...), and of each call on it.
MACHINES = {
    "x86_64": (0xC000003E, {"fcntl": 72, "flock": 73, "rmdir": 84, "unlinkat": 263, "linkat": 265,
                            "statx": 332}),
    "aarch64": (0xC00000B7, {"fcntl": 25, "flock": 32, "rmdir": None, "unlinkat": 35, "linkat": 37,
                             "statx": 291}),
}
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
SET_NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER = 38, 22, 2


def fail(why):
    print(why, file=sys.stderr)
    sys.exit(99)


def step(code, value, if_equal=0, if_not=0):
    return struct.pack("HBBI", code, if_equal, if_not, value)


def rules(text):
    if platform.machine() not in MACHINES:
        fail(f"no table of system calls for {platform.machine()}")
    architecture, numbers = MACHINES[platform.machine()]
    steps = [step(LOAD, 4), step(EQUAL, architecture, 1, 0), step(RETURN, ALLOW)]
    for rule in text.split(","):
        call, *condition, error = rule.replace(":", "=").split("=")
        if numbers[call] is None:
            continue
        refusal = step(RETURN, REFUSE | getattr(errno, error))
        if condition:
            argument, value = map(int, condition)
            check = [step(LOAD, 16 + 8 * argument), step(EQUAL, value, 0, 1), refusal]
        else:
            check = [refusal]
        steps += [step(LOAD, 0), step(EQUAL, numbers[call], 0, len(check)), *check]
    return [*steps, step(RETURN, ALLOW)]


def main():
    steps = rules(sys.argv[1])
    code = ctypes.create_string_buffer(b"".join(steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    if libc.prctl(SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(
        SET_SECCOMP, FILTER, ctypes.addressof(program), 0, 0
    ):
        fail(f"no filter of system calls: {os.strerror(ctypes.get_errno())}")
    os.execv(sys.argv[2], sys.argv[2:])


main()
