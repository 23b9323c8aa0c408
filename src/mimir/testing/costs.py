"""Costs: lines, what they come from, and what is noted on them.

Rules:
1. A cost is of up to six lines, of few models and dimensions, so that lines of two costs merge.
2. A rate times its multipliers is a whole number of femtodollars, as pricing makes sure of.
3. The lines, sources, notes and missing rates stand in the one order of ``total``.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.limits import INTEGER_MAX
from mimir.core.pricing.cost import Cell, Cost, Line, MissingRate, Multiplier, Note, total
from mimir.core.pricing.dimensions import NAMES, Tier
from mimir.core.pricing.table import Source
from mimir.testing.words import models, names

_TIERS: SearchStrategy[Tier] = st.sampled_from(["standard", "batch", "flex", "priority", "fast"])
_NOTES: SearchStrategy[Note] = st.sampled_from(
    ["before_price_list", "period_assumed", "peak_price_assumed", "no_uplift_stated"]
)
_ABOVE = st.none() | st.none() | st.sampled_from([128_000, 200_000])
_FEW = st.sampled_from(["input_tokens", "input_tokens", "output_tokens", *NAMES])
_MODELS = models()
_NAMES = names(max_size=8)


def sources() -> SearchStrategy[Source]:
    """Make what a price list says of itself, most often one of two lists.

    >>> from hypothesis import find
    >>> find(sources(), lambda source: True).name
    'a list'
    """
    few = st.sampled_from(["a list", "an overlay"])
    digests = st.just("sha256:" + "0" * 64)
    dates = st.sampled_from(["2026-01-01", "2026-07-01"])
    return st.builds(Source, few | _NAMES, st.just("1"), dates, st.just("MIT"), digests)


def cells() -> SearchStrategy[Cell]:
    """Make one rate, stated or filled; twice any uplift of it is whole femtodollars.

    >>> from hypothesis import find
    >>> find(cells(), lambda cell: cell.rule is not None).rule
    'reasoning_as_output'
    """
    rates = st.integers(0, 9).map(lambda rate: rate * 1_000_000) | st.integers(0, 10**12).map(
        lambda rate: rate * 10_000
    )
    listed = st.just("price_list") | st.just("overlay")
    rules = st.none() | st.none() | st.just("reasoning_as_output") | _NAMES
    fields = st.just("input_cost_per_token") | _NAMES
    stated = st.builds(
        Cell, _MODELS, _FEW, _TIERS, _ABOVE, rates, listed, st.just("m") | _NAMES, fields, rules
    )
    own = st.builds(
        Cell, _MODELS, _FEW, _TIERS, _ABOVE, rates, st.just("config"), st.none(), fields, rules
    )
    return stated | stated | own


def lines() -> SearchStrategy[Line]:
    """Make one line of a bill; its amount is exact.

    >>> from hypothesis import find
    >>> find(lines(), lambda line: line.amount > 0).amount
    1000000
    """
    factors = st.sampled_from([(11, 10), (2, 1), (5, 4), (6, 5)])
    by = st.tuples(_NAMES, factors).map(lambda made: Multiplier(made[0], *made[1]))
    none: SearchStrategy[tuple[Multiplier, ...]] = st.just(())
    some = none | none | st.lists(by, max_size=2).map(tuple[Multiplier, ...])
    quantities = st.integers(1, 4) | st.integers(1, INTEGER_MAX)
    return st.builds(Line, cells(), quantities, some)


def missing_rates() -> SearchStrategy[MissingRate]:
    """Make a cell that has no rate.

    >>> from hypothesis import find
    >>> find(missing_rates(), lambda missing: True).dimension
    'input_tokens'
    """
    return st.builds(MissingRate, _MODELS, _FEW, _TIERS, _ABOVE)


def costs() -> SearchStrategy[Cost]:
    """Make what some calls cost, of any models, under any conditions; some are lower bounds.

    >>> from hypothesis import find
    >>> find(costs(), lambda cost: cost.femtodollars > 0).lines[0].quantity
    1
    """
    made = st.builds(
        Cost,
        st.lists(lines(), max_size=6).map(tuple[Line, ...]),
        st.lists(sources(), max_size=2).map(tuple[Source, ...]),
        st.lists(_NOTES, max_size=2).map(tuple[Note, ...]),
        st.lists(missing_rates(), max_size=2).map(tuple[MissingRate, ...]),
    )
    return made.map(lambda cost: total((cost,)))
