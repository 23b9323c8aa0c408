"""The lists that the ``prices`` commands print.

Rules:
1. A list has its number in its title. It is cut off after ``SHOWN_MAX`` lines, and says so, unless
   all of it is asked for.
2. A price per token is printed per million tokens, any other per unit.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mimir.core.pricing.changes import Change
from mimir.core.pricing.numerals import dollars
from mimir.core.pricing.table import is_per_token
from mimir.shell.cli.terminal import escape

SHOWN_MAX: Final = 20
"""Lines of a list that are printed."""


def cost_of(name: str, price: int | str) -> tuple[str, str, str]:
    """Return a price's field, its US dollars, and per how many units."""
    per_token = is_per_token(name)
    return name, dollars(price, per_million=per_token), "million" if per_token else "one"


def listing(title: str, lines: Sequence[str], *, shown: int = SHOWN_MAX) -> Iterator[str]:
    """Give the lines of a list, ``shown`` of them at most."""
    yield f"{title}: {len(lines)}"
    for line in lines[:shown]:
        yield f"  {escape(line)}"
    if len(lines) > shown:
        yield f"  and {len(lines) - shown} more"


def change_line(change: Change) -> str:
    """Write one change: the row, the field, the price before and after."""
    before, after = (
        "unstated" if price is None else cost_of(change.field, price)[1]
        for price in (change.before, change.after)
    )
    return f"{change.key}: {change.field}: {before} -> {after}"
