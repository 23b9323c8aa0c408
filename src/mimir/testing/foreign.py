"""Values of types that a parser must refuse without running any of their code.

Rules:
1. Every method that a parser might call by accident raises ``ForeignCodeError``.
2. A foreign key of a dict can be hashed, and may collide with a text key.
3. A subclass holds a plausible value of its base, so that only its type gives it away.
"""

import enum
from collections import OrderedDict, UserDict
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final, NoReturn


class ForeignCodeError(Exception):
    """Code of a foreign value ran inside a parser."""


def foreign_values() -> tuple[object, ...]:
    """Return one value of each foreign type, made afresh.

    >>> len(foreign_values()) > 20
    True
    """
    return (
        *(make() for make in _BOOBY_TRAPS),
        _Word.ONE,
        _Number.ONE,
        Decimal(1),
        Fraction(1),
        1j,
        b"{}",
        bytearray(b"{}"),
        memoryview(b"{}"),
        (1, 2),
        {1, 2},
        frozenset({1}),
        range(3),
        OrderedDict[str, int](),
        UserDict({"a": 1}),
        _endless(),
        object(),
        int,
        foreign_values,
    )


def colliding_keys(texts: tuple[str, ...]) -> dict[object, object]:
    """Return an object whose every key has the hash of one of ``texts`` and no equal.

    >>> len(colliding_keys(("id", "model")))
    2
    """
    return {_collider(text): 1 for text in texts}


class _Word(enum.StrEnum):
    ONE = "1"


class _Number(enum.IntEnum):
    ONE = 1


def _endless() -> Iterator[int]:
    while True:
        yield 1


def _run(*_arguments: object) -> NoReturn:
    raise ForeignCodeError


_COMPARED: Final = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
_SHOWN: Final = ("__repr__", "__str__", "__format__", "__bool__", "__len__", "__class__")
_READ: Final = ("__iter__", "__getitem__", "__contains__", "get", "items", "keys", "values")
_COUNTED: Final = ("__int__", "__index__", "__float__", "__mul__", "__add__", "bit_length")
_TRAPPED: Final = (*_COMPARED, *_SHOWN, *_READ, *_COUNTED)


def _booby_trapped(base: type, *arguments: object) -> Callable[[], object]:
    traps: dict[str, object] = dict.fromkeys(_TRAPPED, _run)
    traps |= {"__class__": property(_run), "__hash__": base.__hash__}
    made: Callable[..., object] = type(f"Trapped{base.__name__.title()}", (base,), traps)
    return lambda: made(*arguments)


def _collider(text: str) -> object:
    def same_hash(_self: object) -> int:
        return hash(text)

    traps: dict[str, object] = {"__hash__": same_hash, "__eq__": _run, "__repr__": object.__repr__}
    made: Callable[..., object] = type("Collider", (), traps)
    return made()


_BOOBY_TRAPS: Final = (
    _booby_trapped(object),
    _booby_trapped(str, "chat"),
    _booby_trapped(int, 1),
    _booby_trapped(float, 1.0),
    _booby_trapped(list, [1]),
    _booby_trapped(dict, {"a": 1}),
)
