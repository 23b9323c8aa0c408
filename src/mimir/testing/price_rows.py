"""Rows of a price list, as the public list writes them: tiers, contexts, hours, uplifts, searches.

Rules:
1. A row states input and output, and up to a dozen other fields of the dimensions, service tiers
   and context thresholds that it was given, so that cells cross and some are missing.
2. A row is of one kind: it has at most one of ``tiered_pricing``, off-peak hours and uplifts;
   ``kind`` says which.
3. Its prices are whole microdollars per thousand units most often, so that halves, quarters and
   two uplifts of it stay whole femtodollars. ``inexact`` rows have one price that is not whole.
4. Few providers are drawn: those that a rule names, and one that none does.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.pricing.dimensions import DIMENSIONS, SUFFIXES
from mimir.core.pricing.table import Row

_GRAIN = 1_000_000_000
_WHOLE = st.integers(0, 60).map(lambda number: number * _GRAIN)
_BASES = tuple(item.fields[0] for item in DIMENSIONS if item.kind != "fee")
_FEES = tuple(
    item.fields[0] for item in DIMENSIONS if item.kind == "fee" and item.name != "web_searches"
)
_PLAIN = ("input_cost_per_token", "output_cost_per_token")
_SEARCHES = tuple(
    f"search_context_cost_per_query.search_context_size_{size}"
    for size in ("low", "medium", "high")
)
_RANGED = (*_PLAIN, "cache_read_input_token_cost", "output_cost_per_reasoning_token")
_HOURS = ("00:00-00:00", "16:30-00:30", "00:30-08:30", "23:59-00:00", "12:00-12:01")
_THRESHOLDS = (128, 200, 272)
_SUFFIXES = tuple(SUFFIXES)

Prices = dict[str, int | str]
Terms = dict[str, str]
Kind: TypeAlias = Literal["any", "plain", "ranges", "off_peak", "uplifts"]


def price_rows(*, inexact: bool = False, kind: Kind = "any") -> SearchStrategy[Row]:
    """Make a row that states input and output, and much else; ``kind`` is what bends its prices.

    >>> from hypothesis import find
    >>> find(price_rows(), lambda row: True).prices["input_cost_per_token"]
    0
    >>> find(price_rows(kind="off_peak"), lambda row: True).terms
    {'off_peak_pricing.windows[0].hours_utc[0]': '00:00-00:00'}
    """
    return _rows(inexact=inexact, kind=kind)


@st.composite
def _rows(draw: st.DrawFn, *, inexact: bool, kind: Kind) -> Row:
    provider = draw(st.sampled_from(["openai", "anthropic", "gemini", "xai", "vertex_ai", "azure"]))
    prices: Prices = {name: draw(_WHOLE) for name in _PLAIN}
    prices.update(draw(_crossed(draw(_contexts()), draw(_tiers()))))
    prices.update(draw(_FEE_PRICES))
    bent, terms = draw(_BENT[kind])
    if any(path.startswith("tiered") for path in bent):
        prices = {path: price for path, price in prices.items() if "_above_" not in path}
    prices.update(bent)
    if inexact:
        prices[draw(st.sampled_from(_PLAIN))] = draw(st.sampled_from(["0.5", "1142857142.86"]))
    mode = draw(st.sampled_from(["chat", "embedding", None]))
    return Row(provider=provider, mode=mode, prices=prices, terms=terms)


def _contexts() -> SearchStrategy[list[str]]:
    some = st.lists(st.sampled_from(_THRESHOLDS), max_size=2, unique=True)
    return some.map(lambda found: ["", *(f"_above_{edge}k_tokens" for edge in found)])


def _tiers() -> SearchStrategy[list[str]]:
    few = st.sampled_from(["batches", "batches", "flex", "priority", *_SUFFIXES])
    some = st.lists(few, max_size=2, unique=True)
    return some.map(lambda found: ["", *(f"_{suffix}" for suffix in found)])


def _crossed(contexts: list[str], tiers: list[str]) -> SearchStrategy[Prices]:
    bases = st.sampled_from((*_PLAIN, *_PLAIN, *_BASES))
    fields = st.builds("{}{}{}".format, bases, st.sampled_from(contexts), st.sampled_from(tiers))
    prices: SearchStrategy[int | str] = _WHOLE
    return st.dictionaries(fields, prices, max_size=10)


def _ranges() -> SearchStrategy[tuple[Prices, Terms]]:
    prices = st.fixed_dictionaries(dict.fromkeys(_PLAIN, _WHOLE), optional=_others(_RANGED))
    ends = st.sampled_from([("0", "128000", "256000"), ("0", "32000", "128000", "1000000")])
    return st.builds(_ranged, ends, st.lists(prices, min_size=3, max_size=3))


def _ranged(ends: tuple[str, ...], stated: list[dict[str, int]]) -> tuple[Prices, Terms]:
    prices: Prices = {}
    terms: Terms = {}
    for index, (low, high) in enumerate(pairwise(ends)):
        path = f"tiered_pricing[{index}]"
        prices.update({f"{path}.{name}": price for name, price in stated[index].items()})
        terms.update({f"{path}.range[0]": low, f"{path}.range[1]": high})
    return prices, terms


def _off_peak() -> SearchStrategy[tuple[Prices, Terms]]:
    days = st.sampled_from([(), ("1", "2", "3", "4", "5"), ("6", "7")])
    windows = st.lists(st.tuples(st.sampled_from(_HOURS), days), min_size=1, max_size=2)
    zones = st.sampled_from(["", "UTC", "Asia/Shanghai"])
    prices = st.dictionaries(st.sampled_from(_RANGED), _WHOLE, min_size=1)
    return st.builds(_quiet, prices, windows, zones)


def _quiet(
    stated: dict[str, int], windows: list[tuple[str, tuple[str, ...]]], zone: str
) -> tuple[Prices, Terms]:
    prices: Prices = {f"off_peak_pricing.{name}": price for name, price in stated.items()}
    terms: Terms = {"off_peak_pricing.weekday_timezone": zone} if zone else {}
    for index, (hours, days) in enumerate(windows):
        path = f"off_peak_pricing.windows[{index}]"
        terms[f"{path}.hours_utc" if index else f"{path}.hours_utc[0]"] = hours
        terms.update({f"{path}.weekdays[{place}]": day for place, day in enumerate(days)})
    return prices, terms


def _uplifts() -> SearchStrategy[tuple[Prices, Terms]]:
    times = st.sampled_from(["1", "1.1", "1.25", "2"])
    terms = st.one_of(
        st.fixed_dictionaries(
            {
                "regional_processing_uplift_multiplier_eu": times,
                "regional_processing_uplift_multiplier_us": times,
            }
        ),
        st.fixed_dictionaries({"regional_endpoint_uplift_multiplier": times}),
        st.fixed_dictionaries(
            {"provider_specific_entry.us": times, "provider_specific_entry.fast": times}
        ),
    )
    return terms.map(_without_prices)


def _without_prices(terms: Mapping[str, str]) -> tuple[Prices, Terms]:
    return {}, dict(terms)


def _others(names: tuple[str, ...]) -> dict[str, SearchStrategy[int]]:
    return {name: _WHOLE for name in names if name not in _PLAIN}


_UNBENT: SearchStrategy[tuple[Prices, Terms]] = st.just(({}, {}))
_BENT: Mapping[Kind, SearchStrategy[tuple[Prices, Terms]]] = {
    "any": st.one_of(_UNBENT, _ranges(), _off_peak(), _uplifts()),
    "plain": _UNBENT,
    "ranges": _ranges(),
    "off_peak": _off_peak(),
    "uplifts": _uplifts(),
}
_FEE_PRICES = st.dictionaries(st.sampled_from((*_SEARCHES, *_FEES)), _WHOLE, max_size=4)
