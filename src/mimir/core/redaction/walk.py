"""Scrubbing structures: plain data in, scrubbed plain data out.

Rules:
1. Text is scrubbed, numbers, bools and null stay, and the input is never changed.
2. Keys are scrubbed where the rules say so; keys that become alike are numbered, so that none is
   lost.
3. What is deeper than ``DEPTH_MAX`` levels, a cycle among it, or past ``NODES_MAX`` values becomes
   ``[TRUNCATED]``.
4. What is no plain data becomes ``[UNSUPPORTED]``; none of its code runs.
"""

from typing import Final, TypeAlias, TypeGuard

from attrs import define

from mimir.core.limits import DEPTH_MAX
from mimir.core.redaction.rules import DEFAULT_RULES, Rules
from mimir.core.redaction.text import scrub

Scrubbed: TypeAlias = "None | bool | int | float | str | list[Scrubbed] | dict[str, Scrubbed]"
"""Plain JSON data, except that floats may be NaN or infinite."""

TRUNCATED: Final = "[TRUNCATED]"
UNSUPPORTED: Final = "[UNSUPPORTED]"

NODES_MAX: Final = 1_000_000
"""Values of one structure, shared ones counted each time they stand."""


@define
class _Walk:
    rules: Rules
    left: int = NODES_MAX
    truncated: bool = False


def scrub_data(value: object, rules: Rules = DEFAULT_RULES) -> Scrubbed:
    """Scrub a structure of any shape; it never fails.

    >>> scrub_data({"a": ["vk-" + "b2" * 12, 1, None, {2}]})
    {'a': ['[REDACTED]', 1, None, '[UNSUPPORTED]']}
    """
    return _walk(value, DEPTH_MAX, _Walk(rules))


def scrub_whole(value: object, rules: Rules) -> "tuple[Scrubbed, bool]":
    """Scrub a structure, and tell whether the whole of it is there."""
    walk = _Walk(rules)
    scrubbed = _walk(value, DEPTH_MAX, walk)
    return scrubbed, not walk.truncated


def is_object(value: object) -> TypeGuard[dict[object, object]]:
    """Tell whether ``value`` is exactly a ``dict``."""
    return type(value) is dict


def _is_list(value: object) -> TypeGuard[list[object]]:
    return type(value) is list


def _walk(value: object, levels: int, walk: _Walk) -> Scrubbed:
    walk.left -= 1
    if type(value) is str:
        return scrub(value, walk.rules)
    if value is None or type(value) is bool or type(value) is int or type(value) is float:
        return value
    deep = levels == 0 or walk.left < 0
    if _is_list(value):
        return _truncated(walk) if deep else _items(value, levels, walk)
    if is_object(value):
        return _truncated(walk) if deep else _members(value, levels, walk)
    return UNSUPPORTED


def _truncated(walk: _Walk) -> str:
    walk.truncated = True
    return TRUNCATED


def _items(value: list[object], levels: int, walk: _Walk) -> list[Scrubbed]:
    made: list[Scrubbed] = []
    for item in value:
        if walk.left < 0:
            made.append(_truncated(walk))
            break
        made.append(_walk(item, levels - 1, walk))
    return made


def _members(value: dict[object, object], levels: int, walk: _Walk) -> dict[str, Scrubbed]:
    made: dict[str, Scrubbed] = {}
    for key, item in value.items():
        if walk.left < 0:
            made[_free(TRUNCATED, made)] = _truncated(walk)
            break
        made[_free(_key(key, walk.rules), made)] = _walk(item, levels - 1, walk)
    return made


def _key(key: object, rules: Rules) -> str:
    if type(key) is not str:
        return UNSUPPORTED
    return scrub(key, rules) if rules.keys else key


def _free(name: str, made: dict[str, Scrubbed]) -> str:
    free, number = name, 1
    while free in made:
        number += 1
        free = f"{name} {number}"
    return free
