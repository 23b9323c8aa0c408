"""The steps that parsers are made of."""

import json
from collections.abc import Callable

import pytest

import mimir
from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    integer,
    invalid,
    is_integer,
    is_list,
    is_object,
    is_text,
    items,
    optional_integer,
    optional_text,
    text,
)
from mimir.core.limits import EXCERPT_MAX_CHARS, INTEGER_MAX
from mimir.core.texts import is_unicode


class Text(str):
    """A string that is not exactly a ``str``."""

    __slots__ = ()


class Number(int):
    """An integer that is not exactly an ``int``."""


def a_lie() -> object:
    """A value whose type would run code of its own where it is named."""

    def refuse(_cls: object) -> str:
        raise AssertionError

    liar = type("Liar", (type,), {"__name__": property(refuse)})
    made: object = liar("Lie", (), {})()
    return made


def refusal(outcome: object) -> InvalidField:
    assert isinstance(outcome, InvalidField)
    return outcome


def test_only_the_exact_types_are_plain() -> None:
    assert is_object({})
    assert is_list([])
    assert is_text("")
    assert not is_object([("a", 1)])
    assert not is_list(())
    assert not is_text(Text("a"))
    assert not is_integer(Number(1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, True),
        (INTEGER_MAX, True),
        (-INTEGER_MAX, True),
        (INTEGER_MAX + 1, False),
        (-INTEGER_MAX - 1, False),
        pytest.param(1 << 20_000, False, id="digits"),
        (True, False),
        (1.0, False),
        ("1", False),
        (None, False),
    ],
)
def test_an_integer_is_an_int_of_63_bits(value: object, expected: bool) -> None:
    assert is_integer(value) is expected


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1.5, "1.5"),
        (float("nan"), "NaN"),
        (-7, "-7"),
        (INTEGER_MAX + 1, "an integer of 64 bits"),
        pytest.param(1 << 20_000, "an integer of 20001 bits", id="digits"),
        ('a"b\n', json.dumps('a"b\n')),
        ("\u00e9", '"\u00e9"'),
        ("\ud800", '"\\ud800"'),
        ([1, [2]], "a list of 2 items"),
        ({"a": {}}, "an object of 1 keys"),
        ((), "a tuple"),
        (Text("a"), "a Text"),
        pytest.param(a_lie(), "a Lie", id="lie"),
    ],
)
def test_an_excerpt_describes_without_quoting_much(value: object, shown: str) -> None:
    assert excerpt(value) == shown


def test_a_long_text_is_cut_and_a_very_long_one_is_counted() -> None:
    cut = excerpt("x" * 100)
    assert cut == f'"{"x" * (EXCERPT_MAX_CHARS - 3)}..."'
    assert excerpt("x" * EXCERPT_MAX_CHARS) == f'"{"x" * EXCERPT_MAX_CHARS}"'
    assert excerpt("x" * 257) == "a string of 257 characters"


def test_a_key_is_never_quoted_not_even_half_of_it() -> None:
    key = "sk-" + "a1B2" * 12
    for value in (key, f"{'x ' * 20}{key}", f"bearer {key}!"):
        shown = excerpt(value)
        assert key[:12] not in shown


def test_a_type_named_like_a_key_is_scrubbed() -> None:
    name = "AKIA" + "ABCDEFGH" * 2
    assert name not in excerpt(type(name, (), {})())


def test_an_error_is_bounded_and_its_code_is_its_subject() -> None:
    error = invalid("usage", "f" * 10_000, "m" * 10_000)
    assert error.code == "invalid_usage"
    assert (len(error.field), len(error.message)) == (256, 512)


def test_a_key_of_an_input_is_named_without_its_quotes() -> None:
    assert field_name("a.b") == "a.b"
    assert field_name(7) == "7"
    assert field_name("x" * 300) == "a string of 300 characters"


