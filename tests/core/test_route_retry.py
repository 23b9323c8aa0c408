"""The policy of retries: its figures, and when it gives up."""

import pytest

from mimir.core.outcome import Failure
from mimir.core.route.failure import HttpError, RequestFailed
from mimir.core.route.retry import RetryPolicy, next_wait, parse

REFUSED = RequestFailed("connect_failed")
STEADY = RetryPolicy(attempts=9, base_ms=100, cap_ms=1_000, jitter=0)


def test_what_is_not_given_is_the_default() -> None:
    assert parse({}).unwrap() == RetryPolicy()
    given = {"attempts": 10, "base_ms": 1, "cap_ms": 600_000, "jitter": 0}
    assert parse(given).unwrap() == RetryPolicy(**given)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ([], "expected an object, got a list of 0 items"),
        ({"tries": 1}, "tries: unknown figure; known: attempts, base_ms, cap_ms, jitter"),
        ({1: 1}, "1: unknown figure; known: attempts, base_ms, cap_ms, jitter"),
        ({"attempts": 11}, "attempts: expected an integer from 1 to 10, got 11"),
        ({"base_ms": 0}, "base_ms: expected an integer from 1 to 60000, got 0"),
        ({"cap_ms": True}, "cap_ms: expected an integer from 1 to 600000, got true"),
        ({"jitter": 0.5}, "jitter: expected an integer from 0 to 100, got 0.5"),
    ],
)
def test_a_figure_that_is_none_is_refused_by_its_name(raw: object, line: str) -> None:
    refused = parse(raw)
    assert isinstance(refused, Failure)
    assert (refused.failure().code, refused.failure().line) == ("invalid_retry_policy", line)


def test_the_waits_double_up_to_the_cap() -> None:
    waits = [next_wait(STEADY, attempt, REFUSED, 60_000, 0.5) for attempt in range(1, 9)]
    assert waits == [100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000]


def test_one_attempt_is_no_retry() -> None:
    assert next_wait(RetryPolicy(attempts=1), 1, REFUSED, 60_000, 0.0) is None


def test_jitter_leaves_out_a_part_of_the_wait() -> None:
    halved = RetryPolicy(base_ms=100, jitter=50)
    assert next_wait(halved, 1, REFUSED, 60_000, 0.0) == 100
    assert next_wait(halved, 1, REFUSED, 60_000, 0.999) == 51


def test_a_retry_after_is_waited_for_in_full() -> None:
    busy = HttpError(503, "other", "", retry_after=3)
    assert next_wait(STEADY, 1, busy, 60_000, 0.0) == 3_100
    assert next_wait(STEADY, 1, busy, 3_100, 0.0) is None


def test_what_is_not_safe_is_not_repeated() -> None:
    assert next_wait(STEADY, 1, RequestFailed("read_timeout"), 60_000, 0.0) is None
    assert next_wait(STEADY, 1, HttpError(503, "other", "", None), 60_000, 0.0) is None
