"""A walk over the vendored table: what of it is read, what is not and why; nothing is lost.

A field that is neither read nor known with a reason fails here, by its name.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from mimir.core.pricing.grid import RowFacts, Stated, cube_of
from mimir.core.pricing.paths import Address, address
from mimir.core.pricing.table import Row
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.pricing.unread import is_no_price, is_read_term, unread
from mimir.core.vocabulary import Model
from mimir.shell.prices import load

ROWS = load().unwrap().rows
MODES = ("chat", "responses", "completion", "embedding")
TARGET = 0.97


def reason_not_read(path: str, *, is_term: bool) -> str | None:
    """Why a field is not read; ``None`` for one that is, or that says nothing about money."""
    read = is_read_term(path) or is_no_price(path) if is_term else address(path) is not None
    return None if read else unread(path) or "unknown"


def unread_fields(row: Row) -> Iterator[tuple[str, str]]:
    for paths, is_term in ((row.prices, False), (row.terms, True)):
        for path in paths:
            reason = reason_not_read(path, is_term=is_term)
            if reason is not None:
                yield path, reason


def test_at_least_97_percent_of_the_text_rows_are_understood() -> None:
    text = [row for row in ROWS.values() if row.mode in MODES]
    understood = [row for row in text if not any(unread_fields(row))]
    assert len(text) > 3_000
    assert len(understood) >= TARGET * len(text)


def test_every_unread_field_is_known_with_its_reason() -> None:
    reasons = Counter(found for row in ROWS.values() for found in unread_fields(row))
    assert reasons
    assert [path for path, reason in reasons if reason == "unknown"] == []


def test_a_new_field_would_be_seen() -> None:
    row = Row("p", prices={"input_cost_per_dream": 1}, terms={"dream_pricing": "any"})
    assert [*unread_fields(row)] == [
        ("input_cost_per_dream", "unknown"),
        ("dream_pricing", "unknown"),
    ]


@pytest.mark.parametrize("mode", sorted({row.mode or "" for row in ROWS.values()}))
def test_every_price_that_is_read_is_a_rate_of_its_model(mode: str) -> None:
    for key, row in ROWS.items():
        if (row.mode or "") != mode:
            continue
        stated = {path: Stated(rate, path, "price_list", key) for path, rate in row.prices.items()}
        cube = cube_of(RowFacts(Model(key), row.provider, key, stated, row.terms, ()))
        assert not isinstance(cube, UnreadableTerm), (key, cube)
        used = {
            (cell.field, cell.rate)
            for cell in (*cube.cells(), *cube.searches.values())
            if cell and cell.rule is None
        }
        lost = [item for item in row.prices.items() if _is_read(row, item[0]) and item not in used]
        assert lost == [], key


def _is_read(row: Row, path: str) -> bool:
    """Whether a price counts: it is read, is whole, and no other field stands for its cell."""
    place = address(path)
    if place is None or isinstance(row.prices[path], str):
        return False
    same = [other for other in row.prices if address(other) == place]
    ranged = any(item.startswith("tiered_pricing[0].") for item in row.prices)
    is_plain = place.part == "base" and place.tier == "standard" and place.above is None
    return same[0] == path and not (ranged and is_plain)


def test_every_cell_of_the_table_is_at_the_rate_of_its_own_address() -> None:
    for key, row in ROWS.items():
        stated = {path: Stated(rate, path, "price_list", key) for path, rate in row.prices.items()}
        cube = cube_of(RowFacts(Model(key), row.provider, key, stated, row.terms, ()))
        assert not isinstance(cube, UnreadableTerm)
        fast = "provider_specific_entry.fast" in row.terms
        for cell in cube.cells():
            place = address(cell.field)
            assert place is not None
            if cell.rule is None:
                assert (place.dimension, row.prices[cell.field]) == (cell.dimension, cell.rate)
                assert place.tier == ("standard" if fast and cell.tier == "fast" else cell.tier)


def test_two_fields_of_one_cell_agree_wherever_the_table_has_both() -> None:
    odd = [
        (key, path, other)
        for key, row in ROWS.items()
        for path, other in _twins(row)
        if row.prices[path] != row.prices[other]
    ]
    assert odd == []


def _twins(row: Row) -> Iterator[tuple[str, str]]:
    first: dict[Address, str] = {}
    for path in row.prices:
        place = address(path)
        if place is not None and first.setdefault(place, path) != path:
            yield first[place], path


def test_every_range_of_the_table_has_its_bounds_and_follows_the_one_before() -> None:
    for key, row in ROWS.items():
        places = [address(path) for path in row.prices]
        indices = {item.position for item in places if item is not None and item.part == "range"}
        for index in indices:
            start = row.terms[f"tiered_pricing[{index}].range[0]"]
            before = row.terms.get(f"tiered_pricing[{index - 1}].range[1]", "0")
            assert start == before, key


def test_every_row_with_off_peak_rates_says_when_they_count() -> None:
    quiet = [row for row in ROWS.values() if any(p.startswith("off_peak_") for p in row.prices)]
    assert quiet
    assert [row for row in quiet if not any("hours_utc" in path for path in row.terms)] == []
