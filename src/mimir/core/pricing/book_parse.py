"""Reading the dated price book: negotiated or corrected rates, and aliases of models.

Rules:
1. An overlay has ``rates``, a list of rows, and ``aliases``, from a model to the one whose rates it
   has. A row names its ``model``, may have ``valid_from``, ``valid_until`` and a ``note``, and
   states prices and terms under the price list's own names; nested ones as objects.
2. A price is in US dollars per unit of its field: an integer, or the text of a decimal number,
   since a float is not exact. It has to be a whole number of femtodollars.
3. A row holds from ``valid_from`` up to but not including ``valid_until``: a day, which is its
   midnight in UTC, or an instant in UTC. Without one it has no bound on that side.
4. Two rows of a model that hold at one time may not state the same cell, nor may one row twice.
5. A field that no cell has is refused, and the nearest name is proposed. So is a price per token
   above $1,000 per million, as in the price list.
6. An alias names a model that is no alias itself: there are no chains.
7. ``search_context_cost_per_query`` as a plain price stands for every amount of context.

Source of the names of prices and terms: LiteLLM, ``model_prices_and_context_window.json``.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from attrs import frozen

from mimir.core import instant
from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    invalid,
    is_list,
    is_object,
    is_text,
    members,
    optional_text,
    text,
)
from mimir.core.instant import sortable
from mimir.core.limits import CATALOG_MAX_ROWS, DEPTH_MAX, ID_MAX_CHARS, LIST_MAX_ITEMS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import terms
from mimir.core.pricing.book import Overlay, Period
from mimir.core.pricing.book_fields import Stated, state
from mimir.core.pricing.paths import Address, address
from mimir.core.pricing.table import Source
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.vocabulary import Model

_KEYS: Final = ("rates", "aliases")
_FACTS: Final = ("model", "valid_from", "valid_until", "note")


@frozen
class _Row:
    """One row that was read: where it stands, whose it is, and what it states."""

    index: int
    model: Model
    period: Period


def parse(raw: object, source: Source) -> Outcome[Overlay, InvalidField]:
    """Read an overlay: at most 100,000 rows, 1,000 of one model, and as many aliases.

    The error's subject is ``overlay``; its field names the row and the field.

    >>> here = Source("rates.toml", "overlay", "none", "private", "none")
    >>> row = {"model": "openai:gpt-4o", "input_cost_per_token": "2e-06"}
    >>> parse({"rates": [row]}, here).unwrap().periods["openai:gpt-4o"][0].prices
    {'input_cost_per_token': 2000000000}
    >>> parse({"rates": [{**row, "input_cost_per_tokn": "2e-06"}]}, here).failure().field
    'rates[0].input_cost_per_tokn'
    """
    if not is_object(raw):
        return Failure(invalid("overlay", "", f"expected an object, got {excerpt(raw)}"))
    for key in raw:
        if type(key) is not str or key not in _KEYS:
            known = ", ".join(_KEYS)
            return Failure(invalid("overlay", field_name(key), f"unknown key; known: {known}"))
    rows = _rows(raw.get("rates"))
    if isinstance(rows, InvalidField):
        return Failure(rows)
    twice = _stated_twice(rows) or _too_many(rows)
    if twice is not None:
        return Failure(twice)
    aliases = _aliases(raw.get("aliases"))
    if isinstance(aliases, InvalidField):
        return Failure(aliases)
    periods: dict[Model, tuple[Period, ...]] = {}
    for row in rows:
        periods[row.model] = (*periods.get(row.model, ()), row.period)
    return Success(Overlay(source, periods, aliases))


def _rows(raw: object) -> list[_Row] | InvalidField:
    if raw is None:
        return []
    if not is_list(raw):
        return invalid("overlay", "rates", f"expected a list of rows, got {excerpt(raw)}")
    if len(raw) > CATALOG_MAX_ROWS:
        return invalid("overlay", "rates", f"more than {CATALOG_MAX_ROWS} rows: {len(raw)}")
    rows: list[_Row] = []
    for index, item in enumerate(raw):
        row = _row(index, item)
        if isinstance(row, InvalidField):
            return row
        rows.append(row)
    return rows


def _row(index: int, raw: object) -> _Row | InvalidField:
    path = f"rates[{index}]"
    if not is_object(raw):
        return invalid("overlay", path, f"expected an object, got {excerpt(raw)}")
    cells = members(raw)
    if len(cells) < len(raw):
        return invalid("overlay", path, "a key is no text")
    model = text(cells.get("model"), "overlay", f"{path}.model", ID_MAX_CHARS)
    note = optional_text(cells.get("note"), "overlay", f"{path}.note", ID_MAX_CHARS)
    bounds = _bounds(cells, path)
    if isinstance(model, InvalidField):
        return model
    if isinstance(note, InvalidField):
        return note
    if isinstance(bounds, InvalidField):
        return bounds
    stated = _stated(cells, path)
    if isinstance(stated, InvalidField):
        return stated
    unreadable = terms.parse(model, stated.terms)
    if isinstance(unreadable, UnreadableTerm):
        return invalid(
            "overlay", f"{path}.{unreadable.field}", f"cannot be read: {unreadable.value}"
        )
    return _Row(index, Model(model), Period(*bounds, stated.prices, stated.terms))


def _bounds(cells: Mapping[str, object], path: str) -> tuple[str | None, str | None] | InvalidField:
    since = _moment(cells.get("valid_from"), f"{path}.valid_from")
    until = _moment(cells.get("valid_until"), f"{path}.valid_until")
    if isinstance(since, InvalidField):
        return since
    if isinstance(until, InvalidField):
        return until
    if since is not None and until is not None and since >= until:
        return invalid("overlay", f"{path}.valid_until", "is not after valid_from")
    return since, until


def _moment(raw: object, path: str) -> str | None | InvalidField:
    if raw is None:
        return None
    whole = f"{raw}T00:00:00Z" if is_text(raw) and len(raw) == len("2026-01-31") else raw
    read = instant.parse(whole)
    if isinstance(read, Failure):
        wanted = "expected a day or a UTC instant, such as 2026-01-31 or 2026-01-31T12:00:00Z"
        return invalid("overlay", path, f"{wanted}, got {excerpt(raw)}")
    return sortable(read.unwrap())


def _stated(cells: Mapping[str, object], path: str) -> Stated | InvalidField:
    stated = Stated()
    for key, value in cells.items():
        if key in _FACTS:
            continue
        for name, leaf in _leaves(key, value, DEPTH_MAX):
            refused = state(stated, name, leaf)
            if refused is not None:
                return invalid("overlay", f"{path}.{field_name(name)}", refused)
            if len(stated.prices) + len(stated.terms) > LIST_MAX_ITEMS:
                return invalid("overlay", path, f"states more than {LIST_MAX_ITEMS} fields")
    if not stated.prices and not stated.terms:
        return invalid("overlay", path, "states no price")
    return stated


def _leaves(path: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    """Give every leaf; an object or list that is nested too deep is one, and is refused as such."""
    if is_list(value) and value and depth:
        for index, item in enumerate(value):
            yield from _leaves(f"{path}[{index}]", item, depth - 1)
    elif is_object(value) and depth:
        for name, item in value.items():
            yield from _leaves(f"{path}.{field_name(name)}", item, depth - 1)
    else:
        yield path, value


class _Stating(NamedTuple):
    """A row that states a field, and from when until when."""

    since: str
    row: int
    name: str
    until: str | None


def _stated_twice(rows: list[_Row]) -> InvalidField | None:
    """Look for a field that two rows state for one time; of sorted rows, two neighbours do."""
    stated: dict[tuple[Model, Address | str], list[_Stating]] = {}
    for row in rows:
        since, until = row.period.since or "", row.period.until
        for name in (*row.period.prices, *row.period.terms):
            place = row.model, address(name) or name
            stated.setdefault(place, []).append(_Stating(since, row.index, name, until))
    for found in stated.values():
        found.sort(key=itemgetter(0, 1))
        for one, other in pairwise(found):
            if one.until is None or other.since < one.until:
                low, high = sorted((one, other), key=itemgetter(1))
                path = f"rates[{high.row}].{field_name(high.name)}"
                return invalid("overlay", path, f"is stated by rates[{low.row}] for the same time")
    return None


def _too_many(rows: list[_Row]) -> InvalidField | None:
    counted: dict[Model, int] = {}
    for row in rows:
        counted[row.model] = counted.get(row.model, 0) + 1
        if counted[row.model] > LIST_MAX_ITEMS:
            message = f"more than {LIST_MAX_ITEMS} rows of one model"
            return invalid("overlay", f"rates[{row.index}].model", message)
    return None


def _aliases(raw: object) -> dict[Model, Model] | InvalidField:
    if raw is None:
        return {}
    if not is_object(raw):
        return invalid("overlay", "aliases", f"expected an object, got {excerpt(raw)}")
    aliases: dict[Model, Model] = {}
    for key, value in raw.items():
        path = f"aliases.{field_name(key)}"
        alias = text(key, "overlay", path, ID_MAX_CHARS, "expected a model as key")
        model = text(value, "overlay", path, ID_MAX_CHARS, "expected a model")
        if isinstance(alias, InvalidField):
            return alias
        if isinstance(model, InvalidField):
            return model
        aliases[Model(alias)] = Model(model)
    chained = next((alias for alias, model in aliases.items() if model in aliases), None)
    if chained is not None:
        return invalid("overlay", f"aliases.{field_name(chained)}", "names an alias, not a model")
    return aliases
