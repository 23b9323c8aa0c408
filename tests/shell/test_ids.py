"""The random ids have the form that is documented, and the clocks their units."""

import base64
import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from mimir.core.instant import parse as parse_instant
from mimir.core.outcome import Success
from mimir.shell import clock, ids

DECISION_ID = re.compile(r"rd_[a-z2-7]{26}", re.ASCII)
REQUEST_ID = re.compile(r"req_route_[A-Za-z0-9_-]{16}", re.ASCII)


def test_decision_ids_are_26_characters_of_lower_case_base32() -> None:
    assert all(DECISION_ID.fullmatch(ids.decision_id()) for _ in range(200))


def test_request_ids_are_16_url_safe_characters() -> None:
    assert all(REQUEST_ID.fullmatch(ids.request_id()) for _ in range(200))


def test_ids_do_not_repeat() -> None:
    assert len({ids.decision_id() for _ in range(1_000)}) == 1_000
    assert len({ids.request_id() for _ in range(1_000)}) == 1_000


def test_a_decision_id_carries_its_16_random_bytes_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = bytes(range(240, 256))

    def token_bytes(size: int) -> bytes:
        return drawn[:size]

    monkeypatch.setattr("secrets.token_bytes", token_bytes)
    digits = ids.decision_id().removeprefix("rd_")
    assert base64.b32decode(digits.upper() + "======") == drawn


def test_the_present_instant_is_utc_and_readable() -> None:
    before = datetime.now(UTC)
    text = clock.utc_now()
    after = datetime.now(UTC)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text)
    assert before <= datetime.fromisoformat(text) <= after + timedelta(microseconds=1)
    assert isinstance(parse_instant(text), Success)


def test_the_monotonic_clock_never_runs_backwards() -> None:
    seen = [time.monotonic_ns(), *(clock.monotonic_ns() for _ in range(100)), time.monotonic_ns()]
    assert seen == sorted(seen)


def test_unix_time_is_in_nanoseconds() -> None:
    before = time.time_ns()
    assert before <= clock.unix_ns() <= time.time_ns()
