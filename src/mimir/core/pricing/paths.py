"""What each field of a price list's row means: the one place where their names are read.

Rules:
1. A field is a dimension's field, then ``_above_Nk_tokens`` where it is for a context tier, then
   ``_batches``, ``_flex`` and so on where it is for a service tier. A fee has no service tier.
2. The same names stand under ``tiered_pricing[i].`` for a context tier that is a range, and under
   ``off_peak_pricing.`` for the hours of that name.
3. ``search_context_cost_per_query`` has a price for each amount of context that a search reads;
   plain, it stands for every amount.
4. Ranges of a price by the query are of a search service's results, and state no cell.
5. Any other field states no cell: ``unread`` says which of them are known, and why.

Source of the names: LiteLLM, ``model_prices_and_context_window.json``.
"""

import re
from typing import Final, Literal, NamedTuple, TypeAlias

from mimir.core.pricing.dimensions import DIMENSIONS, FEES, SUFFIXES, SearchContext, Tier

Part: TypeAlias = Literal["base", "range", "off_peak"]


class Address(NamedTuple):
    """The cell that a field states. ``above`` is tokens; ``position`` is the range's."""

    dimension: str
    tier: Tier = "standard"
    above: int | None = None
    search: SearchContext | None = None
    part: Part = "base"
    position: int = 0


_DIMENSIONS: Final = {field: item.name for item in DIMENSIONS for field in item.fields}
_FEES: Final = frozenset(FEES)
_SEARCHES: Final[dict[str, SearchContext]] = {
    "search_context_cost_per_query.search_context_size_low": "low",
    "search_context_cost_per_query.search_context_size_medium": "medium",
    "search_context_cost_per_query.search_context_size_high": "high",
}
_PREFIX: Final = re.compile(r"(off_peak_pricing)\.(.+)|tiered_pricing\[([0-9]{1,3})\]\.(.+)")
_FIELD: Final = re.compile(rf"(.+?)(?:_above_([0-9]{{1,7}})k_tokens)?(?:_({'|'.join(SUFFIXES)}))?")


def address(path: str) -> Address | None:
    """Read a price's field: the cell that it states, ``None`` if it states none.

    >>> address("cache_read_input_token_cost_above_200k_tokens_priority").tier
    'priority'
    >>> address("tiered_pricing[1].input_cost_per_token").position
    1
    >>> address("input_cost_per_tokn") is None
    True
    """
    search = _SEARCHES.get(path)
    if search is not None:
        return Address("web_searches", search=search)
    prefix = _PREFIX.fullmatch(path)
    name = path if prefix is None else prefix[2] or prefix[4]
    found = _FIELD.fullmatch(name)
    dimension = None if found is None else _DIMENSIONS.get(found[1])
    if found is None or dimension is None:
        return None
    above = None if found[2] is None else int(found[2]) * 1000
    tier: Tier = "standard" if found[3] is None else SUFFIXES[found[3]]
    if tier != "standard" and dimension in _FEES:
        return None
    if prefix is None:
        return Address(dimension, tier, above)
    if above is not None or tier != "standard":
        return None
    if prefix[1]:
        return Address(dimension, part="off_peak")
    by_query = name.endswith("_per_query")
    return None if by_query else Address(dimension, part="range", position=int(prefix[3]))
