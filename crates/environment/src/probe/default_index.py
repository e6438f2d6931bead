# Tells oxipip which index the interpreter's pip would use: the folders and wheels that may hold a pip are
# the arguments, best first.
import json
import sys

places = sys.argv[1:]
if sys.path and sys.path[0] == "":
    del sys.path[0]

answer = None
for place in places:
    sys.path.insert(0, place)
    try:
        from pip._internal.models.index import PyPI

        answer = str(PyPI.simple_url)
    except Exception:
        # No pip here, or one that does not run on this Python: the next place may do.
        for name in [name for name in sys.modules if name.partition(".")[0] == "pip"]:
            del sys.modules[name]
    del sys.path[0]
    if answer:
        break
sys.stdout.write("oxipip-facts:" + json.dumps(answer) + "\n")
