"""Scrubbing structures: plain data in, scrubbed plain data out.

Rules:
1. Text is scrubbed, bytes are read as text first, numbers, bools and null stay, and the input is
   never changed.
2. What a key's name hides goes whole, whatever its shape: text and whole numbers right under it,
   and every text of a list or an object there, unless that is a schema. So does the value of a
   pair of a name and a value: ``{"name": "x-api-key", "value": ...}``, ``["x-api-key", ...]``.
3. Keys are scrubbed where the rules say so; keys that become alike are numbered, so that none is
   lost.
4. What contains itself, stands deeper than ``DEPTH_MAX`` levels or comes after ``WORK_MAX`` becomes
   ``[TRUNCATED]``; the first such place is remembered.
5. What is no plain data becomes ``[UNSUPPORTED]``; none of its code runs.
"""

from typing import Final, Literal, TypeAlias, TypeGuard

from attrs import Factory, define, frozen

from mimir.core.limits import DEPTH_MAX, ERROR_TEXT_MAX_CHARS, EXCERPT_MAX_CHARS
from mimir.core.redaction.quoted import hides, is_header
from mimir.core.redaction.rules import DEFAULT_RULES, Rules
from mimir.core.redaction.shapes import REDACTED
from mimir.core.redaction.text import scrub

Scrubbed: TypeAlias = "None | bool | int | float | str | list[Scrubbed] | dict[str, Scrubbed]"
"""Plain JSON data, except that floats may be NaN or infinite."""

Problem: TypeAlias = Literal["cycle", "depth", "size"]
"""Why a part is left out: it contains itself, lies too deep, or comes after too much else."""

TRUNCATED: Final = "[TRUNCATED]"
UNSUPPORTED: Final = "[UNSUPPORTED]"

WORK_MAX: Final = 250_000
"""How much one walk looks at: a value counts 1, a key too where it is seen first, and text 1 more
for every ``CHARS_PER_WORK``. A part that stands in several places counts in each."""
CHARS_PER_WORK: Final = 256
_NUMBER_MAX: Final = 999
_PAIR_MAX_MEMBERS: Final = 6
_SCHEMA: Final = frozenset(
    ("type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const", "properties", "description")
)
_STATED: Final = frozenset(("default", "const", "enum", "example", "examples"))
_KEYS_MAX: Final = 1024
_NAMES: Final = frozenset(("name", "key", "header"))
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
    keys: dict[str, str] = Factory(dict[str, str])


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


def _value(value: object, walk: _Walk, under: str = "") -> Scrubbed:
    """Scrub a value; ``under`` is the name of the key that hides it, where one does."""
    walk.left -= 1
    if type(value) is str:
        return _text(value, walk, under)
    if type(value) is bytes or type(value) is bytearray:
        return _text(value.decode("utf-8", "backslashreplace"), walk, under)
    if type(value) is int and abs(value) > _NUMBER_MAX and walk.rules.says(under) == "secret":
        return REDACTED
    if value is None or type(value) is bool or type(value) is int or type(value) is float:
        return value
    if _is_list(value) or is_object(value):
        return _container(value, walk, under)
    return UNSUPPORTED


def _container(value: list[object] | dict[object, object], walk: _Walk, under: str) -> Scrubbed:
    problem = _problem(value, walk)
    if problem is not None:
        return _leave_out(problem, walk)
    walk.entered.add(id(value))
    made = _items(value, walk, under) if isinstance(value, list) else _members(value, walk, under)
    walk.entered.discard(id(value))
    return made


def _text(text: str, walk: _Walk, under: str = "") -> str:
    walk.left -= len(text) // CHARS_PER_WORK
    if walk.left < 0:
        return _leave_out("size", walk)
    if under and hides(under, text, walk.rules.says(under)):
        return REDACTED
    return scrub(text, walk.rules)


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


def _items(value: list[object], walk: _Walk, under: str) -> list[Scrubbed]:
    made: list[Scrubbed] = []
    pair = value[0] if len(value) == 2 and not under else None
    for at, item in enumerate(value):
        if walk.left <= 0:
            made.append(_leave_out("size", walk))
            break
        walk.path.append(at)
        hidden = under if at == 0 or pair is None else _header(pair, item, walk)
        made.append(_value(item, walk, hidden))
        walk.path.pop()
    return made


def _members(value: dict[object, object], walk: _Walk, under: str = "") -> dict[str, Scrubbed]:
    made: dict[str, Scrubbed] = {}
    numbers: dict[str, int] = {}
    in_schema = bool(under) and _is_schema(value)
    named = _named(value, walk)
    for key, item in list(value.items()):
        if walk.left <= 0:
            made[_free(TRUNCATED, made, numbers)] = _leave_out("size", walk)
            break
        name = _free(_key(key, walk), made, numbers)
        walk.path.append(name)
        made[name] = _value(
            item,
            walk,
            _hidden_by(key, walk)
            or (named if name == "value" else "")
            or ("" if in_schema and name not in _STATED else under),
        )
        walk.path.pop()
    return made


def _hidden_by(key: object, walk: _Walk) -> str:
    name = _decoded(key)
    return name if name and walk.rules.says(name) != "nothing" else ""


def _decoded(key: object) -> str | None:
    """Return the text of a key, which may be bytes as in the headers of ASGI."""
    if type(key) is bytes:
        return key.decode("utf-8", "backslashreplace")
    return key if type(key) is str else None


def _header(name: object, value: object, walk: _Walk) -> str:
    """Return the name that hides ``value`` in a pair such as a header."""
    text = _decoded(value)
    return _hidden_by(name, walk) if text is not None and is_header(text) else ""


def _is_schema(value: dict[object, object]) -> bool:
    """Tell whether an object says what a value has to be: the schema of a tool's argument."""
    return any(type(key) is str and key in _SCHEMA for key in value)


def _named(value: dict[object, object], walk: _Walk) -> str:
    """Return the name of a pair of a name and a value, where it hides the value."""
    if len(value) > _PAIR_MAX_MEMBERS:
        return ""
    names = [item for key, item in value.items() if type(key) is str and key in _NAMES]
    return next((name for item in names if (name := _hidden_by(item, walk))), "") if names else ""


def _key(key: object, walk: _Walk) -> str:
    name = _decoded(key)
    if name is None:
        return UNSUPPORTED
    if not walk.rules.keys:
        return name
    if name in walk.keys:
        return walk.keys[name]
    walk.left -= 1
    known = _text(name, walk)
    if len(name) < CHARS_PER_WORK and len(walk.keys) < _KEYS_MAX:
        walk.keys[name] = known
    return known


def _free(name: str, made: dict[str, Scrubbed], numbers: dict[str, int]) -> str:
    free = name
    while free in made:
        numbers[name] = numbers.get(name, 1) + 1
        free = f"{name} {numbers[name]}"
    return free
