"""Prices: usage, rates, quotes, tables, the conditions of calls.

Rules:
1. Rates are most often about a microdollar a token, so that a few tokens cost a few microdollars
   and a cost often equals a budget, or misses it by a femtodollar.
2. A usage counts few dimensions, of any kind; the input side is often about a context's threshold.
"""

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.instant import Instant
from mimir.core.limits import INTEGER_MAX
from mimir.core.pricing.dimensions import NAMES, TIERS, SearchContext
from mimir.core.pricing.find import Prices
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.quote import Quote
from mimir.core.pricing.rates import KEYS, Rates
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.pricing.usage import Usage, of
from mimir.core.vocabulary import Model
from mimir.testing.price_rows import price_rows
from mimir.testing.words import instants, models, names

_RATES = st.one_of(
    st.sampled_from([0, 1_000_000, 2_000_000, 3_000_000, 999_999, 1_000_001]),
    st.integers(0, 3),
    st.integers(0, INTEGER_MAX),
)
_EDGES = st.sampled_from([32_000, 128_000, 200_000, 272_000])
_COUNTS = st.one_of(
    st.integers(0, 4),
    st.builds(int.__add__, _EDGES, st.integers(-1, 2)),
    st.integers(0, INTEGER_MAX),
)
_PLAIN = st.sampled_from(["input_tokens", "output_tokens"])
_SOURCE = Source("a list", "1", "2026-01-01", "MIT", "sha256:" + "0" * 64)


@frozen
class Conditions:
    """The conditions of one call: the keyword arguments of ``price``, but for ``on_missing``."""

    tier: str = "standard"
    at: Instant | None = None
    region: str | None = None
    search_context: SearchContext = "medium"


def conditions() -> SearchStrategy[Conditions]:
    """Make the conditions of one call, of a known tier.

    >>> from hypothesis import find
    >>> find(conditions(), lambda made: True).tier
    'standard'
    """
    few = st.sampled_from(["2026-01-30T16:29:59Z", "2026-01-31T00:30:00Z", "2026-02-02T12:00:30Z"])
    times = st.none() | st.none() | few.map(Instant) | instants()
    regions = st.none() | st.none() | st.sampled_from(["us", "eu", "global", "europe-west4"])
    searches: SearchStrategy[SearchContext] = st.sampled_from(["medium", "low", "high"])
    tiers = st.just("standard") | st.sampled_from(["batch", "flex", *TIERS])
    return st.builds(Conditions, tiers, times, regions, searches)


def usages() -> SearchStrategy[Usage]:
    """Make the counts of one call: up to five, of any dimensions.

    >>> from hypothesis import find
    >>> find(usages(), lambda usage: usage.output_tokens > 0)
    Usage(output_tokens=1)
    """
    fields = _PLAIN | _PLAIN | st.sampled_from(NAMES)
    return st.dictionaries(fields, _COUNTS, max_size=5).map(of)


def raw_usages() -> SearchStrategy[dict[str, object]]:
    """Make the raw data of ``usages``; a count may be absent.

    >>> from hypothesis import find
    >>> find(raw_usages(), lambda raw: True)
    {}
    """
    counts: SearchStrategy[object] = _COUNTS
    return st.dictionaries(st.sampled_from(NAMES), counts, max_size=5)


def rates() -> SearchStrategy[Rates]:
    """Make a row of rates that states input and output, and up to three others.

    >>> from hypothesis import find
    >>> find(rates(), lambda row: True)
    Rates(input=0, output=0)
    """
    return st.builds(_rates, _RATES, _RATES, _others())


def raw_rates() -> SearchStrategy[dict[str, object]]:
    """Make the raw data of ``rates``.

    >>> from hypothesis import find
    >>> find(raw_rates(), lambda raw: True)
    {'input': 0, 'output': 0}
    """
    return st.builds(_raw_rates, _RATES, _RATES, _others())


def quotes(of: SearchStrategy[Model] | None = None) -> SearchStrategy[Quote]:
    """Make a quote; ``of`` draws its model.

    >>> from hypothesis import find
    >>> find(quotes(), lambda quote: quote.source == "price_list").key is None
    False
    """
    models_ = models() if of is None else of
    rests = st.none() | st.none() | st.tuples(st.integers(0, 999), st.integers(0, 999))
    configured = st.builds(Quote, models_, _RATES, _RATES, st.just("config"), st.none())
    listed = st.builds(Quote, models_, _RATES, _RATES, st.just("price_list"), names(), rests)
    return configured | listed


def provider_aliases() -> SearchStrategy[ProviderAliases]:
    """Make declared aliases of a few providers.

    >>> from hypothesis import find
    >>> find(provider_aliases(), lambda aliases: True).names
    {}
    """
    providers = st.sampled_from(["anthropic", "openai", "ollama", "vertex"])
    listed = st.sampled_from(["anthropic", "azure", "azure*", "vertex_ai*", "ollama_chat"])
    declared = st.lists(listed, min_size=1, max_size=3, unique=True).map(tuple)
    return st.dictionaries(providers, declared, max_size=3).map(ProviderAliases)


def price_tables(*, max_size: int = 5) -> SearchStrategy[PriceTable]:
    """Make a price table whose rows often price the models of ``models``.

    >>> from hypothesis import find
    >>> find(price_tables(), lambda table: "openai/large" in table.rows).source.name
    'a list'
    """
    prefixes = st.sampled_from(["", "anthropic/", "openai/", "azure/"])
    ids = st.sampled_from(["large", "small", "a:b"]) | names()
    keys = st.tuples(prefixes, ids).map(_joined)
    rows = st.dictionaries(keys, _rows(), max_size=max_size)
    return rows.map(lambda made: PriceTable(_SOURCE, made))


def prices() -> SearchStrategy[Prices]:
    """Make everything that a look-up reads.

    >>> from hypothesis import find
    >>> find(prices(), lambda made: True).config
    {}
    """
    config = st.dictionaries(models(), rates() | _half_rates(), max_size=3)
    return st.builds(Prices, config, price_tables(), provider_aliases())


def _joined(parts: tuple[str, str]) -> str:
    return parts[0] + parts[1]


def _others() -> SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(KEYS), _RATES, max_size=3)


def _rates(given: int, taken: int, others: dict[str, int]) -> Rates:
    return Rates(**{**others, "input": given, "output": taken})


def _raw_rates(given: int, taken: int, others: dict[str, int]) -> dict[str, object]:
    return {**others, "input": given, "output": taken}


def _half_rates() -> SearchStrategy[Rates]:
    return st.builds(Rates, input=_RATES) | st.builds(Rates, output=_RATES)


def _rows() -> SearchStrategy[Row]:
    whole: SearchStrategy[int | str] = st.integers(0, 10**12)
    half = st.dictionaries(st.just("input_cost_per_token"), whole, max_size=1)
    providers = st.sampled_from(["anthropic", "openai", "azure", "ollama_chat"])
    return price_rows() | price_rows(inexact=True) | st.builds(_half_row, providers, half)


def _half_row(provider: str, prices: dict[str, int | str]) -> Row:
    return Row(provider, prices=prices)
