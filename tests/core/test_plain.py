"""The bounded copy of plain JSON data."""

import math
from collections.abc import Iterable

import pytest
from typing_extensions import override

from mimir.core import plain as plain_data
from mimir.core.limits import DEPTH_MAX
from mimir.core.plain import NotPlain, plain, plain_object


class LoudList(list[object]):
    """Fails as soon as any of its code runs."""

    @override
    def __len__(self) -> int:
        raise AssertionError


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


def test_a_copy_is_equal_and_shares_nothing() -> None:
    inner: list[object] = [1, 2.5, None, True, "x"]
    source: dict[str, object] = {"a": inner, "b": {"c": {}}}
    copied = plain(source)
    assert copied == source
    inner.append(9)
    assert copied != source


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": {"b": [0, (1,)]}}, ".a.b[1]"),
        ({"a": b"x"}, ".a"),
        ({"a": math.nan}, ".a"),
        ({"a": 2**63}, ".a"),
        ({"a": "\ud800"}, ".a"),
        ({"a": LoudList()}, ".a"),
        ({"a": {1: 2}}, ".a"),
        ({"a": {"\ud800": 2}}, ".a"),
    ],
)
def test_what_is_not_plain_is_named_by_its_path(value: object, path: str) -> None:
    refused = plain_object(value)
    assert isinstance(refused, NotPlain)
    assert refused.path == path


def test_levels_are_bounded_in_lists_and_objects() -> None:
    assert plain(nested(DEPTH_MAX)) == nested(DEPTH_MAX)
    too_deep = plain(nested(DEPTH_MAX + 1))
    assert isinstance(too_deep, NotPlain)
    cycle: dict[str, object] = {}
    cycle["a"] = cycle
    refused = plain(cycle)
    assert isinstance(refused, NotPlain)
    assert refused.message == f"deeper than {DEPTH_MAX} levels"


def test_shared_parts_cannot_multiply_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_data, "NODES_MAX", 10_000)
    thicket: list[object] = []
    for _ in range(DEPTH_MAX - 2):
        thicket = [thicket, thicket]
    refused = plain(thicket)
    assert isinstance(refused, NotPlain)
    assert refused.message == "more than 10000 values"


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_only_an_object_is_an_object(value: object) -> None:
    assert isinstance(plain_object(value), NotPlain)


def test_an_object_that_changes_while_it_is_read_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changes = ["dictionary changed size during iteration"]

    def members(view: Iterable[object]) -> list[object]:
        if changes:
            raise RuntimeError(changes.pop())
        return list(view)

    monkeypatch.setattr("mimir.core.plain.list", members, raising=False)
    assert plain_object({"a": 1}) == {"a": 1}
    assert not changes


def test_what_holds_more_than_there_is_room_for_is_not_walked_over() -> None:
    for full in ({"a": [1] * 4}, {"a": dict.fromkeys("bcde")}, {"a": [[], [1, 2]]}):
        refused = plain_object(full, 3)
        assert isinstance(refused, NotPlain)
        assert refused.message == "more than 3 values"
