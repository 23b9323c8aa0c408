"""Objects of a program become plain data without running code of theirs."""

import dataclasses
from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType

import attrs

from mimir.core.limits import DEPTH_MAX
from mimir.core.redaction.text import REDACTED
from mimir.core.redaction.walk import TRUNCATED, UNSUPPORTED
from mimir.core.secret import Secret
from mimir.shell.plain import redact_value, to_plain


@attrs.frozen
class Login:
    user: str
    password: object


@dataclasses.dataclass
class Session:
    login: Login
    tags: frozenset[str]


class Colour(Enum):
    RED = "red"


class Broken(Mapping[str, int]):
    def __getitem__(self, key: str) -> int:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        return 1


def test_instances_tuples_sets_enums_and_mappings_become_plain() -> None:
    value = (Session(Login("bob", Secret("x")), frozenset(["a"])), Colour.RED, {1}, b"b")
    assert to_plain(MappingProxyType({"a": value})) == {
        "a": [
            {"login": {"user": "bob", "password": "[SECRET]"}, "tags": ["a"]},
            "red",
            [1],
            b"b",
        ]
    }


def test_a_secret_of_an_instance_goes_by_the_name_of_its_field() -> None:
    assert redact_value(Login("bob", "hunter2")) == {"user": "bob", "password": REDACTED}


def test_what_is_foreign_or_raises_is_unsupported() -> None:
    assert to_plain([object(), Login, Broken(), {5: 1}]) == [
        UNSUPPORTED,
        UNSUPPORTED,
        UNSUPPORTED,
        {UNSUPPORTED: 1},
    ]


def test_what_contains_itself_or_is_too_deep_is_truncated() -> None:
    cyclic: list[object] = []
    cyclic.append(cyclic)
    assert to_plain(cyclic) == [TRUNCATED]
    deep: object = 1
    for _ in range(DEPTH_MAX + 1):
        deep = (deep,)
    assert TRUNCATED in repr(to_plain(deep))
