"""A view: what the oracle can say before it knows budget, tokens and latency tolerance.

Rules:
1. A view is of one catalog, policy, snapshot, order of capabilities and runtime preference. Its
   ``template`` has the verdict of every entry that these alone exclude; the others are open.
2. It is never changed once it is made: a call copies the template, and writes what is too slow and
   too dear into the copy.
3. Open entries stand as they rank but for their costs, so that what is too slow is the tail of a
   list. Those with a price and those without stand apart.
"""

from bisect import bisect_right
from collections.abc import Mapping
from typing import TypeAlias

from attrs import frozen

from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.exclusion import TooExpensive
from mimir.core.inputs import Inputs
from mimir.core.money import FEMTODOLLARS_PER_MICRODOLLAR, Femtodollars
from mimir.core.oracle.cost import cap_microdollars
from mimir.core.oracle.filters import Verdicts, allowed, capability, health, runtime
from mimir.core.oracle.place import RANKED, RANKED_UNPRICED
from mimir.core.oracle.priced import Priced, cheapest, prepare_prices, too_dear
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import Excluded, Verdict, too_expensive

TooSlowBy: TypeAlias = Mapping[int, Excluded]
"""The verdict of an entry that is too slow, by its p50 latency: the same in every view."""


@frozen
class View:
    """What the rules say. The numbers in its lists are indexes of entries in the catalog."""

    template: list[Verdict]
    capable: list[int]
    """What has the capabilities, in the catalog's order."""
    still_open: list[int]
    """What is open, in the catalog's order."""
    p50s: list[int]
    """The known latencies of what is open, ascending; the two lists below stand beside it."""
    known: list[int]
    slow: list[Excluded]
    priced: Priced
    unpriced: list[tuple[int | None, int]]
    """What is open and has no price, as it ranks, each with its latency."""


def make_view(inputs: Inputs, too_slow: TooSlowBy) -> View:
    """Make the view of the capabilities and the runtime preference of the inputs' descriptor."""
    entries, quotes = inputs.catalog.entries, inputs.snapshot.quotes
    template: Verdicts = [RANKED] * len(entries)
    capable, still_open = _judge(inputs, template)
    ranked = sorted(still_open, key=lambda at: _but_for_its_cost(entries[at]))
    p50s = [p50 for at in ranked if (p50 := entries[at].p50_latency_ms) is not None]
    needs_price = inputs.policy.unpriced != "free"
    unpriced = [at for at in ranked if needs_price and entries[at].model not in quotes]
    for at in unpriced:
        template[at] = RANKED_UNPRICED
    return View(
        template=template,
        capable=capable,
        still_open=still_open,
        p50s=p50s,
        known=ranked[: len(p50s)],
        slow=[too_slow[p50] for p50 in p50s],
        priced=prepare_prices(inputs, [at for at in ranked if template[at] is RANKED]),
        unpriced=[(entries[at].p50_latency_ms, at) for at in unpriced],
    )


def fill(view: View, descriptor: Descriptor, snapshot: Snapshot, verdicts: Verdicts) -> int | None:
    """Write the verdicts that the template leaves open, and return the entry that ranks first.

    The call must be one that a view knows all of, and ``verdicts`` a copy of its template.
    """
    priced, tolerance = view.priced, descriptor.latency_tolerance_ms
    passing = bisect_right(view.p50s, tolerance)
    if passing < len(view.p50s):
        for at, verdict in zip(view.known[passing:], view.slow[passing:], strict=True):
            verdicts[at] = verdict
    tokens, cap = descriptor.expected_tokens, cap_microdollars(descriptor, snapshot)
    given, taken, limit = 1, 0, None
    if tokens is not None:
        given, taken = tokens.input, tokens.output
        limit = cap * FEMTODOLLARS_PER_MICRODOLLAR // priced.scale
        if priced.dearest_in * given + priced.dearest_out * taken > limit:
            dear = too_dear(priced, tolerance, given, taken, limit)
            for at, verdict in zip(dear, too_expensive(dear.values(), cap), strict=True):
                verdicts[at] = verdict
    best = cheapest(priced, tolerance, given, taken, limit)
    return _unpriced(view, tolerance, cap, best, verdicts) if view.unpriced else best


def _unpriced(
    view: View, tolerance: int, cap: int, best: int | None, verdicts: Verdicts
) -> int | None:
    """Do the same for what has no price: it needs a positive cap, and ranks after the rest."""
    passing = [at for p50, at in view.unpriced if p50 is None or p50 <= tolerance]
    if cap > 0:
        return passing[0] if best is None and passing else best
    excluded = Excluded(TooExpensive(None, cap))
    for at in passing:
        verdicts[at] = excluded
    return best


def _judge(inputs: Inputs, template: Verdicts) -> tuple[list[int], list[int]]:
    """Run the filters that a view knows: return what has the capabilities, and what passes all."""
    entries, quotes = inputs.catalog.entries, inputs.snapshot.quotes
    known = Femtodollars(0)
    capable = [*range(len(entries))]
    able = capability(entries, inputs.descriptor)
    if able is not None:
        capable = able(capable, template)
    still_open = capable
    for check in (
        allowed(entries, inputs.policy, lambda: lambda model: known if model in quotes else None),
        runtime(entries, inputs.descriptor),
        health(entries, inputs.snapshot),
    ):
        if check is not None:
            still_open = check(still_open, template)
    return capable, still_open


def _but_for_its_cost(entry: Entry) -> tuple[bool, int, bool, int]:
    p50, priority = entry.p50_latency_ms, entry.priority
    return p50 is None, p50 or 0, priority is None, priority or 0
