"""The least change of a model's rates that makes an entry of it the chosen one.

Rules:
1. An entry is chosen where its cost is low enough: within the cap, and such that its key goes
   before that of the entry that is chosen now, or any at all where its standing does. A key is
   linear in the cost, so the greatest cost that will do is one division.
2. Entries of one model have one cost. So of a model only the entry that goes first at equal costs
   can be chosen, and only where it fails nothing that a rate doesn't mend. The chosen one may be
   of the same model where weights are added up and the model has no price; then every viable entry
   lacks something, and the one that a rate completes goes before them all.
3. Without expected tokens, where nothing remains, only what is known to be free will do.
4. The least discount follows from that cost, up to the rounding of the lowered rates: that leaves
   a few candidates where rates are a few femtodollars, and one where they are not.
"""

from typing import Final, NamedTuple

from mimir.core.entry import Entry
from mimir.core.exclusion import ModelUnpriced, TooExpensive
from mimir.core.inputs import Inputs
from mimir.core.limits import INTEGER_MAX
from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR, from_microdollars
from mimir.core.oracle.cost import cap_microdollars
from mimir.core.pricing.quote import Quote, amount
from mimir.core.pricing.usage import Usage
from mimir.core.ranking import RankKey, rank_keys
from mimir.core.review.change import WHOLE, Discount, StateRate, discounted
from mimir.core.review.minima import Found
from mimir.core.review.survey import Fails, Judged, Standing, Survey
from mimir.core.vocabulary import Model

_PRICE: Final[Fails] = frozenset([TooExpensive, ModelUnpriced])
_ANY: Final = 2**140
"""Femtodollars: more than anything costs that the limits let through."""

_ONE_TOKEN_IN: Final = Usage(input_tokens=1)


class _Priced(NamedTuple):
    """An entry with its standing and key; without a price the key is of what costs nothing."""

    standing: Standing
    key: RankKey
    at: int
    model: Model
    cost: int | None


class _Market(NamedTuple):
    """What does not depend on the entry: the cap in femtodollars, whether only the free will do,
    the tokens that are counted, and which part of a key grows with the cost, how fast."""

    cap: int
    free: bool
    usage: Usage
    part: int
    slope: int


def rates(survey: Survey) -> Found:
    """Yield the discounts and the stated rates that make an entry the chosen one."""
    if not survey.in_order:
        return
    market, chosen = _market(survey), survey.chosen
    quotes = survey.inputs.snapshot.quotes
    for priced in _first(survey).values():
        if chosen is not None and priced.at == chosen.at:
            continue
        most = min(market.cap, _most(priced, chosen, market))
        if most < 0:
            continue
        if priced.cost is None:
            yield priced.at, StateRate(priced.model, _rate(most, market))
            continue
        kept = _kept(most, priced.cost, quotes[priced.model], market)
        if kept is not None:
            yield priced.at, Discount(priced.model, WHOLE - kept)


def _first(survey: Survey) -> dict[Model, _Priced]:
    """Return of every model the entry of rule 2: of a priced one it is the first in order."""
    first: dict[Model, _Priced] = {}
    for one in survey.in_order:
        if not one.fails <= _PRICE:
            continue
        model = one.entry.model
        if one.cost is None:
            priced = _Priced(one.standing, _key(survey.inputs, one.entry, 0), one.at, model, None)
            if model not in first or priced < first[model]:
                first[model] = priced
        elif model not in first:
            first[model] = _Priced(one.standing, one.key, one.at, model, one.cost)
    return first


def _market(survey: Survey) -> _Market:
    inputs, some = survey.inputs, survey.in_order[0].entry
    keys = (_key(inputs, some, cost) for cost in (0, 1))
    rises = [high - low for low, high in zip(*keys, strict=True)]
    slope = max(rises)
    part = rises.index(slope)
    cap = cap_microdollars(inputs.descriptor, inputs.snapshot)
    tokens = inputs.descriptor.expected_tokens
    if tokens is None:
        return _Market(_ANY, cap <= 0, _ONE_TOKEN_IN, part, slope)
    usage = Usage(input_tokens=tokens.input, output_tokens=tokens.output)
    return _Market(from_microdollars(cap), False, usage, part, slope)


def _key(inputs: Inputs, entry: Entry, cost: int) -> RankKey:
    """Return the key of ``entry`` if it cost ``cost`` femtodollars."""
    return rank_keys(inputs, [(entry, cost)])[0]


def _most(priced: _Priced, rival: Judged | None, market: _Market) -> int:
    """Return the greatest cost at which the entry goes before its rival; below 0 there is none."""
    if rival is None or priced.standing < rival.standing:
        return _ANY
    if priced.standing > rival.standing:
        return -1
    part, slope = market.part, market.slope
    key, other = priced.key, rival.key
    if not slope:
        return _ANY if (key, priced.at) < (other, rival.at) else -1
    if key[:part] != other[:part]:
        return _ANY if key[:part] < other[:part] else -1
    ties = (key[part + 1 :], priced.at) < (other[part + 1 :], rival.at)
    return (priced.cost or 0) + (other[part] - key[part] - (not ties)) // slope


def _rate(most: int, market: _Market) -> int:
    """Return the largest rate of which the counted tokens cost no more than ``most``."""
    if market.free:
        return 0
    each = (market.usage.input_tokens + market.usage.output_tokens) * FEMTODOLLARS_PER_PICODOLLAR
    return min(most // each, INTEGER_MAX) if each else INTEGER_MAX


def _kept(most: int, cost: int, quote: Quote, market: _Market) -> int | None:
    """Return how many millionths of the rates may stay; ``None`` where no discount does."""
    if market.free:
        return None if any(None in (step.input, step.output) for step in quote.above) else 0
    tokens = market.usage.input_tokens + market.usage.output_tokens
    high = min(most * WHOLE // cost, WHOLE - 1)
    low = min(max((most - tokens) * WHOLE // cost, 0), high)
    while low < high:
        kept = (low + high + 1) // 2
        fits = (amount(discounted(quote, WHOLE - kept), market.usage) or 0) <= most
        low, high = (kept, high) if fits else (low, kept - 1)
    return low
