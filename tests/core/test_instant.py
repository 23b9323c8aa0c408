"""Which texts are instants."""

import pytest

from mimir.core.instant import Instant, later, microseconds_between, parse, sortable
from mimir.core.outcome import Failure


@pytest.mark.parametrize(
    "text",
    ["2026-07-04T00:00:00Z", "2025-12-31T23:59:59.999Z", "2024-02-29T01:02:03.123456Z"],
)
def test_an_instant_keeps_its_text(text: str) -> None:
    assert parse(text).unwrap().text == text


@pytest.mark.parametrize(
    "raw",
    [
        None,
        0,
        "",
        "2026-07-04",
        "2026-07-04T00:00:00",
        "2026-07-04T00:00:00+00:00",
        "2026-02-30T00:00:00Z",
        "2026-07-04T24:00:01Z",
        "2026-07-04T24:00:00Z",
        "2026-07-04T00:00:00.1234567Z",
        "2026-07-04T00:00:00Z\n",
        "\u0662\u0660\u0662\u0666-07-04T00:00:00Z",
    ],
)
def test_anything_else_is_refused_by_name(raw: object) -> None:
    outcome = parse(raw, "taken_at")
    assert isinstance(outcome, Failure)
    assert (outcome.failure().code, outcome.failure().field) == ("invalid_instant", "taken_at")


@pytest.mark.parametrize(
    ("start", "end", "passed"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z", 1),
        ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00.5Z", -500_000),
        ("2024-02-28T00:00:00Z", "2024-03-01T00:00:00Z", 2 * 86_400_000_000),
        ("today", "2026-01-01T00:00:00Z", None),
        ("2026-01-01T00:00:00", "2026-01-01T00:00:00Z", None),
    ],
)
def test_the_time_between_two_instants_is_whole_microseconds(
    start: str, end: str, passed: int | None
) -> None:
    assert microseconds_between(Instant(start), Instant(end)) == passed


def test_instants_sort_as_their_times_do() -> None:
    texts = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.50001Z"]
    assert sorted(map(Instant, reversed(texts)), key=sortable) == [*map(Instant, texts)]


@pytest.mark.parametrize(
    ("start", "milliseconds", "after"),
    [
        ("2026-12-31T23:59:59Z", 0, "2026-12-31T23:59:59Z"),
        ("2026-12-31T23:59:59Z", 1_000, "2027-01-01T00:00:00Z"),
        ("2026-12-31T23:59:59.0005Z", 1, "2026-12-31T23:59:59.001500Z"),
    ],
)
def test_a_later_instant_is_one_that_is_read(start: str, milliseconds: int, after: str) -> None:
    found = later(Instant(start), milliseconds)
    assert found == Instant(after)
    assert parse(after).unwrap() == found


@pytest.mark.parametrize(
    ("start", "milliseconds"),
    [
        ("today", 1),
        ("2026-01-01T00:00:00", 1),
        ("9999-12-31T23:59:59Z", 1_000),
        ("2026-01-01T00:00:00Z", 2**63 - 1),
    ],
)
def test_nothing_is_later_than_no_instant_or_than_the_last_one(
    start: str, milliseconds: int
) -> None:
    assert later(Instant(start), milliseconds) is None
