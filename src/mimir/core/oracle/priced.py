"""Open entries that have a price, prepared for any tokens, budget and latency tolerance.

Rules:
1. Rows stand as they rank but for their costs: by p50 latency, unknown last, then priority, then
   the catalog's order. What is fast enough is then found by bisection.
2. The cheapest of them is on the frontier, whatever the tokens are: a row is left out of it where
   an earlier one, which passes every latency that it does, has both rates no greater. An unknown
   latency passes all and ranks last, so that rows without one have a frontier of their own.
3. Costs are looked at one by one only where the dearest rates could exceed the limit.
4. Rates are picodollars per token where all are whole, else femtodollars; ``scale`` is a unit of
   them in femtodollars. Small integers multiply faster.
5. Nothing here is changed once it is made.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TypeAlias

from attrs import frozen

from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR
from mimir.core.pricing.quote import Quote

Row: TypeAlias = tuple[int, int, int]
"""An input rate, an output rate, and the index of the entry in the catalog."""


@frozen
class Priced:
    """What the rules say; the rows with a known latency come first, beside ``p50s``."""

    p50s: list[int]
    rows: list[Row]
    scale: int
    dearest_in: int
    dearest_out: int
    frontier: list[tuple[int | None, Row]]


def prepare_prices(inputs: Inputs, ranked: list[int]) -> Priced:
    """Prepare the entries ``ranked``, which stand in rule 1's order."""
    entries, quotes = inputs.catalog.entries, inputs.snapshot.quotes
    taken = [quotes.get(entries[at].model) for at in ranked]
    whole = all(quote is None or quote.rest is None for quote in taken)
    scale = FEMTODOLLARS_PER_PICODOLLAR if whole else 1
    rows = [(*_rates(quote, scale), at) for at, quote in zip(ranked, taken, strict=True)]
    p50s = latencies(entries, ranked)
    known, timeless = rows[: len(p50s)], rows[len(p50s) :]
    kept = {row[2] for part in (known, timeless) for row in _frontier(part)}
    return Priced(
        p50s=p50s,
        rows=rows,
        scale=scale,
        dearest_in=max((row[0] for row in rows), default=0),
        dearest_out=max((row[1] for row in rows), default=0),
        frontier=[(entries[row[2]].p50_latency_ms, row) for row in rows if row[2] in kept],
    )


def latencies(entries: tuple[Entry, ...], ranked: list[int]) -> list[int]:
    """Return the known latencies of entries that stand in rule 1's order: those of the first."""
    return [p50 for at in ranked if (p50 := entries[at].p50_latency_ms) is not None]


def too_dear(
    priced: Priced, tolerance_ms: int, given: int, taken: int, limit: int
) -> list[tuple[int, int]]:
    """Return what is fast enough and costs more than ``limit``, with its cost in femtodollars."""
    if priced.dearest_in * given + priced.dearest_out * taken <= limit:
        return []
    known, passing = len(priced.p50s), bisect_right(priced.p50s, tolerance_ms)
    rows, scale = priced.rows, priced.scale
    return [
        (at, cost * scale)
        for rate_in, rate_out, at in (rows[:passing] + rows[known:] if passing < known else rows)
        if (cost := rate_in * given + rate_out * taken) > limit
    ]


def cheapest(
    priced: Priced, tolerance_ms: int, given: int, taken: int, limit: int | None
) -> int | None:
    """Return what is fast enough, costs no more than ``limit`` and ranks first."""
    best, least = None, limit
    for p50, (rate_in, rate_out, at) in priced.frontier:
        if p50 is None or p50 <= tolerance_ms:
            cost = rate_in * given + rate_out * taken
            if least is None or cost < least or (best is None and cost == least):
                best, least = at, cost
    return best


def _rates(quote: Quote | None, scale: int) -> tuple[int, int]:
    """Return the rates below every context tier; what has no quote and comes here is free."""
    if quote is None:
        return 0, 0
    times = FEMTODOLLARS_PER_PICODOLLAR // scale
    rest_in, rest_out = quote.rest or (0, 0)
    return quote.input * times + rest_in, quote.output * times + rest_out


def _frontier(rows: list[Row]) -> Iterator[Row]:
    """Yield each row that no earlier one beats at both rates.

    ``ins`` and ``outs`` are the rates to beat, side by side: the first ascend, the second descend.
    """
    ins, outs = list[int](), list[int]()
    for row in rows:
        rate_in, rate_out, _ = row
        before = bisect_right(ins, rate_in)
        if before and outs[before - 1] <= rate_out:
            continue
        start = end = bisect_left(ins, rate_in)
        while end < len(outs) and outs[end] >= rate_out:
            end += 1
        ins[start:end], outs[start:end] = [rate_in], [rate_out]
        yield row