def test_a_text_is_non_empty_bounded_and_unicode() -> None:
    assert text("abc", "rates", "f", 3) == "abc"
    assert refusal(text("", "rates", "f", 3)).message == 'required non-empty string, got ""'
    assert refusal(text(5, "rates", "f", 3, "wanted")).message == "wanted, got 5"
    assert refusal(text("abcd", "rates", "f", 3)).message == "longer than 3 characters: 4"
    assert refusal(text("\udfff", "rates", "f", 3)).message == "holds a lone surrogate"


def test_an_optional_text_may_be_null_or_empty() -> None:
    assert optional_text(None, "rates", "f", 3) is None
    assert optional_text("", "rates", "f", 3) == ""
    assert optional_text("abc", "rates", "f", 3) == "abc"
    assert refusal(optional_text(0, "rates", "f", 3)).message == "expected string or null, got 0"


def test_an_integer_has_a_minimum_and_a_maximum() -> None:
    assert integer(0, "rates", "f", 0, "wanted") == 0
    assert refusal(integer(-1, "rates", "f", 0, "wanted")).message == "wanted, got -1"
    assert refusal(integer(True, "rates", "f", 0, "wanted")).message == "wanted, got true"
    huge = refusal(integer(2**63, "rates", "f", 0, "wanted"))
    assert huge.message == "wanted, at most 2^63 - 1, got an integer of 64 bits"
    deep = refusal(integer(-(2**63), "rates", "f", 0, "wanted"))
    assert deep.message == "wanted, got an integer of 64 bits"


def test_an_optional_integer_may_be_null() -> None:
    assert optional_integer(None, "rates", "f", 1, "wanted") is None
    assert optional_integer(1, "rates", "f", 1, "wanted") == 1
    assert refusal(optional_integer(0, "rates", "f", 1, "wanted")).field == "f"


def test_a_list_has_at_most_a_thousand_items_and_null_is_an_empty_one() -> None:
    assert items(None, "rates", "f") == []
    assert items([1], "rates", "f") == [1]
    assert refusal(items((), "rates", "f")).message == "expected list, got a tuple"
    assert refusal(items([0] * 1_001, "rates", "f")).message == "more than 1000 items: 1001"


def test_text_with_a_lone_surrogate_is_no_unicode() -> None:
    assert is_unicode("plain")
    assert is_unicode("caf\u00e9 \U0001f600")
    assert not is_unicode("caf\u00e9 \ud83d")


def test_no_parser_runs_the_comparison_of_a_foreign_key() -> None:
    class Evil(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            message = "foreign code ran"
            raise RuntimeError(message)

    def spoilt(raw: dict[str, object]) -> dict[str, object]:
        return {Evil(key): value for key, value in raw.items()}

    descriptor = {"task_class": "t", "budget_ceiling_microdollars": 1, "latency_tolerance_ms": 1}
    row = {"id": "a", "model": "p:m", "lane": "l", "runtime": "local"}
    assert isinstance(mimir.parse_descriptor(spoilt({**descriptor})), mimir.Failure)
    assert isinstance(mimir.resolve([spoilt({**row})]), mimir.Failure)
    assert isinstance(mimir.parse_policy(spoilt({"unpriced": "free"})), mimir.Failure)
    assert isinstance(mimir.parse_usage(spoilt({"input_tokens": 1}), extra="ignore"), mimir.Success)
    assert isinstance(mimir.parse_rates(spoilt({"input": 1}), extra="ignore"), mimir.Failure)
    assert isinstance(mimir.parse_completion(spoilt({"outcome": "ok"}), at=0), mimir.Failure)


@pytest.mark.parametrize("read", [text, optional_text])
def test_what_looks_like_a_key_is_no_name_and_is_not_quoted(read: Callable[..., object]) -> None:
    key = "sk-" + "a1B2" * 10
    refused = read(key, "catalog", "id", 512)
    assert refused == InvalidField("catalog", "id", "looks like a key")
    assert read("task-runner-of-the-day", "catalog", "id", 512) == "task-runner-of-the-day"
