"""Objects of a program as plain data, and scrubbed: what the core takes no part of.

Rules:
1. Instances of attrs and of dataclasses become objects of their fields, mappings objects of
   their items, tuples and sets lists, members of an enum their values. A ``Secret`` stays masked.
2. No code of a value runs but what reads a field or walks a mapping; whatever it raises leaves
   ``[UNSUPPORTED]`` behind.
3. What contains itself, or stands deeper than ``DEPTH_MAX`` levels, becomes ``[TRUNCATED]``; so
   does what comes after ``WORK_MAX`` values.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeGuard

import attrs

from mimir.core.limits import DEPTH_MAX
from mimir.core.redaction.rules import DEFAULT_RULES, Rules
from mimir.core.redaction.walk import TRUNCATED, UNSUPPORTED, WORK_MAX, Scrubbed, scrub_data
from mimir.core.secret import MASK, Secret


def to_plain(value: object) -> object:
    """Make plain data of ``value``: dicts, lists, text, bytes, numbers, bools and null.

    >>> @attrs.frozen
    ... class Login:
    ...     user: str
    ...     password: Secret
    >>> to_plain({"logins": (Login("bob", Secret("hunter2")),)})
    {'logins': [{'user': 'bob', 'password': '[SECRET]'}]}
    """
    return _Flattening().value(value)


def redact_value(value: object, rules: Rules = DEFAULT_RULES) -> Scrubbed:
    """Make plain data of ``value`` and scrub it; it never fails.

    >>> @dataclasses.dataclass
    ... class Login:
    ...     user: str
    ...     password: str
    >>> redact_value(Login("bob", "hunter2"))
    {'user': 'bob', 'password': '[REDACTED]'}
    """
    return scrub_data(to_plain(value), rules)


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _is_row(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, list | tuple | set | frozenset)


class _Flattening:
    def __init__(self) -> None:
        self._entered: set[int] = set()
        self._left = WORK_MAX

    def value(self, value: object) -> object:
        self._left -= 1
        if value is None or type(value) in (str, bytes, bytearray, bool, int, float):
            return value
        if isinstance(value, Secret):
            return MASK
        if isinstance(value, Enum):
            return self.value(value.value)
        if id(value) in self._entered or len(self._entered) >= DEPTH_MAX or self._left < 0:
            return TRUNCATED
        self._entered.add(id(value))
        try:
            return self._container(value)
        except Exception:
            return UNSUPPORTED
        finally:
            self._entered.discard(id(value))

    def _container(self, value: object) -> object:
        if _is_mapping(value):
            return self._object(value.items())
        if _is_row(value):
            return [self.value(item) for item in value]
        kind = type(value)
        if attrs.has(kind):
            names = [field.name for field in attrs.fields(kind)]
        elif dataclasses.is_dataclass(kind):
            names = [field.name for field in dataclasses.fields(kind)]
        else:
            return UNSUPPORTED
        return self._object((name, getattr(value, name)) for name in names)

    def _object(self, items: Iterable[tuple[object, object]]) -> dict[object, object]:
        return {(key if type(key) is str else UNSUPPORTED): self.value(item) for key, item in items}
