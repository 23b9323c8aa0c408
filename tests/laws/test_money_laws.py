"""Laws of exact money, against fractions."""

from fractions import Fraction
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from mimir.core.money import (
    FEMTODOLLARS_PER_MICRODOLLAR,
    Femtodollars,
    from_microdollars,
    from_picodollars,
    render,
    to_microdollars,
    to_microdollars_up,
)

wide = st.integers(-(10**40), 10**40)
ties = st.builds(lambda n, off: n * 500_000_000 + off, st.integers(-9, 9), st.integers(-1, 1))
amounts = (wide | ties).map(Femtodollars)


@given(amounts)
def test_microdollars_are_the_nearest_whole_number_half_to_even(amount: Femtodollars) -> None:
    assert to_microdollars(amount) == round(Fraction(amount, 10**9))


@given(amounts)
def test_rounding_up_gives_the_least_whole_number_that_is_not_below(amount: Femtodollars) -> None:
    assert to_microdollars_up(amount) == ceil(Fraction(amount, 10**9))


@given(wide, amounts)
def test_an_amount_above_a_cap_shows_above_it_when_rounded_up(
    cap: int, amount: Femtodollars
) -> None:
    assert (to_microdollars_up(amount) > cap) == (amount > from_microdollars(cap))


@given(wide)
def test_whole_microdollars_survive_both_roundings(amount: int) -> None:
    exact = from_microdollars(amount)
    assert to_microdollars(exact) == to_microdollars_up(exact) == amount


@given(wide, wide)
def test_making_exact_money_is_additive(one: int, other: int) -> None:
    assert from_microdollars(one) + from_microdollars(other) == from_microdollars(one + other)
    assert from_picodollars(one) + from_picodollars(other) == from_picodollars(one + other)


@given(wide)
def test_a_million_picodollars_are_a_microdollar(amount: int) -> None:
    assert from_picodollars(amount * 10**6) == from_microdollars(amount)


@given(st.lists(amounts, max_size=8))
def test_rounding_once_is_never_further_off_than_half_a_microdollar(
    parts: list[Femtodollars],
) -> None:
    total = Femtodollars(sum(parts))
    off = abs(to_microdollars(total) * FEMTODOLLARS_PER_MICRODOLLAR - total)
    assert 2 * off <= FEMTODOLLARS_PER_MICRODOLLAR


@given(amounts)
def test_a_rendered_amount_reads_back_as_itself(amount: Femtodollars) -> None:
    assert int(render(amount)) == amount
