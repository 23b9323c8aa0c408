"""How the commands write an amount of money.

Rules:
1. An amount in dollars is exact: every digit of it, and at least two decimals.
"""

from typing import Final

from mimir.core.money import Femtodollars

_DECIMALS: Final = 15


def dollars(amount: Femtodollars) -> str:
    """Write an amount exactly.

    >>> dollars(Femtodollars(2_500_000_000_000)), dollars(Femtodollars(-(10**16)))
    ('$0.0025', '-$10.00')
    """
    whole, rest = divmod(abs(amount), 10**_DECIMALS)
    decimals = f"{rest:0{_DECIMALS}}".rstrip("0").ljust(2, "0")
    return f"{'-' if amount < 0 else ''}${whole}.{decimals}"
