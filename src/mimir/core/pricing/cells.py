"""One row of a price list, as its JSON text states it, read into a ``Row``.

Rules:
1. Kept are the fields whose name has ``cost``, ``pricing`` or ``multiplier`` in it, the few of
   ``_TERM_FIELDS``, the token limits, ``mode``, ``deprecation_date`` and the ``supports_*`` flags.
2. A kept leaf is a price in US dollars when its path has ``cost`` in it and not ``dbu`` (a unit of
   Databricks that is no money); any other leaf is a term.
3. A price per token is repaired (see ``numerals``); any other is kept exactly as it is written.
4. Null is not stated; an empty list is a term, since it may mean never where nothing means always.
   What is dropped or odd is a finding; see ``findings``.
5. A row has at most 1,000 leaves, 32 levels deep.
"""

import re
from collections.abc import Iterator
from typing import Final

from attrs import field, frozen

from mimir.core.fields import is_list, is_text
from mimir.core.limits import DEPTH_MAX, ID_MAX_CHARS, INTEGER_MAX, LIST_MAX_ITEMS, NAME_MAX_CHARS
from mimir.core.pricing.findings import Finding, FindingKind, finding
from mimir.core.pricing.numerals import Numeral, is_less, parse, render, repaired, shifted, whole
from mimir.core.pricing.table import OUTLIER_FEMTODOLLARS_PER_TOKEN, Row, is_per_token
from mimir.core.texts import is_unicode

_FEMTO_PLACES: Final = 15
_TERM_FIELDS: Final = frozenset(
    {"search_free_requests", "web_search_billing_unit", "provider_specific_entry"}
)
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@frozen
class NumberText:
    """A JSON number as it was written."""

    text: str


@frozen
class Members:
    """A JSON object: the last value of each key, and the keys that stand more than once."""

    values: dict[str, object]
    repeated: frozenset[str]


@frozen
class _Reading:
    """One row while it is read: what stands in it, and what was made of that so far."""

    key: str
    cells: dict[str, object]
    findings: list[Finding]
    prices: dict[str, int | str] = field(factory=dict[str, int | str])
    terms: dict[str, str] = field(factory=dict[str, str])

    def note(self, kind: FindingKind, path: str, value: object) -> None:
        shown = value.text if isinstance(value, NumberText) else value
        self.findings.append(finding(kind, self.key, path, shown))


def read_row(key: str, raw: Members, findings: list[Finding]) -> Row | None:
    """Read one row and add what is odd to ``findings``; ``None`` for a row that is dropped.

    >>> found: list[Finding] = []
    >>> cells = {"litellm_provider": "p", "input_cost_per_token": NumberText("2.5e-06")}
    >>> read_row("m", Members(cells, frozenset()), found).prices
    {'input_cost_per_token': 2500000000}
    """
    cells = {name: cell for name, cell in raw.values.items() if name not in raw.repeated}
    reading = _Reading(key, cells, findings)
    for name in sorted(raw.repeated):
        reading.note("repeated_field", name, None)
    provider = cells.get("litellm_provider")
    if not is_text(provider) or not _is_name(provider):
        reading.note("no_provider", "litellm_provider", provider)
        return None
    _leaves(reading)
    return Row(
        provider,
        _text(reading, "mode", "not_a_text", _WORD),
        _count(reading, "max_input_tokens"),
        _count(reading, "max_output_tokens"),
        _count(reading, "max_tokens"),
        _text(reading, "deprecation_date", "not_a_date", _DATE),
        _supports(reading),
        reading.prices,
        reading.terms,
    )


def _is_name(value: str) -> bool:
    return len(value) <= NAME_MAX_CHARS and _WORD.fullmatch(value) is not None


def _is_kept(name: str) -> bool:
    return "cost" in name or "pricing" in name or "multiplier" in name or name in _TERM_FIELDS


