"""Compares byte-code files; run by the interpreter that they are for, which may be Python 3.8.

Input is a JSON file with two folders and relative paths, output a JSON list of pairs of a path and a difference.
"""

import importlib.util
import json
import marshal
import os
import sys
import types

# co_filename is left out: the import system corrects it, so that any path is a good one.
ATTRIBUTES = [
    name for name in (
        "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_stacksize", "co_flags", "co_code",
        "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_name", "co_qualname", "co_firstlineno",
        "co_lnotab" if sys.version_info < (3, 10) else "co_linetable", "co_exceptiontable",
    )
    if hasattr(compile("", "", "exec"), name)
]


def comparable(value):
    """A code object or constant as something that is equal when it means the same."""
    if isinstance(value, types.CodeType):
        attributes = [getattr(value, name) for name in ATTRIBUTES]
        return ("code", attributes, [comparable(constant) for constant in value.co_consts])
    if isinstance(value, tuple):
        return ("tuple", [comparable(item) for item in value])
    if isinstance(value, frozenset):
        return ("frozenset", sorted(repr(comparable(item)) for item in value))
    # The text tells 0.0 from -0.0 and 1 from True, and NaN equals itself.
    return (type(value).__name__, repr(value))


def complaint(folder, path):
    """What is wrong with a byte-code file by itself, or None; and its code."""
    full = os.path.join(folder, path)
    with open(full, "rb") as file:
        content = file.read()
    header, body = content[:16], content[16:]
    if header[:4] != importlib.util.MAGIC_NUMBER:
        return "is for another interpreter", None, None
    flags = int.from_bytes(header[4:8], "little")
    if flags == 0:
        source = os.stat(importlib.util.source_from_cache(full))
        if int.from_bytes(header[8:12], "little") != int(source.st_mtime) & 0xFFFFFFFF:
            return "is stale: its source has another time", flags, None
        if int.from_bytes(header[12:16], "little") != source.st_size & 0xFFFFFFFF:
            return "is stale: its source has another size", flags, None
    try:
        return None, flags, comparable(marshal.loads(body))
    except (EOFError, ValueError, TypeError) as error:
        return "is damaged: {}".format(error), flags, None


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        question = json.load(file)
    differences = []
    for path in question["paths"]:
        wrong, flags, code = complaint(question["ours"], path)
        their_wrong, their_flags, their_code = complaint(question["theirs"], path)
        if wrong or their_wrong:
            if wrong != their_wrong:
                differences.append((path, wrong or "is good, but theirs {}".format(their_wrong)))
        elif flags != their_flags:
            differences.append((path, "another kind of validation: {} instead of {}".format(flags, their_flags)))
        elif code != their_code:
            differences.append((path, "another code object"))
    json.dump(differences, sys.stdout)


if __name__ == "__main__":
    main()
