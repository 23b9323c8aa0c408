"""Rules of an embedder's own are checked before they are looked for."""

import pytest

from mimir.core.outcome import Failure
from mimir.core.redaction.custom import CustomShape, InvalidRule, extended
from mimir.core.redaction.rules import DEFAULT_RULES, REFERENCE_RULES
from mimir.core.redaction.text import REDACTED, scrub
from mimir.core.redaction.walk import scrub_data


@pytest.mark.parametrize("literal", ["", "ab", "---", "a b", "\u00e9abc", "a" * 65])
def test_a_literal_that_stops_a_search_everywhere_is_refused(literal: str) -> None:
    refused = extended(shapes=[CustomShape("own", literal, "[a-z]{8}")])
    assert isinstance(refused, Failure)
    assert refused.failure().code == "invalid_rule"
    assert refused.failure().message.startswith("own: its literal")


@pytest.mark.parametrize(
    "tail",
    ["", "(a+)+", "a*", ".{8}", "[a-z]+[a-z]+", "a|b",
     r"(?<=x)a{8}", r"\1{8}", "[^a]{8}", "a{2,9}b{8}", "^a{8}"],
)  # fmt: skip
def test_a_tail_that_may_try_a_character_twice_is_refused(tail: str) -> None:
    assert isinstance(extended(shapes=[CustomShape("own", "own_", tail)]), Failure)


@pytest.mark.parametrize("tail", ["[z-a]{8}", "a{9,8}"])
def test_a_tail_that_goes_backwards_is_refused(tail: str) -> None:
    refused = extended(shapes=[CustomShape("own", "own_", tail)])
    assert refused == Failure(
        InvalidRule("own", "its tail has a set or a count that goes backwards")
    )


def test_a_tail_of_few_characters_is_refused() -> None:
    assert isinstance(extended(shapes=[CustomShape("own", "own_", "[a-z]{2}-[0-9]+")]), Failure)
    assert not isinstance(extended(shapes=[CustomShape("o", "own_", "[a-z]{6}-[0-9]+")]), Failure)


@pytest.mark.parametrize("name", ["", "ab", "1abc", "a&b", "a" * 65])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    assert isinstance(extended(key_names=["badge", name]), Failure)


def test_an_error_quotes_no_key() -> None:
    key = "sk-" + "a1B2" * 12
    assert extended(shapes=[CustomShape(key, "", "")]).failure().rule == REDACTED


def test_names_and_shapes_of_its_own_add_to_those_that_are_known() -> None:
    first = extended(key_names=["door code"]).unwrap()
    rules = extended(
        first, shapes=[CustomShape("a", "acme_", "[0-9]{8}")], key_names=["badge"]
    ).unwrap()
    assert scrub("acme_12345678 doorCode='x y', badge: k7-Pq2", rules) == (
        f"{REDACTED} doorCode='{REDACTED}', badge: {REDACTED}"
    )
    assert scrub_data({"DOOR_CODE": "x", "badge": ["y"], "password": "z", "a": "b"}, rules) == {
        "DOOR_CODE": REDACTED,
        "badge": [REDACTED],
        "password": REDACTED,
        "a": "b",
    }


def test_rules_without_names_may_be_given_some() -> None:
    rules = extended(REFERENCE_RULES, key_names=["badge"]).unwrap()
    assert scrub_data({"badge": "x"}, rules) == {"badge": REDACTED}
    assert extended(DEFAULT_RULES).unwrap() == DEFAULT_RULES
