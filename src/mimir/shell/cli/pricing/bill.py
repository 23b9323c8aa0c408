"""A cost as text for a person: the itemised bill, the exact total, and where the rates come from.

Rules:
1. A line is one rate: what was counted, how often, at how many US dollars per million tokens, or
   per one of what a fee hangs on; the field of the rate, the rule that filled it in parentheses;
   the multipliers; the amount.
2. Every amount is exact, with all its digits. Microdollars are rounded once, half to even.
3. What is to be known about a cost stands below it: notes, rates that are missing, sources.
"""

from collections.abc import Iterator
from typing import Final

from mimir.core.pricing.cost import Cost, Line
from mimir.core.pricing.dimensions import FEES
from mimir.core.pricing.numerals import dollars
from mimir.shell.cli.pricing.price_options import NOTES
from mimir.shell.cli.terminal import escape, table

_HEADERS: Final = ("dimension", "quantity", "rate", "per", "field", "multiplier", "US dollars")
_RIGHT: Final = (1, 2, 5, 6)


def bill(cost: Cost) -> str:
    """Write a cost as an aligned table and the lines below it.

    >>> print(bill(Cost.zero).splitlines()[-1])
    0 US dollars exactly, 0 microdollars
    """
    rows = [_row(line) for line in cost.lines]
    amount = dollars(cost.femtodollars)
    shown = table(_HEADERS, [*rows, ("total", "", "", "", "", "", amount)], right=_RIGHT)
    return "\n".join((shown, "", total_line(cost), *remarks(cost)))


def total_line(cost: Cost) -> str:
    """Say what the cost is, exactly and rounded; a lower bound is called one."""
    bound = "at least " if cost.partial else ""
    amount = dollars(cost.femtodollars)
    return f"{bound}{amount} US dollars exactly, {cost.microdollars} microdollars"


def remarks(cost: Cost) -> Iterator[str]:
    """List the missing rates, the notes and the sources of a cost, a line each."""
    for missing in cost.missing:
        yield f"missing: {escape(missing.message)}"
    for note in cost.notes:
        yield f"note: {note}: {NOTES[note]}"
    if any(line.cell.source == "config" for line in cost.lines):
        yield "prices: the configuration"
    for source in cost.sources:
        where = f"{source.name}, version {source.version}, {source.date}, {source.digest}"
        yield f"prices: {escape(where)}"


def _row(line: Line) -> tuple[str, ...]:
    fee = line.dimension in FEES
    field = line.field if line.rule is None else f"{line.field} ({line.rule})"
    factors = [f"{by.numerator}/{by.denominator}" for by in line.multipliers]
    return (
        line.dimension,
        str(line.quantity),
        dollars(line.rate, per_million=not fee),
        "one" if fee else "million",
        field,
        " x ".join(factors) or "1",
        dollars(line.amount),
    )
