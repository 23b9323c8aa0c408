"""Scrubbing structures: plain data in, scrubbed plain data out.

Rules:
1. Text is scrubbed, numbers, bools and null stay, and the input is never changed.
2. Keys are scrubbed where the rules say so; keys that become alike are numbered, so that none is
   lost.
3. What contains itself, stands deeper than ``DEPTH_MAX`` levels or comes after ``WORK_MAX`` becomes
   ``[TRUNCATED]``; the first such place is remembered.
4. What is no plain data becomes ``[UNSUPPORTED]``; none of its code runs.
"""

from typing import Final, Literal, TypeAlias, TypeGuard

from attrs import Factory, define, frozen

from mimir.core.limits import DEPTH_MAX, ERROR_TEXT_MAX_CHARS, EXCERPT_MAX_CHARS
from mimir.core.redaction.rules import DEFAULT_RULES, Rules
from mimir.core.redaction.text import scrub

Scrubbed: TypeAlias = "None | bool | int | float | str | list[Scrubbed] | dict[str, Scrubbed]"
"""Plain JSON data, except that floats may be NaN or infinite."""

Problem: TypeAlias = Literal["cycle", "depth", "size"]
"""Why a part is left out: it contains itself, lies too deep, or comes after too much else."""

TRUNCATED: Final = "[TRUNCATED]"
UNSUPPORTED: Final = "[UNSUPPORTED]"

WORK_MAX: Final = 250_000
"""How much one walk looks at: a value counts 1, and text 1 more for every ``CHARS_PER_WORK``. A
part that stands in several places counts in each."""

CHARS_PER_WORK: Final = 256
_PATH_MAX_CHARS: Final = ERROR_TEXT_MAX_CHARS // 2


@frozen
class LeftOut:
    """The first place that was left out, such as ``.messages[0]``, at most 256 characters."""

    problem: Problem
    path: str


@define
class _Walk:
    rules: Rules
    left: int = WORK_MAX
    path: list[str | int] = Factory(list[str | int])
    entered: set[int] = Factory(set[int])
    left_out: LeftOut | None = None


def scrub_data(value: object, rules: Rules = DEFAULT_RULES) -> Scrubbed:
    """Scrub a structure of any shape; it never fails.

    >>> scrub_data({"a": ["vk-" + "b2" * 12, 1, None, {2}]})
    {'a': ['[REDACTED]', 1, None, '[UNSUPPORTED]']}
    """
    return _value(value, _Walk(rules))


def scrub_object(
    value: dict[object, object], rules: Rules = DEFAULT_RULES
) -> tuple[dict[str, Scrubbed], LeftOut | None]:
    """Scrub an object, and tell the first place that was left out of it.

    >>> thing: dict[object, object] = {"a": 1}
    >>> thing["b"] = [thing]
    >>> scrub_object(thing)
    ({'a': 1, 'b': ['[TRUNCATED]']}, LeftOut(problem='cycle', path='.b[0]'))
    """
    walk = _Walk(rules, entered={id(value)})
    scrubbed = _members(value, walk)
    return scrubbed, walk.left_out


def is_object(value: object) -> TypeGuard[dict[object, object]]:
    """Tell whether ``value`` is exactly a ``dict``.

    >>> is_object({}), is_object([])
    (True, False)
    """
    return type(value) is dict


def _is_list(value: object) -> TypeGuard[list[object]]:
    return type(value) is list


def _value(value: object, walk: _Walk) -> Scrubbed:
    walk.left -= 1
    if type(value) is str:
        return _text(value, walk)
    if value is None or type(value) is bool or type(value) is int or type(value) is float:
        return value
    if _is_list(value) or is_object(value):
        return _container(value, walk)
    return UNSUPPORTED


def _container(value: list[object] | dict[object, object], walk: _Walk) -> Scrubbed:
    problem = _problem(value, walk)
    if problem is not None:
        return _leave_out(problem, walk)
    walk.entered.add(id(value))
    made = _items(value, walk) if isinstance(value, list) else _members(value, walk)
    walk.entered.discard(id(value))
    return made


def _text(text: str, walk: _Walk) -> str:
    walk.left -= len(text) // CHARS_PER_WORK
    return _leave_out("size", walk) if walk.left < 0 else scrub(text, walk.rules)


def _problem(value: object, walk: _Walk) -> Problem | None:
    if id(value) in walk.entered:
        return "cycle"
    if walk.left < 0:
        return "size"
    return "depth" if len(walk.path) >= DEPTH_MAX else None


def _leave_out(problem: Problem, walk: _Walk) -> str:
    if walk.left_out is None:
        walk.left_out = LeftOut(problem, _path(walk))
    return TRUNCATED


def _path(walk: _Walk) -> str:
    parts = (
        f"[{part}]" if isinstance(part, int) else f".{scrub(part)[:EXCERPT_MAX_CHARS]}"
        for part in walk.path
    )
    return "".join(parts)[:_PATH_MAX_CHARS]


def _items(value: list[object], walk: _Walk) -> list[Scrubbed]:
    made: list[Scrubbed] = []
    for at, item in enumerate(value):
        if walk.left <= 0:
            made.append(_leave_out("size", walk))
            break
        walk.path.append(at)
        made.append(_value(item, walk))
        walk.path.pop()
    return made


def _members(value: dict[object, object], walk: _Walk) -> dict[str, Scrubbed]:
    made: dict[str, Scrubbed] = {}
    numbers: dict[str, int] = {}
    for key, item in list(value.items()):
        if walk.left <= 0:
            made[_free(TRUNCATED, made, numbers)] = _leave_out("size", walk)
            break
        name = _free(_key(key, walk), made, numbers)
        walk.path.append(name)
        made[name] = _value(item, walk)
        walk.path.pop()
    return made


def _key(key: object, walk: _Walk) -> str:
    if type(key) is not str:
        return UNSUPPORTED
    return _text(key, walk) if walk.rules.keys else key


def _free(name: str, made: dict[str, Scrubbed], numbers: dict[str, int]) -> str:
    free = name
    while free in made:
        numbers[name] = numbers.get(name, 1) + 1
        free = f"{name} {numbers[name]}"
    return free
