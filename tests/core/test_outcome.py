"""The one result type."""

from typing import assert_never

import pytest

from mimir.core.outcome import Failure, Outcome, Success


def halve(number: int) -> Outcome[int, str]:
    return Failure("odd") if number % 2 else Success(number // 2)


def quarter(number: int) -> Outcome[int, str]:
    if isinstance(half := halve(number), Failure):
        return half
    return halve(half.unwrap())


@pytest.mark.parametrize(("number", "said"), [(8, "2"), (6, "odd"), (3, "odd")])
def test_a_guard_hands_the_first_failure_on_and_match_reads_either_side(
    number: int, said: str
) -> None:
    match quarter(number):
        case Success(value):
            assert str(value) == said
        case Failure(error):
            assert error == said
        case never:
            assert_never(never)


def test_outcomes_compare_by_what_they_hold() -> None:
    assert Success(1) == Success(1) != Success(2)
    assert Failure(1) == Failure(1)
    assert halve(2) != halve(3)
