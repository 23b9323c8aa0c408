"""The small steps that an answer is read with: one value in, the typed value or ``Bad`` out.

Rules:
1. What is refused is named by its path and described by its shape, and never quoted: the answer
   may hold the token.
2. Exact types alone; ``bool`` is no integer; text is what UTF-8 can carry.
"""

from typing import TypeAlias

from attrs import frozen

from mimir.core.fields import (
    excerpt,
    is_list,
    is_text,
)
from mimir.core.texts import is_unicode, masked

Object: TypeAlias = dict[object, object]
"""A JSON object whose keys and values are still unread."""


@frozen
class Bad:
    """What is wrong with an answer."""

    detail: str


def bad(path: str, expected: str, value: object) -> Bad:
    """Say what was expected at ``path``, and the shape of what stands there.

    >>> bad("verdict", "a word", "abc").detail
    'verdict: expected a word, got a string of 3 characters'
    """
    shape = f"a string of {len(value)} characters" if is_text(value) else excerpt(value)
    return Bad(f"{path}: expected {expected}, got {shape}")


def text(value: object, path: str, limit: int) -> str | Bad:
    """Read a string of 1 to ``limit`` characters.

    >>> text("a", "lane", 5)
    'a'
    """
    if is_text(value) and 0 < len(value) <= limit and is_unicode(value):
        return value
    return bad(path, f"a string of 1 to {limit} characters", value)


def name(value: object, path: str, limit: int) -> str | Bad:
    """Read a string of 1 to ``limit`` characters that does not look like a key (deviation D27).

    >>> name("sk-" + "a1" * 24, "lane", 99).detail
    'lane: expected a name, got what looks like a key'
    """
    read = text(value, path, limit)
    if isinstance(read, Bad) or masked(read) == read:
        return read
    return Bad(f"{path}: expected a name, got what looks like a key")


def optional_text(value: object, path: str, limit: int) -> str | None | Bad:
    """Read a string of at most ``limit`` characters, or null.

    >>> optional_text(None, "step_id", 5)
    """
    return None if value is None else "" if value == "" else text(value, path, limit)


def items(holder: Object, name: str, path: str, limit: int) -> list[object] | Bad:
    """Read a list of at most ``limit`` items, absent for an empty one.

    >>> items({}, "reasons", "reasons", 5)
    []
    """
    value = holder.get(name, [])
    if is_list(value) and len(value) <= limit:
        return value
    return bad(path, f"a list of at most {limit} items", value)


def texts(values: list[object], path: str, limit: int) -> tuple[str, ...] | Bad:
    """Read every item as a string of 1 to ``limit`` characters.

    >>> texts(["a", 1], "reasons", 5).detail
    'reasons[1]: expected a string of 1 to 5 characters, got 1'
    """
    made: list[str] = []
    for at, value in enumerate(values):
        read = text(value, f"{path}[{at}]", limit)
        if isinstance(read, Bad):
            return read
        made.append(read)
    return tuple(made)
