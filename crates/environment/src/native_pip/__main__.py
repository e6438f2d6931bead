"""python -m pip"""

import os
import sys

if __name__ == "__main__":
    # Neither the current folder nor the package's own is a place to import from, as in every pip.
    if sys.path and sys.path[0] in ("", os.getcwd(), os.path.dirname(__file__)):
        del sys.path[0]
    if not __package__:
        # python path/to/pip
        sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

    from pip._internal.cli.main import main, replace_process

    def is_the_program():
        """Whether Python was started for pip alone; who runs this module on the way comes back to its own work."""
        frame = sys._getframe(1).f_back
        while frame is not None and frame.f_code.co_name in ("_run_code", "_run_module_as_main"):
            frame = frame.f_back
        return frame is None

    if is_the_program():
        replace_process()
    sys.exit(main())
