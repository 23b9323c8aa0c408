"""Costs: what a line is worth, how costs add, and what a sum keeps of its parts."""

from itertools import permutations

import pytest

from mimir.core.pricing.cost import Cell, Cost, Line, MissingRate, Multiplier, source_order, total
from mimir.core.pricing.cube import Plane
from mimir.core.pricing.price import charge
from mimir.core.pricing.table import Source
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model

UPLIFT = Multiplier("uplift", 11, 10)
SPEED = Multiplier("speed", 6, 1)
LIST = Source("list", "1", "2026-01-01", "MIT", "sha256:00")
BOOK = Source("book", "1", "2026-01-01", "private", "sha256:11")


def cell(rate: int = 100, dimension: str = "input_tokens", above: int | None = None) -> Cell:
    return Cell(
        Model("p:m"), dimension, "standard", above, rate, "price_list", "m", f"field_{rate}"
    )


def test_a_line_is_worth_quantity_times_rate() -> None:
    line = Line(cell(), 3)
    assert (line.multiplier, line.amount) == ((1, 1), 300)


def test_multipliers_of_a_line_stack() -> None:
    line = Line(cell(), 3, (UPLIFT, SPEED))
    assert (line.multiplier, line.amount) == ((66, 10), 1_980)


def test_two_stacked_uplifts_of_a_tenth_are_exact() -> None:
    line = Line(cell(2_500_000_000), 7, (UPLIFT, UPLIFT))
    assert line.amount == 7 * 3_025_000_000


@pytest.mark.parametrize(("rate", "fits"), [(100, True), (50, False), (1, False), (0, True)])
def test_two_stacked_uplifts_of_a_tenth_need_two_decimal_places(rate: int, fits: bool) -> None:
    plane = Plane(Model("p:m"), "standard", None, (cell(rate),), multipliers=(UPLIFT, UPLIFT))
    outcome = charge(plane, Usage(input_tokens=100))
    if fits:
        assert outcome.unwrap().femtodollars == rate * 121
    else:
        error = outcome.failure()
        assert error.code == "inexact_rate"
        assert f"is {rate} * 121/100 femtodollars" in error.message


def test_a_line_shows_where_its_rate_is_from() -> None:
    line = Line(cell(7), 1)
    assert (line.dimension, line.rate, line.field, line.rule) == (
        "input_tokens",
        7,
        "field_7",
        None,
    )


def test_equal_lines_merge_and_others_do_not() -> None:
    apart = [
        Line(cell(), 1),
        Line(cell(200), 1),
        Line(cell(dimension="output_tokens"), 1),
        Line(cell(above=200_000), 1),
        Line(cell(), 1, (UPLIFT,)),
    ]
    one = Cost(tuple(apart))
    added = one + one
    assert len(added.lines) == len(apart)
    assert {line.quantity for line in added.lines} == {2}
    assert added.femtodollars == 2 * one.femtodollars


def test_the_lines_of_a_sum_stand_in_one_order_whatever_was_first() -> None:
    lines = [
        Line(cell(), 1),
        Line(cell(above=128_000), 1),
        Line(cell(above=200_000), 1),
        Line(cell(), 1, (UPLIFT,)),
        Line(cell(dimension="output_tokens"), 1),
    ]
    sums = {total([Cost((line,)) for line in order]) for order in permutations(lines)}
    assert len(sums) == 1
    (added,) = sums
    assert [line.dimension for line in added.lines] == ["input_tokens"] * 4 + ["output_tokens"]


def test_a_sum_keeps_every_source_note_and_gap_once_and_sorted() -> None:
    gaps = [MissingRate("p:m", name, "flex", None) for name in ("output_tokens", "input_tokens")]
    one = Cost((), (LIST,), ("period_assumed",), (gaps[0],))
    two = Cost((), (BOOK,), ("before_price_list", "period_assumed"), tuple(gaps))
    added = one + two + one
    assert added.sources == (BOOK, LIST)
    assert added.notes == ("before_price_list", "period_assumed")
    assert added.missing == (gaps[1], gaps[0])
    assert added.partial


def test_gaps_of_one_dimension_are_sorted_by_tier_and_context() -> None:
    gaps = [
        MissingRate("p:m", "input_tokens", "batch", None),
        MissingRate("p:m", "input_tokens", "batch", 128_000),
        MissingRate("p:m", "input_tokens", "flex", None),
    ]
    for order in permutations(gaps):
        assert total([Cost(missing=(gap,)) for gap in order]).missing == tuple(gaps)


def test_the_sum_of_nothing_is_zero_and_zero_adds_nothing() -> None:
    one = Cost((Line(cell(), 3),), (LIST,), ("no_uplift_stated",))
    assert total([]) == Cost.zero
    assert one + Cost.zero == one
    assert Cost.zero + one == one
    assert (Cost.zero.femtodollars, Cost.zero.microdollars, Cost.zero.partial) == (0, 0, False)


@pytest.mark.parametrize(
    ("femtodollars", "microdollars"),
    [(499_999_999, 0), (500_000_000, 0), (500_000_001, 1), (1_500_000_000, 2), (2_500_000_000, 2)],
)
def test_microdollars_are_the_exact_sum_rounded_half_to_even(
    femtodollars: int, microdollars: int
) -> None:
    assert Cost((Line(cell(femtodollars), 1),)).microdollars == microdollars


def test_a_sum_is_rounded_once_and_not_call_by_call() -> None:
    small = Cost((Line(cell(440_000), 1_000),))
    assert small.microdollars == 0
    assert total([small] * 1_000).microdollars == 440


def test_the_error_of_a_gap_names_the_cell_and_what_to_do() -> None:
    gap = MissingRate("p:m", "output_tokens", "flex", 200_000)
    assert gap.message == (
        'no rate for output_tokens of model "p:m" in tier flex above 200000 input tokens; '
        "state it in an overlay, or accept a partial cost"
    )


def test_sources_are_sorted_by_name_version_day_and_digest() -> None:
    assert source_order(LIST) == ("list", "1", "2026-01-01", "sha256:00")
