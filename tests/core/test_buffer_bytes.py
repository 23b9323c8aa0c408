"""What the bound of bytes counts."""

import pytest

from mimir.core.buffer import EventRejected, RequestEvents, append, prepare
from mimir.core.buffer_limits import BufferLimits
from mimir.core.outcome import Failure, Outcome, Success

EMPTY_PAYLOAD_BYTES = 8


@pytest.mark.parametrize("kind", ["usage", "é" * 40, "日本" * 20, "\U0001f600" * 128])
def test_a_type_counts_with_its_bytes_not_its_characters(kind: str) -> None:
    event = prepare(kind, {}, 0)
    assert not isinstance(event, EventRejected)
    needed = len(kind.encode()) + EMPTY_PAYLOAD_BYTES
    _, stored = append(None, event, 0, BufferLimits(bytes_per_request=needed))
    _, dropped = append(None, event, 0, BufferLimits(bytes_per_request=needed - 1))
    assert stored == Success(1)
    assert isinstance(dropped, Failure)
    assert dropped.failure().kind == "request_full"


@pytest.mark.parametrize(
    ("payload", "counted"),
    [
        ({}, 8),
        ({"ab": "cde"}, 8 + 2 + 3),
        ({"a": 1, "bc": True, "d": None, "e": 2**63 - 1}, 8 + 1 + 8 + 2 + 8 + 1 + 8 + 1 + 8),
        ({"a": "é"}, 8 + 1 + 2),
        ({"é": "a"}, 8 + 2 + 1),
        ({"a": 1.5}, 8 + 1 + 8),
        ({"a": [1, "bcd", None]}, 8 + 1 + 8 + 8 + 3 + 8),
        ({"a": {"bc": [], "d": "日"}}, 8 + 1 + 8 + 2 + 8 + 1 + 3),
    ],
)
def test_a_payload_counts_its_texts_in_bytes_and_8_for_all_else(
    payload: object, counted: int
) -> None:
    event = prepare("", payload, 0)
    assert not isinstance(event, EventRejected)
    assert event.size == counted


@pytest.mark.parametrize("payload", [{"a": 2**63}, {"a": 1, "b": {2}}, {5: 1}])
def test_what_is_not_counted_is_not_kept(payload: object) -> None:
    assert isinstance(prepare("", payload, 0), EventRejected)


def test_a_later_event_that_still_fits_takes_the_next_number() -> None:
    large, small = prepare("usage", {"a": "x" * 90}, 0), prepare("usage", {}, 0)
    assert not isinstance(large, EventRejected)
    assert not isinstance(small, EventRejected)
    request: RequestEvents | None = None
    results: list[Outcome[int, EventRejected]] = []
    for event in (small, large, large, small):
        request, result = append(request, event, 0, BufferLimits(bytes_per_request=130))
        results.append(result)
    assert [isinstance(result, Success) for result in results] == [True, True, False, True]
    assert results[-1] == Success(3)
    assert request is not None
    assert request.dropped == 1
