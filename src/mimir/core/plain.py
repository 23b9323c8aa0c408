"""A deep copy of plain JSON data, bounded, or the place where it is not plain.

Rules:
1. Exact types alone: a subclass, a tuple or a foreign object is refused before its code runs.
2. Keys are text; integers lie within the limits; floats are finite; text is what UTF-8 can carry.
3. At most ``DEPTH_MAX`` levels and ``NODES_MAX`` values, shared ones counted each time they stand,
   so that neither a cycle nor a thicket of shared parts costs more.
4. The copy shares nothing that can change with its source.
"""

import math
from typing import Final

from attrs import Factory, define, field, frozen

from mimir.core.fields import (
    Json,
    excerpt,
    field_name,
    is_integer,
    is_list,
    is_object,
    is_text,
)
from mimir.core.limits import CATALOG_MAX_ROWS, DEPTH_MAX
from mimir.core.texts import is_unicode

NODES_MAX: Final = 10 * CATALOG_MAX_ROWS
"""Values of one document: room for ten for each row of the largest catalog."""


@frozen
class NotPlain:
    """Where in a value it is not plain JSON data, such as ``.a[0]``, and what stands there."""

    path: str
    message: str


@define
class _Budget:
    most: int
    left: int = field(default=Factory(lambda made: made.most, takes_self=True))

    def used_up(self) -> NotPlain:
        return NotPlain("", f"more than {self.most} values")


def plain(value: object) -> "Json | NotPlain":
    """Copy ``value`` as plain JSON data.

    >>> plain({"a": [1, None]})
    {'a': [1, None]}
    >>> plain({"a": [(1,)]})
    NotPlain(path='.a[0]', message='expected plain JSON data, got a tuple')
    """
    return _copy(value, DEPTH_MAX, _Budget(NODES_MAX))


def plain_object(value: object, most: int = NODES_MAX) -> dict[str, Json] | NotPlain:
    """Copy ``value`` as a JSON object of plain data, of at most so many values.

    >>> plain_object([])
    NotPlain(path='', message='expected an object, got a list of 0 items')
    """
    if not is_object(value):
        return NotPlain("", f"expected an object, got {excerpt(value)}")
    return _copy_object(value, DEPTH_MAX, _Budget(most))


def _copy(value: object, levels: int, budget: _Budget) -> "Json | NotPlain":
    budget.left -= 1
    if budget.left < 0:
        return budget.used_up()
    if is_list(value):
        return _copy_list(value, levels, budget)
    if is_object(value):
        return _copy_object(value, levels, budget)
    if value is None or value is True or value is False or is_integer(value):
        return value
    if is_text(value) and is_unicode(value):
        return value
    if type(value) is float and math.isfinite(value):
        return value
    return NotPlain("", f"expected plain JSON data, got {excerpt(value)}")


def _copy_list(value: list[object], levels: int, budget: _Budget) -> list[Json] | NotPlain:
    if not levels:
        return NotPlain("", f"deeper than {DEPTH_MAX} levels")
    if len(value) > budget.left:  # before anybody walks over it
        return budget.used_up()
    made: list[Json] = []
    for at, item in enumerate(value):
        copied = _copy(item, levels - 1, budget)
        if isinstance(copied, NotPlain):
            return NotPlain(f"[{at}]{copied.path}", copied.message)
        made.append(copied)
    return made


def _copy_object(
    value: dict[object, object], levels: int, budget: _Budget
) -> dict[str, Json] | NotPlain:
    if not levels:
        return NotPlain("", f"deeper than {DEPTH_MAX} levels")
    made: dict[str, Json] = {}
    for key, item in _members(value):
        if not is_text(key) or not is_unicode(key):
            return NotPlain("", f"expected text as a key, got {excerpt(key)}")
        copied = _copy(item, levels - 1, budget)
        if isinstance(copied, NotPlain):
            return NotPlain(f".{field_name(key)}{copied.path}", copied.message)
        made[key] = copied
    return made


def _members(value: dict[object, object]) -> list[tuple[object, object]]:
    """Return the members as they are at some moment: the owner may add and remove some meanwhile.

    What it costs is bounded by how often the owner changes ``value`` within a few microseconds.
    """
    while True:
        try:
            return list(value.items())
        except RuntimeError:  # changed size during iteration
            continue
