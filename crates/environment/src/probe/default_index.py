# Tells oxipip which index the interpreter's pip would use: the folders and wheels that may hold a pip are
# the arguments, best first.
import json
import os
import sys

places = sys.argv[1:]
if sys.path and sys.path[0] == "":
    del sys.path[0]


def of_module(place):
    """The module alone, which needs nothing of the package around it: importing that takes half the time of all."""
    path = os.path.join(place, "pip", "_internal", "models", "index.py")
    names = {"__name__": "pip._internal.models.index"}
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec"), names)
    return names["PyPI"].simple_url


def of_package(place):
    """The module in a wheel, or one that does need the package."""
    sys.path.insert(0, place)
    try:
        from pip._internal.models.index import PyPI

        return PyPI.simple_url
    finally:
        del sys.path[0]
        for name in [name for name in sys.modules if name.partition(".")[0] == "pip"]:
            del sys.modules[name]


answer = None
for place in places:
    for ask in of_module, of_package:
        try:
            answer = answer or str(ask(place))
        except Exception:
            # No pip here, or one that does not run on this Python: the next may do.
            pass
sys.stdout.write("oxipip-facts:" + json.dumps(answer) + "\n")
