"""One field of a row of the price book: a price, a term, or the reason why it is refused.

Rules:
1. A name that ``paths`` reads as a cell is a price; one that it reads as a term is a term.
2. A price is an integer or a decimal text of US dollars per unit, not negative, and a whole number
   of femtodollars. A price per token is at most $1,000 per million, any other at most $9,223.
3. A term is a text, or a number that is written as the price list's are.
4. A name that is no field is refused with the nearest known one.
"""

from difflib import get_close_matches
from typing import Final

from attrs import field, frozen

from mimir.core.fields import excerpt, is_integer, is_text
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX
from mimir.core.pricing.dimensions import DIMENSIONS, SUFFIXES
from mimir.core.pricing.numerals import Numeral, is_less, parse, render, shifted, whole
from mimir.core.pricing.paths import address
from mimir.core.pricing.table import OUTLIER_FEMTODOLLARS_PER_TOKEN, is_per_token
from mimir.core.pricing.unread import is_no_price, is_read_term, unread
from mimir.core.texts import is_unicode

SEARCH: Final = "search_context_cost_per_query"
"""The field whose plain price stands for every amount of context."""

_SIZES: Final = ("low", "medium", "high")
_FEMTO_PLACES: Final = 15
_FIELDS: Final = tuple(name for item in DIMENSIONS for name in item.fields)
_NAMES: Final = (
    *_FIELDS,
    *(f"{name}_{suffix}" for name in _FIELDS for suffix in SUFFIXES),
    *(f"{SEARCH}.search_context_size_{size}" for size in _SIZES),
    "regional_processing_uplift_multiplier_eu",
    "regional_processing_uplift_multiplier_us",
    "regional_endpoint_uplift_multiplier",
    "provider_specific_entry.us",
    "provider_specific_entry.fast",
    "off_peak_pricing.hours_utc",
    "valid_from",
    "valid_until",
)


@frozen
class Stated:
    """What one row states so far; it grows field by field while the row is read."""

    prices: dict[str, int] = field(factory=dict[str, int])
    terms: dict[str, str] = field(factory=dict[str, str])


def state(stated: Stated, name: str, value: object) -> str | None:
    """Read one field into ``stated``; the text that comes back says why it is refused.

    >>> row = Stated()
    >>> state(row, "input_cost_per_token", "2e-06"), row.prices
    (None, {'input_cost_per_token': 2000000000})
    >>> state(row, "input_cost_per_tokens", "2e-06")
    'unknown field; near: input_cost_per_token'
    """
    if len(name) > ID_MAX_CHARS:
        return f"longer than {ID_MAX_CHARS} characters: {len(name)}"
    if is_read_term(name):
        return _term(stated, name, value)
    if address(name) is not None:
        return _price(stated, name, value)
    if (reason := unread(name)) is not None:
        return f"is not read: {reason}"
    if is_no_price(name):
        return "says nothing about money"
    near = get_close_matches(name, _NAMES, n=1)
    return f"unknown field; near: {near[0]}" if near else "unknown field"


def _price(stated: Stated, name: str, value: object) -> str | None:
    if type(value) is float:
        return f"a float is not exact; write the price as a text, got {excerpt(value)}"
    if is_integer(value):
        number: Numeral | None = parse(str(value))
    else:
        number = parse(value) if is_text(value) else None
    if number is None or number.digits < 0:
        return f"expected US dollars per unit from 0, got {excerpt(value)}"
    femtodollars = shifted(number, _FEMTO_PLACES)
    most = OUTLIER_FEMTODOLLARS_PER_TOKEN if is_per_token(name) else INTEGER_MAX
    if is_less(Numeral(most, 0), femtodollars):
        unit = "$1,000 per million" if is_per_token(name) else "$9,223 each"
        return f"is above {unit}: {excerpt(value)}"
    exact = whole(femtodollars)
    if exact is None:
        return f"is no whole number of femtodollars: {excerpt(value)}"
    names = [f"{SEARCH}.search_context_size_{size}" for size in _SIZES]
    for each in names if name == SEARCH else [name]:
        if each in stated.prices:
            return "is stated twice"
        stated.prices[each] = exact
    return None


def _term(stated: Stated, name: str, value: object) -> str | None:
    if type(value) is float:
        return f"a float is not exact; write the number as a text, got {excerpt(value)}"
    if not is_integer(value) and not is_text(value):
        return f"expected a text or a number, got {excerpt(value)}"
    shown = str(value)
    number = parse(shown)
    if len(shown) > ID_MAX_CHARS or not is_unicode(shown):
        return f"expected at most {ID_MAX_CHARS} characters that UTF-8 can carry"
    stated.terms[name] = shown if number is None else render(number)
    return None
