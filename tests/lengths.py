"""How much of a long test is run: a part by default, all of it where ``LONG_TESTS`` is 1."""

import os
from typing import Final

LONG: Final = os.environ.get("LONG_TESTS") == "1"


def one_in(number: int) -> int:
    """The step to take through cases: each ``number``-th, or each one in the long form."""
    return 1 if LONG else number
