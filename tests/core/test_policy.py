"""How a policy is read."""

import pytest

from mimir.core.outcome import Failure, Success
from mimir.core.policy import (
    DEFAULT_POLICY,
    WHEN_UNHEALTHY,
    Policy,
    WhenUnhealthy,
    parse,
    to_json,
)
from mimir.core.vocabulary import Model


def test_an_empty_policy_is_the_default_one() -> None:
    assert parse({}) == Success(DEFAULT_POLICY)
    assert not DEFAULT_POLICY.allowed_models
    assert DEFAULT_POLICY.unpriced == "last"
    assert (DEFAULT_POLICY.probe_first, DEFAULT_POLICY.when_unhealthy) == (True, "fail")


def test_both_keys_are_read_and_null_models_allow_all() -> None:
    assert parse({"allowed_models": None, "unpriced": "free"}) == Success(Policy(unpriced="free"))
    allowed = parse({"allowed_models": ["a:b", "a:b"]}).unwrap().allowed_models
    assert allowed == {Model("a:b")}


def test_a_policy_that_is_written_and_read_is_the_same_and_its_models_stand_sorted() -> None:
    policy = Policy(allowed_models=frozenset(map(Model, "cab")), unpriced="exclude")
    assert to_json(policy)["allowed_models"] == ["a", "b", "c"]
    assert parse(to_json(policy)) == Success(policy)
    assert parse(to_json(DEFAULT_POLICY)) == Success(DEFAULT_POLICY)


@pytest.mark.parametrize("probe_first", [True, False])
@pytest.mark.parametrize("rule", WHEN_UNHEALTHY)
def test_what_is_said_of_lanes_that_are_out_is_read_and_always_written(
    probe_first: bool, rule: WhenUnhealthy
) -> None:
    raw = {"probe_first": probe_first, "when_unhealthy": rule}
    policy = Policy(probe_first=probe_first, when_unhealthy=rule)
    assert parse(raw) == Success(policy)
    assert to_json(policy) == {"allowed_models": [], "unpriced": "last", **raw}


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (None, ""),
        ([], ""),
        ({"allowed": []}, "allowed"),
        ({1: 2}, "1"),
        ({"allowed_models": "a:b"}, "allowed_models"),
        ({"allowed_models": ["a:b", 1]}, "allowed_models[1]"),
        ({"allowed_models": ["a:b"] * 1001}, "allowed_models"),
        ({"unpriced": "cheap"}, "unpriced"),
        ({"unpriced": None}, "unpriced"),
        ({"unpriced": True}, "unpriced"),
        ({"probe_first": 1}, "probe_first"),
        ({"probe_first": None}, "probe_first"),
        ({"when_unhealthy": "later"}, "when_unhealthy"),
        ({"when_unhealthy": None}, "when_unhealthy"),
        ({"when_unhealthy": ["wait"]}, "when_unhealthy"),
    ],
)
def test_a_wrong_policy_names_its_field(raw: object, field: str) -> None:
    outcome = parse(raw)
    assert isinstance(outcome, Failure)
    assert (outcome.failure().code, outcome.failure().field) == ("invalid_policy", field)
