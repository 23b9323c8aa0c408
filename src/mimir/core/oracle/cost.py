"""The last filter: what an entry would cost, against what may be spent.

Rules:
1. The cap is the smaller of the descriptor's budget and the remaining budget. An exact cost equal
   to it passes (deviation D5).
2. What an unpriced model is, the policy says (deviation D6): under ``free`` it costs nothing, under
   ``last`` its cost is unknown and needs a positive cap; under ``exclude`` it never comes here.
3. Without expected tokens there is no cost to compare; once nothing remains, an entry that is not
   known to be free is excluded all the same (deviation D16).
"""

from collections.abc import Iterable

from mimir.core.descriptor import Descriptor
from mimir.core.exclusion import TooExpensive
from mimir.core.inputs import Inputs
from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR, from_microdollars
from mimir.core.oracle.filters import Verdicts
from mimir.core.pricing.quote import Quote, amount_of
from mimir.core.ranking import Viable, expected_counts
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import Excluded, too_expensive


def afford(inputs: Inputs, still_open: Iterable[int], verdicts: Verdicts) -> Viable:
    """Exclude what costs too much, and return the rest with its projected costs."""
    descriptor, cap = inputs.descriptor, cap_microdollars(inputs.descriptor, inputs.snapshot)
    if descriptor.expected_tokens is None:
        if cap <= 0:
            still_open = _free(inputs, still_open, Excluded(TooExpensive(None, cap)), verdicts)
        return _project(inputs, still_open, None)[0]
    viable, dear, costs = _project(inputs, still_open, from_microdollars(cap))
    if dear:
        for at, verdict in zip(dear, too_expensive(costs, cap), strict=True):
            verdicts[at] = verdict
    if cap > 0 or not viable.unpriced:
        return viable
    for at in viable.unpriced:
        verdicts[at] = Excluded(TooExpensive(None, cap))
    return viable._replace(unpriced=[])


def cap_microdollars(descriptor: Descriptor, snapshot: Snapshot) -> int:
    """Return rule 1's cap, in microdollars."""
    budget, remaining = descriptor.budget_ceiling_microdollars, snapshot.remaining
    return budget if remaining is None else min(budget, remaining)


def is_free(quote: Quote) -> bool:
    """Tell whether a quote says that nothing is charged for, whatever the size of a request."""
    stepped = any(step.input != 0 or step.output != 0 for step in quote.above)
    return amount_of(quote, 1, 1) == 0 and not stepped


def _project(
    inputs: Inputs, still_open: Iterable[int], limit: int | None
) -> tuple[Viable, list[int], list[int]]:
    """Project every cost; tell what is within the limit from what is dearer, with its costs.

    The sum of a plain quote is written out: a call for each would take longer than the sum.
    """
    entries, quote_of = inputs.catalog.entries, inputs.snapshot.quotes.get
    unquoted = 0 if inputs.policy.unpriced == "free" else None
    given, taken = expected_counts(inputs.descriptor)
    viable = priced, costs, unpriced = Viable([], [], [])
    dear: list[int] = []
    dear_costs: list[int] = []
    for at in still_open:
        quote = quote_of(entries[at].model)
        if quote is None:
            cost = unquoted
        elif quote.rest is None and not quote.above:
            cost = (quote.input * given + quote.output * taken) * FEMTODOLLARS_PER_PICODOLLAR
        else:
            known = amount_of(quote, given, taken)
            cost = unquoted if known is None else known
        if cost is None:
            unpriced.append(at)
        elif limit is None or cost <= limit:
            priced.append(at)
            costs.append(cost)
        else:
            dear.append(at)
            dear_costs.append(cost)
    return viable, dear, dear_costs


def _free(
    inputs: Inputs, still_open: Iterable[int], excluded: Excluded, verdicts: Verdicts
) -> list[int]:
    entries, quotes = inputs.catalog.entries, inputs.snapshot.quotes
    unquoted_is_free, kept = inputs.policy.unpriced == "free", list[int]()
    for at in still_open:
        quote = quotes.get(entries[at].model)
        if unquoted_is_free if quote is None else is_free(quote):
            kept.append(at)
        else:
            verdicts[at] = excluded
    return kept
