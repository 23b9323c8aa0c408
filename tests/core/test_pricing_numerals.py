"""Decimal text, exactly."""

import pytest

from mimir.core.pricing import numerals
from mimir.core.pricing.numerals import Numeral


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", Numeral(0, 0)),
        ("-0.00e9", Numeral(0, 0)),
        ("1200", Numeral(12, 2)),
        ("2.50e-06", Numeral(25, -7)),
        ("-1.5E+3", Numeral(-15, 2)),
    ],
)
def test_a_number_is_read_as_it_is_written(text: str, number: Numeral) -> None:
    assert numerals.parse(text) == number


@pytest.mark.parametrize(
    "text", ["", "NaN", "Infinity", "1.", ".5", "1e", "0x1", "1_0", "1" * 65, "1e401", "1e-401"]
)
def test_what_is_no_number_within_bounds_is_none(text: str) -> None:
    assert numerals.parse(text) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("4.0000000000000003e-07", "0.0000004"),
        ("2.9999999999999997e-06", "0.000003"),
        ("1.23456789012", "1.23456789012"),
        ("1.234567890125", "1.23456789012"),
        ("1.234567890135", "1.23456789014"),
        ("1.2345678901251", "1.23456789013"),
        ("-4.0000000000000003", "-4"),
    ],
)
def test_float_debris_is_rounded_half_to_even(text: str, kept: str) -> None:
    number = numerals.parse(text)
    assert number is not None
    assert numerals.render(numerals.repaired(number)) == kept


def test_only_a_whole_number_is_an_integer() -> None:
    assert numerals.whole(Numeral(5, 3)) == 5000
    assert numerals.whole(Numeral(5, -1)) is None


def test_numbers_are_compared_across_exponents() -> None:
    assert numerals.is_less(Numeral(9, -3), Numeral(1, 2))
    assert not numerals.is_less(Numeral(1, 2), Numeral(9, -3))


def test_femtodollars_are_written_as_dollars() -> None:
    assert numerals.dollars(10**15) == "1"
    assert numerals.dollars("141953.5", per_million=True) == "0.0001419535"
