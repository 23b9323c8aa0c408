"""Decimal numbers as they are written, exactly: neither float nor ``Decimal`` is near them.

Rules:
1. A numeral is ``digits`` times ten to the power ``exponent``, without trailing zeros; zero is
   0 and 0. So equal numbers are equal numerals.
2. What is longer than 64 characters, or has an exponent past 400 either way, is no numeral.
3. Rounding happens in ``repaired`` alone, half to even, to 12 significant digits: enough to lose
   what binary floats left behind (``4.0000000000000003e-07``), too much to change a price.
"""

import re
from typing import Final, NamedTuple

_TEXT_MAX_CHARS: Final = 64
_EXPONENT_MAX: Final = 400
_SIGNIFICANT_DIGITS: Final = 12
_FEMTO_PLACES: Final = 15
_MILLION_PLACES: Final = 6
_NUMERAL: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,6}))?")


class Numeral(NamedTuple):
    """``digits`` * 10 ** ``exponent``."""

    digits: int
    exponent: int


def parse(text: str) -> Numeral | None:
    """Read a number as JSON writes it; ``None`` for anything else, ``NaN`` and ``Infinity`` too.

    >>> parse("2.50e-6"), parse("-0.0"), parse("NaN")
    (Numeral(digits=25, exponent=-7), Numeral(digits=0, exponent=0), None)
    """
    if len(text) > _TEXT_MAX_CHARS or (match := _NUMERAL.fullmatch(text)) is None:
        return None
    sign, whole, fraction, power = match.groups(default="")
    exponent = int(power or "0") - len(fraction)
    if abs(exponent) > _EXPONENT_MAX:
        return None
    return _normal(int(sign + whole + fraction), exponent)


def repaired(number: Numeral) -> Numeral:
    """Round to 12 significant digits, half to even.

    >>> repaired(Numeral(40000000000000003, -23))
    Numeral(digits=4, exponent=-7)
    """
    surplus = len(str(abs(number.digits))) - _SIGNIFICANT_DIGITS
    if surplus <= 0:
        return number
    unit = int("1" + "0" * surplus)
    kept, rest = divmod(number.digits, unit)
    kept += 2 * rest > unit or (2 * rest == unit and kept & 1 == 1)
    return _normal(kept, number.exponent + surplus)


def shifted(number: Numeral, places: int) -> Numeral:
    """Multiply by ten to the power ``places``, exactly.

    >>> shifted(Numeral(25, -7), 15)
    Numeral(digits=25, exponent=8)
    """
    return _normal(number.digits, number.exponent + places)


def whole(number: Numeral) -> int | None:
    """Return the integer that ``number`` is; ``None`` if it is none.

    >>> whole(Numeral(25, 2)), whole(Numeral(25, -1))
    (2500, None)
    """
    return int(f"{number.digits}{'0' * number.exponent}") if number.exponent >= 0 else None


def render(number: Numeral) -> str:
    """Write ``number`` without an exponent, as short as it goes.

    >>> render(Numeral(25, -4)), render(Numeral(-25, -1)), render(Numeral(25, 1))
    ('0.0025', '-2.5', '250')
    """
    if number.exponent >= 0:
        return f"{number.digits}{'0' * number.exponent}"
    digits = str(abs(number.digits)).rjust(1 - number.exponent, "0")
    sign = "-" if number.digits < 0 else ""
    return f"{sign}{digits[: number.exponent]}.{digits[number.exponent :]}"


def of(price: int | str) -> Numeral:
    """Return a table's price, an integer or the decimal text of one, as a numeral.

    >>> of(2500), of("12.50")
    (Numeral(digits=25, exponent=2), Numeral(digits=125, exponent=-1))
    """
    if isinstance(price, int):
        return _normal(price, 0)
    whole_part, _, fraction = price.partition(".")
    return _normal(int(whole_part + fraction), -len(fraction))


def dollars(price: int | str, *, per_million: bool = False) -> str:
    """Write femtodollars as US dollars, exactly; ``per_million`` of the units that one is for.

    >>> dollars(2_500_000_000), dollars(2_500_000_000, per_million=True)
    ('0.0000025', '2.5')
    """
    places = _MILLION_PLACES if per_million else 0
    return render(shifted(of(price), places - _FEMTO_PLACES))


def is_less(left: Numeral, right: Numeral) -> bool:
    """Tell whether ``left`` is less than ``right``.

    >>> is_less(Numeral(9, -1), Numeral(1, 0)), is_less(Numeral(1, 0), Numeral(1, 0))
    (True, False)
    """
    low = min(left.exponent, right.exponent)
    return _at(left, low) < _at(right, low)


def _at(number: Numeral, exponent: int) -> int:
    return int(f"{number.digits}{'0' * (number.exponent - exponent)}")


def _normal(digits: int, exponent: int) -> Numeral:
    if digits == 0:
        return Numeral(0, 0)
    text = str(digits)
    stripped = text.rstrip("0")
    return Numeral(int(stripped), exponent + len(text) - len(stripped))
