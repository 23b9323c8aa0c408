"""What entries are ranked by: the projected cost, and each ranker's key.

Rules:
1. The projected cost is that of the expected tokens on the entry's quote; without expected tokens
   it is the input rate. ``None`` is a model without a quote, or one whose quote has no rate for a
   request of this size.
2. A key is a tuple of integers; the least goes first. A pair in it is "unknown" (0 or 1) and the
   value, 0 where it is unknown: so what is unknown ranks after every known value, however large
   (deviation D17: the reference counts an unknown latency as 999,999,999 ms).
3. A model without a price counts as free under the policy ``free``; otherwise its cost is unknown,
   and under ``CheapestFirst`` it ranks after every priced one (deviation D6).
4. ``Weighted`` sums in units of 10^-9 microdollars, so that costs count to the last femtodollar.
   Before the sum stands how many of the things that have a weight are unknown.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.money import FEMTODOLLARS_PER_MICRODOLLAR, Femtodollars
from mimir.core.pricing.quote import amount
from mimir.core.pricing.usage import Usage
from mimir.core.ranker import CheapestFirst, FastestFirst, Weighted
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import Model

Projection: TypeAlias = Callable[[Model], Femtodollars | None]
"""The projected cost of a model."""

RankKey: TypeAlias = tuple[int, ...]
"""The place of a viable entry: the least goes first."""

RankKeys: TypeAlias = Callable[[Entry], RankKey]
"""The key of each viable entry."""

_ONE_TOKEN_IN: Final = Usage(input_tokens=1)


def projection(descriptor: Descriptor, snapshot: Snapshot) -> Projection:
    """Return rule 1's projected cost, computed once for each model that is asked for."""
    tokens, quotes = descriptor.expected_tokens, snapshot.quotes
    usage = (
        _ONE_TOKEN_IN
        if tokens is None
        else Usage(input_tokens=tokens.input, output_tokens=tokens.output)
    )
    known: dict[Model, Femtodollars | None] = {}

    def projected(model: Model) -> Femtodollars | None:
        cost = known.get(model)
        if cost is None and (quote := quotes.get(model)) is not None:
            cost = known[model] = amount(quote, usage)
        return cost

    return projected


def rank_keys(inputs: Inputs, projected: Projection) -> RankKeys:
    """Return the function that gives a viable entry its key under the ranker of ``inputs``."""
    unpriced_last, ranker = inputs.policy.unpriced != "free", inputs.ranker
    if isinstance(ranker, CheapestFirst):
        return lambda entry: (
            *_cost(projected(entry.model), unpriced_last=unpriced_last),
            *_known(entry.p50_latency_ms),
            *_known(entry.priority),
        )
    if isinstance(ranker, FastestFirst):
        return lambda entry: (
            *_known(entry.p50_latency_ms),
            *_cost(projected(entry.model), unpriced_last=unpriced_last),
            *_known(entry.priority),
        )
    weights = ranker
    return lambda entry: _weighed(
        weights, entry, _cost(projected(entry.model), unpriced_last=unpriced_last)
    )


def _weighed(weights: Weighted, entry: Entry, cost: tuple[int, int]) -> RankKey:
    parts = (
        (weights.cost, cost, 1),
        (weights.latency, _known(entry.p50_latency_ms), FEMTODOLLARS_PER_MICRODOLLAR),
        (weights.priority, _known(entry.priority), FEMTODOLLARS_PER_MICRODOLLAR),
    )
    counted = [(weight * unit, pair) for weight, pair, unit in parts if weight]
    unknown = sum(pair[0] for _, pair in counted)
    return unknown, sum(weight * pair[1] for weight, pair in counted)


def _known(value: int | None) -> tuple[int, int]:
    return (1, 0) if value is None else (0, value)


def _cost(cost: Femtodollars | None, *, unpriced_last: bool) -> tuple[int, int]:
    return (int(unpriced_last), 0) if cost is None else (0, cost)
