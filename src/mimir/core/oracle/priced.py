"""Open entries that have a price, prepared for any tokens, budget and latency tolerance.

Rules:
1. The cheapest is on the frontier, whatever the tokens are: of the entries as they rank but for
   their costs (p50 latency, priority, the catalog's order), one is left out of it where an earlier
   one, which passes every latency that it does, has both rates no greater. An unknown latency
   passes all and ranks last, so that entries without one have a frontier of their own.
2. What may be too dear is the tail of the rows by output rate. ``most_in`` is the dearest input
   rate up to each of them: the tail begins where both rates together could exceed the limit. There
   is none where the dearest rates of all don't.
3. Rates are picodollars per token where all are whole, else femtodollars; ``scale`` is a unit of
   them in femtodollars. Small integers multiply faster.
4. Nothing here is changed once it is made.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, TypeAlias

from attrs import frozen

from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR
from mimir.core.pricing.quote import Quote

Row: TypeAlias = tuple[int, int, int, int]
"""A p50 latency, an input rate, an output rate, and the index of the entry in the catalog."""

_UNKNOWN: Final = -1
"""An unknown latency in a row: it passes every tolerance."""


@frozen
class Priced:
    """What the rules say; ``most_in`` and ``outs`` stand beside ``rows``."""

    scale: int
    dearest_in: int
    dearest_out: int
    frontier: Sequence[Row]
    rows: Sequence[Row]
    most_in: Sequence[int]
    outs: Sequence[int]


def prepare_prices(inputs: Inputs, ranked: Sequence[int]) -> Priced:
    """Prepare the entries ``ranked``, which stand as they rank but for their costs."""
    entries, quotes = inputs.catalog.entries, inputs.snapshot.quotes
    taken = [quotes.get(entries[at].model) for at in ranked]
    whole = all(quote is None or quote.rest is None for quote in taken)
    scale = FEMTODOLLARS_PER_PICODOLLAR if whole else 1
    made = [_row(entries[at], quote, scale, at) for at, quote in zip(ranked, taken, strict=True)]
    timed = [row for row in made if row[0] != _UNKNOWN]
    rows = [_copy(row) for row in sorted(made, key=lambda row: row[2])]
    return Priced(
        scale=scale,
        dearest_in=max((row[1] for row in rows), default=0),
        dearest_out=max((row[2] for row in rows), default=0),
        frontier=[*_frontier(timed), *_frontier(made[len(timed) :])],
        rows=rows,
        most_in=[*accumulate((row[1] for row in rows), max)],
        outs=[row[2] for row in rows],
    )


def too_dear(
    priced: Priced, tolerance_ms: int, given: int, taken: int, limit: int
) -> dict[int, int]:
    """Return what is fast enough and costs more than ``limit``, with its cost in femtodollars.

    ``limit`` is in units of the scale.
    """
    most_in, outs, scale = priced.most_in, priced.outs, priced.scale
    tail = bisect_right(
        range(len(outs)), limit, key=lambda row: most_in[row] * given + outs[row] * taken
    )
    return {
        at: cost * scale
        for p50, rate_in, rate_out, at in priced.rows[tail:]
        if p50 <= tolerance_ms and (cost := rate_in * given + rate_out * taken) > limit
    }


def cheapest(
    priced: Priced, tolerance_ms: int, given: int, taken: int, limit: int | None
) -> int | None:
    """Return what is fast enough, costs no more than ``limit`` and ranks first."""
    best, least = None, limit
    for p50, rate_in, rate_out, at in priced.frontier:
        if p50 <= tolerance_ms:
            cost = rate_in * given + rate_out * taken
            if least is None or cost < least or (best is None and cost == least):
                best, least = at, cost
    return best


def _row(entry: Entry, quote: Quote | None, scale: int, at: int) -> Row:
    p50 = entry.p50_latency_ms
    return (_UNKNOWN if p50 is None else p50, *_rates(quote, scale), at)


def _copy(row: Row) -> Row:
    """Make ``row`` and its numbers anew, so that rows stand in memory in the order of reading.

    Of ten thousand entries a quarter of a call's time depends on it.
    """
    p50, rate_in, rate_out, at = row
    return p50 + 0, rate_in + 0, rate_out + 0, at + 0


def _rates(quote: Quote | None, scale: int) -> tuple[int, int]:
    """Return the rates below every context tier; what has no quote and comes here is free."""
    if quote is None:
        return 0, 0
    times = FEMTODOLLARS_PER_PICODOLLAR // scale
    rest_in, rest_out = quote.rest or (0, 0)
    return quote.input * times + rest_in, quote.output * times + rest_out


def _frontier(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield each row that no earlier one beats at both rates.

    ``ins`` and ``outs`` are the rates to beat, side by side: the first ascend, the second descend.
    """
    ins, outs = list[int](), list[int]()
    for row in rows:
        _, rate_in, rate_out, _ = row
        before = bisect_right(ins, rate_in)
        if before and outs[before - 1] <= rate_out:
            continue
        start = end = bisect_left(ins, rate_in)
        while end < len(outs) and outs[end] >= rate_out:
            end += 1
        ins[start:end], outs[start:end] = [rate_in], [rate_out]
        yield row
