"""Laws of scorecards: the bound against its closed form in fractions, and what moves it."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from mimir.core.limits import INTEGER_MAX
from mimir.core.outcome import Failure, Success
from mimir.core.scorecard import Scorecard, clears, lower_bound, parse, to_json
from mimir.testing import anything, scorecards, spoiled
from slow_quality import proven, reaches

BARS = st.integers(1, 10_000)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    """Make what passed and what ran: few, many, and as many as an integer holds."""
    most = draw(st.sampled_from([3, 40, 10_000, INTEGER_MAX]))
    runs = draw(st.integers(1, most))
    failed = draw(st.integers(0, min(runs, 5)) | st.integers(0, runs))
    return runs - failed, runs


@settings(max_examples=500)
@given(counts(), BARS)
def test_a_bar_is_cleared_exactly_where_the_closed_form_reaches_it(
    count: tuple[int, int], bar: int
) -> None:
    assert clears(*count, bar) == reaches(*count, bar)


@settings(max_examples=500)
@given(counts())
def test_the_bound_is_that_of_the_closed_form_rounded_down(count: tuple[int, int]) -> None:
    bound = lower_bound(*count)
    assert bound == proven(*count)
    assert bound == 0 or clears(*count, bound)
    assert not clears(*count, bound + 1)


def test_the_two_agree_on_every_count_up_to_forty_runs_and_about_every_bound() -> None:
    for runs in range(1, 41):
        for passed in range(runs + 1):
            bound = lower_bound(passed, runs)
            for bar in range(max(1, bound - 1), min(10_000, bound + 2) + 1):
                assert clears(passed, runs, bar) == (bar <= bound) == reaches(passed, runs, bar)


@given(counts(), BARS, BARS)
def test_who_clears_a_bar_clears_every_lower_one(
    count: tuple[int, int], one: int, other: int
) -> None:
    low, high = sorted((one, other))
    assert clears(*count, high) <= clears(*count, low)


@given(counts(), BARS)
def test_one_more_of_the_runs_that_passed_clears_no_less(count: tuple[int, int], bar: int) -> None:
    passed, runs = count
    if passed < runs:
        assert clears(passed, runs, bar) <= clears(passed + 1, runs, bar)


@given(counts(), BARS)
def test_a_further_run_that_passes_helps_and_one_that_fails_harms(
    count: tuple[int, int], bar: int
) -> None:
    passed, runs = count
    assert clears(passed, runs, bar) <= clears(passed + 1, runs + 1, bar)
    assert clears(passed, runs + 1, bar) <= clears(passed, runs, bar)


@given(counts(), st.integers(2, 50), BARS)
def test_the_same_rate_of_more_runs_proves_no_less(
    count: tuple[int, int], times: int, bar: int
) -> None:
    passed, runs = count
    assert clears(passed, runs, bar) <= clears(passed * times, runs * times, bar)


@given(counts())
def test_the_bound_is_below_the_rate_that_was_seen(count: tuple[int, int]) -> None:
    passed, runs = count
    bound = lower_bound(passed, runs)
    assert bound * runs < passed * 10_000 or bound == passed == 0
    assert not clears(passed, runs, 10_000)


@given(st.lists(scorecards(), max_size=5, unique_by=lambda card: (card.task_class, card.model)))
def test_scorecards_survive_the_wire(cards: list[Scorecard]) -> None:
    read = parse(json.loads(json.dumps(to_json(cards))))
    assert isinstance(read, Success)
    assert set(read.unwrap()) == set(cards)
    assert to_json(read.unwrap()) == to_json(reversed(cards))


def row_of(card: Scorecard) -> dict[str, object]:
    (row,) = to_json([card])
    assert isinstance(row, dict)
    return {**row}


@given(anything() | st.lists(anything() | spoiled(scorecards().map(row_of)), max_size=3))
def test_whatever_is_read_is_scorecards_or_an_error_that_names_where(raw: object) -> None:
    read = parse(raw)
    if isinstance(read, Failure):
        error = read.failure()
        assert error.code == "invalid_scorecards"
        assert error.field == "" or error.field.startswith("[")
    else:
        assert all(0 <= card.passed <= card.runs for card in read.unwrap())
