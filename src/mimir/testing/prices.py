"""Prices: usage, rates, quotes, tables, and what calls cost.

Rules:
1. Rates are most often about a microdollar a token, so that a few tokens cost a few microdollars
   and a cost often equals a budget, or misses it by a femtodollar.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.limits import INTEGER_MAX
from mimir.core.pricing.cost import Cost
from mimir.core.pricing.find import Prices
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.quote import Quote, amount
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model
from mimir.testing.words import models, names

_RATES = st.one_of(
    st.sampled_from([0, 1_000_000, 2_000_000, 3_000_000, 999_999, 1_000_001]),
    st.integers(0, 3),
    st.integers(0, INTEGER_MAX),
)
_COUNTS = st.integers(0, 4) | st.integers(0, INTEGER_MAX)
_SOURCE = Source("a list", "1", "2026-01-01", "MIT", "sha256:" + "0" * 64)


def usages() -> SearchStrategy[Usage]:
    """Make the counts of one call.

    >>> from hypothesis import find
    >>> find(usages(), lambda usage: usage.output_tokens > 0)
    Usage(input_tokens=0, output_tokens=1)
    """
    return st.builds(Usage, input_tokens=_COUNTS, output_tokens=_COUNTS)


def raw_usages() -> SearchStrategy[dict[str, object]]:
    """Make the raw data of ``usages``; a count may be absent.

    >>> from hypothesis import find
    >>> find(raw_usages(), lambda raw: True)
    {}
    """
    return st.fixed_dictionaries({}, optional={"input_tokens": _COUNTS, "output_tokens": _COUNTS})


def rates() -> SearchStrategy[Rates]:
    """Make a row of rates that states both.

    >>> from hypothesis import find
    >>> find(rates(), lambda row: True)
    Rates(input=0, output=0)
    """
    return st.builds(Rates, input=_RATES, output=_RATES)


def raw_rates() -> SearchStrategy[dict[str, object]]:
    """Make the raw data of ``rates``.

    >>> from hypothesis import find
    >>> find(raw_rates(), lambda raw: True)
    {'input': 0, 'output': 0}
    """
    return st.fixed_dictionaries({"input": _RATES, "output": _RATES})


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


def costs() -> SearchStrategy[Cost]:
    """Make what a call cost, with the quote and the usage that it follows from.

    >>> from hypothesis import find
    >>> find(costs(), lambda cost: cost.femtodollars > 0).usage
    Usage(input_tokens=0, output_tokens=1)
    """
    return st.builds(_cost, quotes(), usages())


def _cost(quote: Quote, usage: Usage) -> Cost:
    return Cost(amount(quote, usage), quote, usage)


def _joined(parts: tuple[str, str]) -> str:
    return parts[0] + parts[1]


def _half_rates() -> SearchStrategy[Rates]:
    return st.builds(Rates, input=_RATES) | st.builds(Rates, output=_RATES)


def _rows() -> SearchStrategy[Row]:
    whole: SearchStrategy[int | str] = st.integers(0, 10**12)
    inexact: SearchStrategy[int | str] = st.integers(0, 9).map("{}.5".format)
    cells = whole | whole | inexact
    fields = {"input_cost_per_token": cells, "output_cost_per_token": cells}
    stated = st.fixed_dictionaries(fields) | st.fixed_dictionaries({}, optional=fields)
    providers = st.sampled_from(["anthropic", "openai", "azure", "ollama_chat"])
    modes = st.sampled_from(["chat", "embedding"]) | st.none()
    return st.builds(Row, provider=providers, mode=modes, prices=stated)
