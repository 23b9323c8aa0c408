"""One row of a catalog: its context window, and how it is written."""

import pytest

from mimir.core.entry import Entry, read_row, to_json
from mimir.core.fields import InvalidField
from mimir.core.limits import INTEGER_MAX
from mimir.core.vocabulary import EntryId, Lane, Model

ROW: dict[str, object] = {"id": "a", "model": "p:m", "lane": "p", "runtime": "local"}
FULL = Entry(
    id=EntryId("a"),
    model=Model("p:m"),
    lane=Lane("p"),
    runtime="local",
    capabilities=frozenset(("vision", "tools")),
    p50_latency_ms=0,
    priority=-3,
    context_window=128_000,
)


@pytest.mark.parametrize("window", [None, 1, 128_000, INTEGER_MAX])
def test_a_context_window_is_read_and_null_is_unknown(window: int | None) -> None:
    entry = read_row({**ROW, "context_window": window})
    assert isinstance(entry, Entry)
    assert entry.context_window == window


def test_a_row_without_a_context_window_has_an_unknown_one() -> None:
    assert read_row(ROW) == read_row({**ROW, "context_window": None})


@pytest.mark.parametrize("window", [0, -1, True, 1.5, "128000", 2**63, []])
def test_a_context_window_is_a_positive_integer(window: object) -> None:
    error = read_row({**ROW, "context_window": window})
    assert isinstance(error, InvalidField)
    assert (error.code, error.field) == ("invalid_catalog", "context_window")
    assert error.message.startswith("expected positive integer, ")


def test_every_field_is_written() -> None:
    assert to_json(FULL) == {
        "id": "a",
        "model": "p:m",
        "lane": "p",
        "runtime": "local",
        "capabilities": ["tools", "vision"],
        "p50_latency_ms": 0,
        "priority": -3,
        "context_window": 128_000,
    }


@pytest.mark.parametrize(
    "entry", [FULL, Entry(id=EntryId("a"), model=Model("m"), lane=Lane("l"), runtime="managed")]
)
def test_an_entry_that_is_written_and_read_is_the_same(entry: Entry) -> None:
    assert read_row({**to_json(entry)}) == entry


def test_a_priority_of_null_is_written_as_null_and_not_left_to_the_default() -> None:
    entry = read_row({**ROW, "priority": None})
    assert isinstance(entry, Entry)
    assert to_json(entry)["priority"] is None
