"""Checks of a whole list at once, for the long ones of a price table.

Rules:
1. A check looks at the types of all items first, and by identity: nothing foreign is hashed,
   compared or ordered.
2. It tells whether the list is good, and not what is wrong in it.
"""

from itertools import chain, repeat
from operator import is_
from typing import TypeGuard

from mimir.core.limits import LIST_MAX_ITEMS
from mimir.core.texts import is_unicode


def are_texts(values: list[object], most: int) -> TypeGuard[list[str]]:
    """Tell whether every item is a text of 1 to ``most`` characters that UTF-8 can carry.

    >>> are_texts(["a", "b"], 1), are_texts(["a", ""], 1), are_texts(["a", 1], 1)
    (True, False, False)
    """
    if not _are_all_texts(values):
        return False
    sizes = set(map(len, values))
    return 0 not in sizes and max(sizes, default=0) <= most and is_unicode("".join(values))


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
        and _are_positions(flat, size)
        and list(map(len, map(set, values))) == sizes
    )


def _are_positions(values: list[object], size: int) -> bool:
    return _are_integers(values) and min(values, default=0) >= 0 and max(values, default=-1) < size


def _are_integers(values: list[object]) -> TypeGuard[list[int]]:
    return _are_all(values, int)


def _are_lists(values: list[object]) -> TypeGuard[list[list[object]]]:
    return _are_all(values, list)


def _are_all_texts(values: list[object]) -> TypeGuard[list[str]]:
    return _are_all(values, str)


def _are_all(values: list[object], kind: type) -> bool:
    return all(map(is_, map(type, values), repeat(kind)))
