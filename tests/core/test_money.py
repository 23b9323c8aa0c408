"""Exact money and its two roundings."""

import pytest

from mimir.core.money import (
    FEMTODOLLARS_PER_MICRODOLLAR,
    FEMTODOLLARS_PER_PICODOLLAR,
    Femtodollars,
    from_microdollars,
    from_picodollars,
    render,
    to_microdollars,
    to_microdollars_up,
)

MICRO = FEMTODOLLARS_PER_MICRODOLLAR


@pytest.mark.parametrize(
    ("amount", "nearest", "up"),
    [
        (0, 0, 0),
        (1, 0, 1),
        (MICRO // 2 - 1, 0, 1),
        (MICRO // 2, 0, 1),
        (MICRO // 2 + 1, 1, 1),
        (MICRO, 1, 1),
        (MICRO + MICRO // 2, 2, 2),
        (2 * MICRO + MICRO // 2, 2, 3),
        (-1, 0, 0),
        (-MICRO // 2, 0, 0),
        (-MICRO // 2 - 1, -1, 0),
        (-MICRO - MICRO // 2, -2, -1),
    ],
)
def test_microdollars_round_half_to_even_or_up(amount: int, nearest: int, up: int) -> None:
    assert to_microdollars(Femtodollars(amount)) == nearest
    assert to_microdollars_up(Femtodollars(amount)) == up


def test_a_dollar_is_a_million_microdollars_and_a_trillion_picodollars() -> None:
    assert from_microdollars(10**6) == from_picodollars(10**12) == 10**15
    assert FEMTODOLLARS_PER_PICODOLLAR * 10**6 == FEMTODOLLARS_PER_MICRODOLLAR


def test_money_past_a_float_stays_exact() -> None:
    assert to_microdollars(from_microdollars(2**80 + 1)) == 2**80 + 1
    assert render(Femtodollars(2**53 + 1)) == "9007199254740993"
