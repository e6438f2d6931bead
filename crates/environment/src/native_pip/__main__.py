"""python -m pip"""

import sys

if __name__ == "__main__":
    # The package must not be found under the name of its own folder.
    if sys.path and sys.path[0] in ("", __file__.rpartition("/")[0]):
        del sys.path[0]

    from pip._internal.cli.main import replace_process

    replace_process()
