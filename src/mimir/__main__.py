"""``python -m mimir``.

Rules:
1. Nothing happens on import but imports; running the module is running ``main``.
2. Who is interrupted while they are imported ends quietly too, with 130.
"""

import sys

try:
    from mimir.shell.cli.main import main
except KeyboardInterrupt:
    sys.exit(130)

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
