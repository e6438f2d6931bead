"""Writes texts and what the `packaging` library makes of them, one JSON object a line.

    python generate.py SEED COUNT > vectors

A key of an object that does not end in an underscore is a question, the others are answers. Only the Python this runs on,
`packaging` and pip decide about the answers.
"""

import json
import sys
import warnings

import answers
from texts import Texts

KINDS = [("version", 14), ("compare", 16), ("specifiers", 22), ("equal", 5), ("requirement", 18), ("marker", 18),
         ("wheel", 6), ("sdist", 5), ("name", 3), ("targets", 1), ("tags", 1)]


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    warnings.simplefilter("ignore")
    # Python itself refuses numbers of more than 4300 digits in a text; that is not a rule of versions.
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    texts = Texts(seed)
    output = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n")
    for line in answers.fixed():
        print(json.dumps(line), file=output)
    kinds = [kind for kind, weight in KINDS for _ in range(weight)]
    for index in range(count):
        answer = getattr(answers, kinds[index % len(kinds)])
        line = None
        while line is None:
            line = answer(texts)
        print(json.dumps(line), file=output)


main()
