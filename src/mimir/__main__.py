"""``python -m mimir``.

Rules:
1. Nothing happens on import but imports; running the module is running ``main``.
"""

import sys

from mimir.shell.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
