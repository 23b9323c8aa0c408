"""Which texts are instants."""

import pytest

from mimir.core.instant import parse
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
        "2026-07-04T00:00:00.1234567Z",
        "2026-07-04T00:00:00Z\n",
        "\u0662\u0660\u0662\u0666-07-04T00:00:00Z",
    ],
)
def test_anything_else_is_refused_by_name(raw: object) -> None:
    outcome = parse(raw, "taken_at")
    assert isinstance(outcome, Failure)
    assert (outcome.failure().code, outcome.failure().field) == ("invalid_instant", "taken_at")