def _leaves(reading: _Reading) -> None:
    for name in filter(_is_kept, reading.cells):
        for path, value in _walk(name, reading.cells[name], DEPTH_MAX):
            if len(reading.prices) + len(reading.terms) >= LIST_MAX_ITEMS:
                reading.note("too_many", path, None)
                return
            _leaf(reading, path, value)


def _walk(path: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    """Give every leaf that is stated; what is not entered is a leaf too."""
    if is_list(value) and value and depth:
        for index, item in enumerate(value):
            yield from _walk(f"{path}[{index}]", item, depth - 1)
    elif isinstance(value, Members) and depth and not value.repeated:
        for name, item in value.values.items():
            yield from _walk(f"{path}.{name}", item, depth - 1)
    elif value is not None:
        yield path, value


def _leaf(reading: _Reading, path: str, value: object) -> None:
    if len(path) > ID_MAX_CHARS or not is_unicode(path):
        reading.note("bad_key", path, None)
    elif isinstance(value, Members) and value.repeated:
        reading.note("repeated_field", path, None)
    elif is_list(value) and not value:
        reading.terms[path] = "[]"
    elif isinstance(value, Members) or is_list(value):
        reading.note("too_deep", path, None)
    elif "cost" in path and "dbu" not in path:
        _price(reading, path, value)
    else:
        _term(reading, path, value)


def _price(reading: _Reading, path: str, value: object) -> None:
    stated = parse(value.text) if isinstance(value, NumberText) else None
    if stated is None:
        return reading.note("not_a_number", path, value)
    if stated.digits < 0:
        return reading.note("negative", path, value)
    kept = repaired(stated) if is_per_token(path) else stated
    femtodollars = shifted(kept, _FEMTO_PLACES)
    if is_less(_most(path), femtodollars):
        return reading.note("outlier", path, value)
    exact = whole(femtodollars)
    reading.prices[path] = render(femtodollars) if exact is None else exact
    if kept != stated:
        reading.note("repaired", path, value)
    if exact is None:
        reading.note("inexact", path, value)
    return None


def _most(path: str) -> Numeral:
    return Numeral(OUTLIER_FEMTODOLLARS_PER_TOKEN if is_per_token(path) else INTEGER_MAX, 0)


def _term(reading: _Reading, path: str, value: object) -> None:
    if isinstance(value, NumberText):
        number = parse(value.text)
        if number is None:
            return reading.note("not_a_number", path, value)
        if number.digits < 0:
            return reading.note("negative", path, value)
        reading.terms[path] = render(number)
    elif "multiplier" in path or "dbu" in path:
        reading.note("not_a_number", path, value)
    elif is_text(value) and len(value) <= ID_MAX_CHARS and is_unicode(value):
        reading.terms[path] = value
    elif value is True or value is False:
        reading.terms[path] = "true" if value else "false"
    else:
        reading.note("not_a_text", path, value)
    return None


def _count(reading: _Reading, name: str) -> int | None:
    value = reading.cells.get(name)
    if value is None:
        return None
    number = parse(value.text) if isinstance(value, NumberText) else None
    if number is None or number.digits < 0 or is_less(Numeral(INTEGER_MAX, 0), number):
        reading.note("not_a_count", name, value)
        return None
    exact = whole(number)
    if exact is None:
        reading.note("not_a_count", name, value)
    return exact


def _text(reading: _Reading, name: str, kind: FindingKind, form: re.Pattern[str]) -> str | None:
    value = reading.cells.get(name)
    if value is None:
        return None
    if not is_text(value) or len(value) > NAME_MAX_CHARS or form.fullmatch(value) is None:
        reading.note(kind, name, value)
        return None
    return value


def _supports(reading: _Reading) -> frozenset[str]:
    flags: set[str] = set()
    for name, value in reading.cells.items():
        if not name.startswith("supports_"):
            continue
        if value is True and len(name) <= NAME_MAX_CHARS and is_unicode(name):
            flags.add(name)
        elif value is not None and value is not False:
            reading.note("not_a_flag", name, value)
    return frozenset(flags)
