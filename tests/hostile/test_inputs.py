"""Hostile input: a Success or a Failure, soon, in little memory, and an error of few words."""

from typing import Any, get_args

from loader import Case
from measures import peak_mb, timed
from targets import TARGETS

from mimir import MimirError, describe
from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.outcome import Failure, Success

OUTCOMES = {
    "ok": Success,
    "failure": Failure,
    "ok_or_failure": (Success, Failure),
    "failure_or_documented_cap": (Success, Failure),
    "documented": (Success, Failure),
}


def test_a_hostile_input_has_its_outcome_soon_and_in_little_memory(case: Case) -> None:
    for surface in TARGETS[case.target]:
        outcome, took = timed(case.make, surface, case.max_ms)
        assert isinstance(outcome, OUTCOMES[case.outcome]), outcome
        if isinstance(outcome, Failure):
            _check_error(case, outcome.failure())
        assert took <= case.max_ms
        assert peak_mb(case.make, surface) <= case.max_peak_mb


def _check_error(case: Case, error: Any) -> None:
    text = describe(error) if isinstance(error, get_args(MimirError)) else error.message
    assert text.splitlines() == [text]
    assert len(text) <= ERROR_TEXT_MAX_CHARS
    assert case.code is None or error.code == case.code
    assert case.field is None or _names(error, case.field)


def _names(error: Any, field: str) -> bool:
    named = error.field
    return named == field or named.startswith((f"{field}.", f"{field}["))
