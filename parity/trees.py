"""Two folders that should be the same, compared path by path."""

import csv
import fnmatch
import hashlib
import io
import json
import os
import stat
import subprocess
import tempfile
from pathlib import Path

BYTECODE = Path(__file__).resolve().parent / "bytecode.py"


class Comparison:
    """What was compared, and a line for each difference."""

    def __init__(self):
        self.compared = 0
        self.differences = []
        self.paths = set()

    def differ(self, path, text):
        self.differences.append(f"{path}: {text}")
        self.paths.add(path)

    def print_and_exit_code(self, label):
        for line in self.differences:
            print(f"  {line}")
        print(f"{label}: {self.compared} files compared, {len(self.differences)} differ")
        return 1 if self.differences else 0


def compare(ours, theirs, python, comparison, excluded=(), varying=frozenset()):
    """Compares everything under two folders; `python` is the interpreter that their byte-code is for.

    `excluded` are patterns of relative paths; what stands under an excluded folder is excluded, too. `varying` are
    relative paths of files whose content is another one each time: they must be there, with kind and mode.
    """
    left, right = read(ours, excluded), read(theirs, excluded)
    byte_code = []
    for path in sorted(left.keys() | right.keys()):
        comparison.compared += 1
        if path not in left:
            comparison.differ(path, "missing")
        elif path not in right:
            comparison.differ(path, "should not be there")
        elif left[path] != right[path]:
            comparison.differ(path, f"is {left[path]}, should be {right[path]}")
        elif left[path].startswith("file") and path not in varying:
            if path.endswith(".pyc"):
                byte_code.append(path)
            elif path.endswith(".dist-info/RECORD"):
                compare_records(Path(ours, path), Path(theirs, path), path, comparison, varying)
            elif digest(Path(ours, path)) != digest(Path(theirs, path)):
                comparison.differ(path, "another content")
    compare_byte_code(ours, theirs, byte_code, python, comparison)


def read(folder, excluded):
    """What stands at each relative path: kind, mode and link target."""
    found = {}
    for parent, folders, files in os.walk(folder):
        kept = []
        for name in folders + files:
            path = os.path.relpath(os.path.join(parent, name), folder)
            if not any(fnmatch.fnmatchcase(path, pattern) for pattern in excluded):
                found[path] = describe(os.path.join(parent, name))
                kept.append(name)
        folders[:] = [name for name in folders if name in kept]
    return found


def describe(path):
    status = os.lstat(path)
    mode = f"{stat.S_IMODE(status.st_mode):o}"
    if stat.S_ISLNK(status.st_mode):
        return f"link to {os.readlink(path)}"
    if stat.S_ISDIR(status.st_mode):
        return f"folder {mode}"
    return f"file {mode}" if stat.S_ISREG(status.st_mode) else f"special {mode}"


def digest(path):
    return hashlib.sha256(path.read_bytes()).digest()


def compare_records(ours, theirs, path, comparison, varying=frozenset()):
    """Row by row and in order; a row that lies about its file is a difference, too."""
    left, right = rows(ours, path, varying), rows(theirs, path, varying)
    if left == right:
        if not varying and ours.read_bytes() != theirs.read_bytes():
            comparison.differ(path, "the same rows spelt otherwise (quotes or line ends)")
        return
    for row in right:
        if row not in left:
            comparison.differ(path, f"lacks the row {','.join(row)}")
    for row in left:
        if row not in right:
            comparison.differ(path, f"has the row {','.join(row)}")
    if sorted(left) == sorted(right):
        comparison.differ(path, "the same rows in another order")


def rows(file, path, varying):
    """The rows of a RECORD that stands at a relative path; those of varying files without digest and size."""
    root = os.path.dirname(os.path.dirname(path))
    found = csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline=""))
    return [row if not row or os.path.normpath(os.path.join(root, row[0])) not in varying else [row[0], "varies"]
            for row in found]


def compare_byte_code(ours, theirs, paths, python, comparison):
    """By code objects, in the interpreter that they are for; time stamps must fit the own source only."""
    if not paths:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".json") as question:
        json.dump({"ours": str(ours), "theirs": str(theirs), "paths": paths}, question)
        question.flush()
        answer = subprocess.run([str(python), "-I", str(BYTECODE), question.name], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, check=True, text=True).stdout
    for path, text in json.loads(answer):
        comparison.differ(path, text)
