"""What entries are ranked by: the projected cost, each ranker's key, and what is put first.

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
5. Under ``probe_first`` the viable entries on lanes that may be probed are looked at first: the one
   of them that ranks first goes before all others, whatever their keys. No key depends on a lane,
   so the others stay as they rank.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeAlias

from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.money import (
    FEMTODOLLARS_PER_MICRODOLLAR,
    FEMTODOLLARS_PER_PICODOLLAR,
    Femtodollars,
)
from mimir.core.pricing.quote import amount_of
from mimir.core.ranker import CheapestFirst, FastestFirst, Weighted
from mimir.core.snapshot import Snapshot, free_probes
from mimir.core.vocabulary import Lane, Model

Projection: TypeAlias = Callable[[Model], Femtodollars | None]
"""The projected cost of a model."""

RankKey: TypeAlias = tuple[int, ...]
"""The place of a viable entry: the least goes first."""

_UNKNOWN: Final = (1, 0)
_NO_LANES: Final = frozenset[Lane]()


class Viable(NamedTuple):
    """The viable entries, as indexes in the catalog and in its order.

    ``costs`` stands beside ``priced``: the projected cost of each in femtodollars.
    """

    priced: list[int]
    costs: list[int]
    unpriced: list[int]


def expected_counts(descriptor: Descriptor) -> tuple[int, int]:
    """Return the tokens in and out that rule 1 projects."""
    tokens = descriptor.expected_tokens
    return (1, 0) if tokens is None else (tokens.input, tokens.output)


def projection(descriptor: Descriptor, snapshot: Snapshot) -> Projection:
    """Return rule 1's projected cost, computed once for each model that is asked for."""
    (given, taken), quotes = expected_counts(descriptor), snapshot.quotes
    known: dict[Model, Femtodollars | None] = {}

    def projected(model: Model) -> Femtodollars | None:
        cost = known.get(model)
        if cost is None and (quote := quotes.get(model)) is not None:
            cost = known[model] = amount_of(quote, given, taken)
        return cost

    return projected


def projected_costs(inputs: Inputs) -> list[int | None]:
    """Return rule 1's projected cost of every entry in femtodollars, in the catalog's order.

    The sum of a plain quote is written out, as in the filter of the cost.
    """
    (given, taken), quotes = expected_counts(inputs.descriptor), inputs.snapshot.quotes
    costs: list[int | None] = []
    for entry in inputs.catalog.entries:
        quote = quotes.get(entry.model)
        if quote is None:
            costs.append(None)
        elif quote.rest is None and not quote.above:
            costs.append((quote.input * given + quote.output * taken) * FEMTODOLLARS_PER_PICODOLLAR)
        else:
            costs.append(amount_of(quote, given, taken))
    return costs


def first(inputs: Inputs, viable: Viable) -> int | None:
    """Return the index of the viable entry that goes first, or nothing where there is none."""
    probes = put_first(inputs)
    if probes:
        best = _best(inputs, _on(inputs, viable, probes))
        if best is not None:
            return best
    return _best(inputs, viable)


def put_first(inputs: Inputs) -> frozenset[Lane]:
    """Return the lanes of which rule 5 puts an entry first."""
    return free_probes(inputs.snapshot) if inputs.policy.probe_first else _NO_LANES


def _on(inputs: Inputs, viable: Viable, lanes: frozenset[Lane]) -> Viable:
    """Return what stands on one of ``lanes``."""
    entries, (priced, costs, unpriced) = inputs.catalog.entries, viable
    costed = [*zip(priced, costs, strict=True)]
    kept = [(at, cost) for at, cost in costed if entries[at].lane in lanes]
    return Viable(
        [at for at, _ in kept],
        [cost for _, cost in kept],
        [at for at in unpriced if entries[at].lane in lanes],
    )


def _best(inputs: Inputs, viable: Viable) -> int | None:
    """Return the index of the viable entry that ranks first.

    Whole keys are made only of those that tie in what the ranker looks at first.
    """
    tied = _tied(inputs, viable)
    if len(tied) < 2:
        return tied[0] if tied else None
    keys = keys_of(inputs, [inputs.catalog.entries[at] for at in tied])
    return tied[keys.index(min(keys))]


def _tied(inputs: Inputs, viable: Viable) -> list[int]:
    """Return what has the least of what the ranker looks at first, in the catalog's order."""
    entries, ranker = inputs.catalog.entries, inputs.ranker
    if isinstance(ranker, CheapestFirst):
        return _least(viable.priced, viable.costs) or viable.unpriced
    both = sorted([*viable.priced, *viable.unpriced])
    if isinstance(ranker, FastestFirst):
        known = [at for at in both if entries[at].p50_latency_ms is not None]
        return _least(known, [entries[at].p50_latency_ms or 0 for at in known]) or both
    return both


def _least(ats: list[int], values: list[int]) -> list[int]:
    """Return those of ``ats`` that have the least of ``values``, which stand beside them."""
    if not values:
        return []
    least = min(values)
    if values.count(least) == 1:
        return [ats[values.index(least)]]
    return [at for at, value in zip(ats, values, strict=True) if value == least]


def keys_of(inputs: Inputs, entries: Iterable[Entry]) -> list[RankKey]:
    """Return the key of each of some entries at its projected cost."""
    projected = projection(inputs.descriptor, inputs.snapshot)
    return rank_keys(inputs, [(entry, projected(entry.model)) for entry in entries])


def rank_keys(inputs: Inputs, costed: Iterable[tuple[Entry, int | None]]) -> list[RankKey]:
    """Return the key of each entry, given with its projected cost, under the ranker of ``inputs``.

    The pairs are written out: a call for each would take longer than all else.
    """
    ranker, no_cost = inputs.ranker, int(inputs.policy.unpriced != "free")
    if isinstance(ranker, Weighted):
        return [_weighed(ranker, entry, cost, no_cost) for entry, cost in costed]
    keys: list[RankKey] = []
    fastest = isinstance(ranker, FastestFirst)
    for entry, cost in costed:
        p50, priority = entry.p50_latency_ms, entry.priority
        no_p50, no_priority = 1 if p50 is None else 0, 1 if priority is None else 0
        no, amount = (no_cost, 0) if cost is None else (0, cost)
        if fastest:
            keys.append((no_p50, p50 or 0, no, amount, no_priority, priority or 0))
        else:
            keys.append((no, amount, no_p50, p50 or 0, no_priority, priority or 0))
    return keys


def _weighed(weights: Weighted, entry: Entry, cost: int | None, no_cost: int) -> RankKey:
    parts = (
        (weights.cost, (no_cost, 0) if cost is None else (0, cost), 1),
        (weights.latency, _known(entry.p50_latency_ms), FEMTODOLLARS_PER_MICRODOLLAR),
        (weights.priority, _known(entry.priority), FEMTODOLLARS_PER_MICRODOLLAR),
    )
    counted = [(weight * unit, pair) for weight, pair, unit in parts if weight]
    unknown = sum(pair[0] for _, pair in counted)
    return unknown, sum(weight * pair[1] for weight, pair in counted)


def _known(value: int | None) -> tuple[int, int]:
    return _UNKNOWN if value is None else (0, value)
