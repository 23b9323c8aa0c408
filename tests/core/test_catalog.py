"""How rows become a catalog, and how a wrong row is named."""

from typing import NoReturn

import pytest

from mimir.core.catalog import (
    UNKNOWN,
    Catalog,
    CatalogError,
    DroppedRow,
    InvalidRow,
    RepeatedId,
    ResolverFailed,
    resolve,
    to_json,
)
from mimir.core.entry import Entry
from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Success
from mimir.core.vocabulary import EntryId, Lane, Model

ROW = {"id": "a", "model": "anthropic:claude", "lane": "anthropic", "runtime": "managed"}


def refused(rows: object) -> CatalogError:
    outcome = resolve(rows)
    assert isinstance(outcome, Failure)
    return outcome.failure()


def test_a_row_of_four_fields_has_defaults_for_the_rest() -> None:
    entry = Entry(
        id=EntryId("a"),
        model=Model("anthropic:claude"),
        lane=Lane("anthropic"),
        runtime="managed",
        capabilities=frozenset(),
        p50_latency_ms=None,
        priority=100,
    )
    assert resolve([ROW]) == Success(Catalog((entry,)))


def test_every_field_of_a_row_is_read() -> None:
    given = {"capabilities": ["tools"], "p50_latency_ms": 0, "context_window": 8_192}
    entry = resolve([{**ROW, **given, "priority": None, "note": "x"}]).unwrap().entries[0]
    assert (entry.capabilities, entry.p50_latency_ms, entry.priority) == ({"tools"}, 0, None)
    assert entry.context_window == 8_192


def test_a_catalog_that_is_written_and_read_is_the_same_without_what_was_dropped() -> None:
    rows = [{**ROW, "context_window": 9}, {**ROW, "id": "b", "model": "x:y"}, {**ROW, "id": "c"}]
    catalog = resolve(rows, lambda model: None if model != "x:y" else UNKNOWN).unwrap()
    again = resolve(to_json(catalog)).unwrap()
    assert again == Catalog(catalog.entries)
    assert [entry.id for entry in again.entries] == ["a", "c"]


def test_an_empty_catalog_is_a_catalog() -> None:
    assert resolve([]) == Success(Catalog(()))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "id"),
        ({"id": []}, "id"),
        ({"model": 1}, "model"),
        ({"model": ""}, "model"),
        ({"lane": None}, "lane"),
        ({"lane": ""}, "lane"),
        ({"lane": "\ud800"}, "lane"),
        ({"runtime": "any"}, "runtime"),
        ({"runtime": []}, "runtime"),
        ({"capabilities": "tools"}, "capabilities"),
        ({"capabilities": ["tools", 1]}, "capabilities[1]"),
        ({"capabilities": ["tools"] * 1001}, "capabilities"),
        ({"p50_latency_ms": "20"}, "p50_latency_ms"),
        ({"p50_latency_ms": 1.5}, "p50_latency_ms"),
        ({"p50_latency_ms": True}, "p50_latency_ms"),
        ({"p50_latency_ms": -1}, "p50_latency_ms"),
        ({"priority": True}, "priority"),
        ({"priority": "1"}, "priority"),
        ({"priority": -(2**63)}, "priority"),
        ({"context_window": 0}, "context_window"),
        ({"context_window": "8192"}, "context_window"),
    ],
)
def test_a_malformed_row_is_named_with_its_field(change: dict[str, object], field: str) -> None:
    error = refused([ROW, {**ROW, "id": "b", **change}])
    assert isinstance(error, InvalidRow)
    assert (error.row, error.field, error.code) == (1, field, "invalid_catalog_row")
    assert error.message.startswith(f"row 1: {field}: ")


def test_a_row_that_is_no_object_is_named() -> None:
    error = refused([1])
    assert isinstance(error, InvalidRow)
    assert error.message == "row 0: expected an object, got 1"


def test_a_row_without_a_lane_is_refused() -> None:
    error = refused([{key: value for key, value in ROW.items() if key != "lane"}])
    assert isinstance(error, InvalidRow)
    assert error.field == "lane"


def test_a_repeated_id_names_both_rows() -> None:
    error = refused([ROW, {**ROW, "id": "b"}, ROW])
    assert error == RepeatedId(2, 0, '"a"')
    assert error.message == 'row 2: id: "a" stands in row 0 already'


@pytest.mark.parametrize("rows", [None, {}, "rows", (ROW,), iter([ROW])])
def test_rows_that_are_no_list_are_refused(rows: object) -> None:
    error = refused(rows)
    assert isinstance(error, InvalidField)
    assert error.code == "invalid_catalog"


def test_a_catalog_past_its_bound_is_refused_before_a_row_is_read() -> None:
    error = refused([None] * 100_001)
    assert isinstance(error, InvalidField)
    assert "100000" in error.message


def test_rows_of_unknown_models_are_dropped_and_named() -> None:
    rows = [ROW, {**ROW, "id": "b", "model": "x:y"}]
    catalog = resolve(rows, lambda model: {"url": "u"} if model != "x:y" else UNKNOWN).unwrap()
    assert [entry.id for entry in catalog.entries] == ["a"]
    assert catalog.entries[0].spec == {"url": "u"}
    assert catalog.dropped == (DroppedRow(1, EntryId("b"), Model("x:y")),)


def test_a_spec_is_outside_equality_and_repr() -> None:
    one = resolve([ROW], lambda _: "first-spec").unwrap()
    two = resolve([ROW], lambda _: "two").unwrap()
    assert one == two
    assert "first-spec" not in repr(one)


def test_a_resolver_that_raises_is_named_by_its_row() -> None:
    def broken(_: Model) -> NoReturn:
        message = "boom"
        raise ValueError(message)

    error = resolve([ROW], broken).failure()
    assert error == ResolverFailed(0, "ValueError")
    assert error.message == "row 0: the resolver raised ValueError"


def test_an_interrupt_inside_a_resolver_goes_through() -> None:
    def interrupted(_: Model) -> NoReturn:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resolve([ROW], interrupted)
