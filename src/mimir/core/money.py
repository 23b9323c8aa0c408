"""Exact money: integers of femtodollars, and the one place where they are rounded.

Rules:
1. An exact amount is an ``int`` of femtodollars (10^-15 US dollar). No float, no ``Decimal``.
2. Microdollars are derived from it once, half to even (deviation D10).
3. In JSON an exact amount is a decimal string of femtodollars, since JSON readers lose integers
   past 2^53.
4. What must show above a bound is rounded up, never to nearest.
"""

from typing import Final, NewType

Femtodollars = NewType("Femtodollars", int)
"""10^-15 US dollar."""

FEMTODOLLARS_PER_MICRODOLLAR: Final = 1_000_000_000
FEMTODOLLARS_PER_PICODOLLAR: Final = 1_000
"""A rate of one microdollar per million tokens is one picodollar per token."""


def from_microdollars(amount: int) -> Femtodollars:
    """Return ``amount`` microdollars, exactly.

    >>> from_microdollars(3)
    3000000000
    """
    return Femtodollars(amount * FEMTODOLLARS_PER_MICRODOLLAR)


def from_picodollars(amount: int) -> Femtodollars:
    """Return ``amount`` picodollars, exactly: a rate times a number of tokens.

    >>> from_picodollars(2_500_000 * 10)
    25000000000
    """
    return Femtodollars(amount * FEMTODOLLARS_PER_PICODOLLAR)


def to_microdollars(amount: Femtodollars) -> int:
    """Return the nearest whole number of microdollars, half to even.

    >>> [to_microdollars(Femtodollars(n * 500_000_000)) for n in (1, 3, 4)]
    [0, 2, 2]
    """
    whole, rest = divmod(amount, FEMTODOLLARS_PER_MICRODOLLAR)
    twice = 2 * rest
    if twice > FEMTODOLLARS_PER_MICRODOLLAR:
        return whole + 1
    if twice == FEMTODOLLARS_PER_MICRODOLLAR:
        return whole + (whole & 1)
    return whole


def to_microdollars_up(amount: Femtodollars) -> int:
    """Return the smallest whole number of microdollars that is not below ``amount``.

    >>> to_microdollars_up(Femtodollars(1))
    1
    """
    return -(-amount // FEMTODOLLARS_PER_MICRODOLLAR)


def render(amount: Femtodollars) -> str:
    """Write ``amount`` for JSON: a decimal string of femtodollars.

    >>> render(Femtodollars(25000000000))
    '25000000000'
    """
    return str(int(amount))
