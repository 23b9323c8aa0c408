"""Checks of a whole list at once, for the long ones of a price table.

Rules:
1. A check looks at the types of all items first, and by identity: nothing foreign is hashed,
   compared or ordered.
2. It tells whether the list is good, and not what is wrong in it.
"""

import re
from itertools import chain, repeat
from operator import is_
from typing import Final, TypeGuard

from mimir.core.fields import is_text, is_unicode
from mimir.core.limits import INTEGER_MAX, LIST_MAX_ITEMS

_PRICE_TEXT: Final = re.compile(r"[0-9]{1,80}\.[0-9]{1,420}")


def are_integers(values: list[object]) -> TypeGuard[list[int]]:
    """Tell whether every item is exactly an ``int``.

    >>> are_integers([1, 2]), are_integers([1, True])
    (True, False)
    """
    return _are_all(values, int)


def are_texts(values: list[object], most: int) -> TypeGuard[list[str]]:
    """Tell whether every item is a text of 1 to ``most`` characters that UTF-8 can carry.

    >>> are_texts(["a", "b"], 1), are_texts(["a", ""], 1), are_texts(["a", 1], 1)
    (True, False, False)
    """
    if not _are_all_texts(values):
        return False
    sizes = set(map(len, values))
    return 0 not in sizes and max(sizes, default=0) <= most and is_unicode("".join(values))


def within(values: list[int], most: int) -> bool:
    """Tell whether every item is from 0 to ``most``.

    >>> within([0, 3], 3), within([-1], 3), within([], 3)
    (True, False, True)
    """
    return not values or (min(values) >= 0 and max(values) <= most)


def are_picks(values: list[object], size: int) -> TypeGuard[list[list[int]]]:
    """Tell whether every item is a list of positions below ``size``, none twice in one list.

    >>> are_picks([[0, 1], []], 2), are_picks([[0, 0]], 2), are_picks([[2]], 2)
    (True, False, False)
    """
    if not _are_lists(values):
        return False
    sizes = list(map(len, values))
    flat = list(chain.from_iterable(values))
    return (
        max(sizes, default=0) <= LIST_MAX_ITEMS
        and are_integers(flat)
        and within(flat, size - 1)
        and list(map(len, map(set, values))) == sizes
    )


def are_prices(values: list[object]) -> TypeGuard[list[int | str]]:
    """Tell whether every item is a price.

    >>> are_prices([5, "0.5"]), are_prices([-1]), are_prices([True])
    (True, False, False)
    """
    whole = [value for value in values if type(value) is int]
    rest = [value for value in values if type(value) is not int]
    return within(whole, INTEGER_MAX) and all(map(is_price, rest))


def is_price(value: object) -> TypeGuard[int | str]:
    """Tell whether ``value`` is femtodollars: an integer, or the exact text of one that is none.

    >>> is_price(0), is_price("12.5"), is_price("12"), is_price(2**63)
    (True, True, False, False)
    """
    if type(value) is int:
        return 0 <= value <= INTEGER_MAX
    return is_text(value) and _PRICE_TEXT.fullmatch(value) is not None


def _are_lists(values: list[object]) -> TypeGuard[list[list[object]]]:
    return _are_all(values, list)


def _are_all_texts(values: list[object]) -> TypeGuard[list[str]]:
    return _are_all(values, str)


def _are_all(values: list[object], kind: type) -> bool:
    return all(map(is_, map(type, values), repeat(kind)))
