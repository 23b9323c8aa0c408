"""The parts of a cost's JSON, read one by one; ``cost_json`` puts them together.

Rules:
1. Only what a value is made of is read here; what can be computed is compared by ``cost_json``.
2. An error's field is the path: ``lines[2].quantity``.
3. A list has at most 100,000 items, the multipliers of a line at most 8, a quantity at most 256
   bits, a rate at most 100 digits: what is computed from them is short enough to print.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar, get_args

from mimir.core.fields import (
    InvalidField,
    excerpt,
    invalid,
    is_list,
    is_object,
    is_text,
    members,
    optional_text,
    text,
)
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS
from mimir.core.pricing.cost import Cell, CellSource, Line, MissingRate, Multiplier, Note
from mimir.core.pricing.dimensions import POSITIONS, Tier
from mimir.core.pricing.table import SOURCE_KEYS, Source
from mimir.core.vocabulary import Model

T = TypeVar("T")

_TIERS: Final[dict[str, Tier]] = {tier: tier for tier in get_args(Tier)}
_CELL_SOURCES: Final[dict[str, CellSource]] = {word: word for word in get_args(CellSource)}
_NOTES: Final[dict[str, Note]] = {word: word for word in get_args(Note)}
_DIMENSIONS: Final = {name: name for name in POSITIONS}
_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,99}")
_RATIO: Final = re.compile(r"(0|[1-9][0-9]{0,99})/([1-9][0-9]{0,99})")
_COUNT_MAX_BITS: Final = 256
_MULTIPLIERS_MAX: Final = 8


def refused(path: str, message: str) -> InvalidField:
    """Make an error of a cost.

    >>> refused("lines", "required").code
    'invalid_cost'
    """
    return invalid("cost", path, message)


def each(
    raw: dict[str, object],
    name: str,
    read: Callable[[object, str], T | InvalidField],
    most: int = CATALOG_MAX_ROWS,
) -> list[T] | InvalidField:
    """Read a list of at most ``most`` items, one by one; the first error counts."""
    listed = raw.get(name)
    if not is_list(listed) or len(listed) > most:
        return refused(name, f"expected a list of at most {most} items, got {excerpt(listed)}")
    items: list[T] = []
    for index, value in enumerate(listed):
        item = read(value, f"{name}[{index}]")
        if isinstance(item, InvalidField):
            return item
        items.append(item)
    return items


def line(raw: object, path: str) -> Line | InvalidField:
    """Read one line; its rate times its multipliers has to be a whole number."""
    if not is_object(raw):
        return refused(path, f"expected an object, got {excerpt(raw)}")
    given = members(raw)
    cell = _cell(given, path)
    if isinstance(cell, InvalidField):
        return cell
    quantity = _count(given.get("quantity"), f"{path}.quantity")
    if isinstance(quantity, InvalidField):
        return quantity
    multipliers = each(
        {f"{path}.multipliers": given.get("multipliers")},
        f"{path}.multipliers",
        _multiplier,
        _MULTIPLIERS_MAX,
    )
    if isinstance(multipliers, InvalidField):
        return multipliers
    line = Line(cell, quantity, tuple(multipliers))
    numerator, denominator = line.multiplier
    if cell.rate * numerator % denominator:
        return refused(f"{path}.multipliers", "the rate times them is no whole number")
    return line


def _cell(raw: dict[str, object], path: str) -> Cell | InvalidField:
    texts: list[str] = []
    for name in ("model", "field"):
        value = text(raw.get(name), "cost", f"{path}.{name}", ID_MAX_CHARS)
        if isinstance(value, InvalidField):
            return value
        texts.append(value)
    place = _place(raw, path)
    if isinstance(place, InvalidField):
        return place
    source = _word(raw.get("source"), f"{path}.source", _CELL_SOURCES)
    if isinstance(source, InvalidField):
        return source
    rate = raw.get("rate")
    if not is_text(rate) or _DIGITS.fullmatch(rate) is None:
        return refused(f"{path}.rate", f"expected digits, got {excerpt(rate)}")
    key = optional_text(raw.get("key"), "cost", f"{path}.key", ID_MAX_CHARS)
    if isinstance(key, InvalidField):
        return key
    rule = optional_text(raw.get("rule"), "cost", f"{path}.rule", ID_MAX_CHARS)
    if isinstance(rule, InvalidField):
        return rule
    return Cell(Model(texts[0]), *place, int(rate), source, key, texts[1], rule)


def _place(raw: dict[str, object], path: str) -> tuple[str, Tier, int | None] | InvalidField:
    dimension = _word(raw.get("dimension"), f"{path}.dimension", _DIMENSIONS)
    if isinstance(dimension, InvalidField):
        return dimension
    tier = _word(raw.get("tier"), f"{path}.tier", _TIERS)
    if isinstance(tier, InvalidField):
        return tier
    above = raw.get("above")
    context = None if above is None else _count(above, f"{path}.above")
    return context if isinstance(context, InvalidField) else (dimension, tier, context)


def _multiplier(raw: object, path: str) -> Multiplier | InvalidField:
    given = members(raw) if is_object(raw) else {}
    name = text(given.get("field"), "cost", f"{path}.field", ID_MAX_CHARS)
    if isinstance(name, InvalidField):
        return name
    ratio = given.get("ratio")
    parts = _RATIO.fullmatch(ratio) if is_text(ratio) else None
    if parts is None:
        return refused(f"{path}.ratio", f"expected a ratio such as 11/10, got {excerpt(ratio)}")
    return Multiplier(name, int(parts[1]), int(parts[2]))


def source(raw: object, path: str) -> Source | InvalidField:
    """Read the list that rates come from."""
    given = members(raw) if is_object(raw) else {}
    texts: list[str] = []
    for key in SOURCE_KEYS:
        value = text(given.get(key), "cost", f"{path}.{key}", ID_MAX_CHARS)
        if isinstance(value, InvalidField):
            return value
        texts.append(value)
    return Source(*texts)


def missing(raw: object, path: str) -> MissingRate | InvalidField:
    """Read a cell that has no rate."""
    given = members(raw) if is_object(raw) else {}
    model = text(given.get("model"), "cost", f"{path}.model", ID_MAX_CHARS)
    if isinstance(model, InvalidField):
        return model
    place = _place(given, path)
    return place if isinstance(place, InvalidField) else MissingRate(model, *place)


def _count(raw: object, path: str) -> int | InvalidField:
    if type(raw) is int and raw >= 0 and raw.bit_length() <= _COUNT_MAX_BITS:
        return raw
    return refused(path, f"expected a non-negative integer, got {excerpt(raw)}")


def _word(raw: object, path: str, words: Mapping[str, T]) -> T | InvalidField:
    if not is_text(raw) or raw not in words:
        return refused(path, f"expected one of {', '.join(words)}, got {excerpt(raw)}")
    return words[raw]


def note(raw: object, path: str) -> Note | InvalidField:
    """Read a note."""
    return _word(raw, path, _NOTES)
