"""How a ranker is read and written."""

import pytest

from mimir.core.limits import INTEGER_MAX
from mimir.core.outcome import Failure, Success
from mimir.core.ranker import (
    CHEAPEST_FIRST,
    FASTEST_FIRST,
    RANKERS,
    CheapestFirst,
    FastestFirst,
    Ranker,
    Weighted,
    parse,
    to_json,
)
from mimir.testing.foreign import colliding_keys

WEIGHTED = Weighted(cost=3, latency=1, priority=INTEGER_MAX)


def test_there_are_three_and_the_default_is_the_cheapest_first() -> None:
    assert (CheapestFirst.name, FastestFirst.name, Weighted.name) == RANKERS
    assert (CheapestFirst(), FastestFirst()) == (CHEAPEST_FIRST, FASTEST_FIRST)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"name": "cheapest_first"}, CHEAPEST_FIRST),
        ({"name": "fastest_first"}, FASTEST_FIRST),
        ({"name": "weighted", "latency": 2}, Weighted(latency=2)),
        ({"name": "weighted", "cost": 3, "latency": 1, "priority": INTEGER_MAX}, WEIGHTED),
    ],
)
def test_a_ranker_is_a_name_and_its_parameters(raw: object, expected: Ranker) -> None:
    assert parse(raw) == Success(expected)


@pytest.mark.parametrize("ranker", [CHEAPEST_FIRST, FASTEST_FIRST, WEIGHTED, Weighted(cost=1)])
def test_a_ranker_that_is_written_and_read_is_the_same(ranker: Ranker) -> None:
    assert parse(to_json(ranker)) == Success(ranker)


def test_every_parameter_is_written() -> None:
    assert to_json(FASTEST_FIRST) == {"name": "fastest_first"}
    written = {"name": "weighted", "cost": 1, "latency": 0, "priority": 0}
    assert to_json(Weighted(cost=1)) == written


@pytest.mark.parametrize(
    ("raw", "field", "message"),
    [
        (None, "", "expected an object, got null"),
        (["weighted"], "", "expected an object, got a list of 1 items"),
        ({}, "name", "expected one of cheapest_first, fastest_first, weighted, got null"),
        ({"name": 1}, "name", "expected one of cheapest_first, fastest_first, weighted, got 1"),
        ({"name": "fastest_first", "cost": 1}, "cost", "unknown key; fastest_first has name"),
        (
            {"name": "weighted", "costs": 1},
            "costs",
            "unknown key; weighted has name, cost, latency, priority",
        ),
        ({"name": "cheapest_first", 1: 2}, "1", "unknown key; cheapest_first has name"),
        ({"name": "weighted"}, "", "one of cost, latency, priority must be above 0"),
        (
            {"name": "weighted", "cost": 0, "priority": 0},
            "",
            "one of cost, latency, priority must be above 0",
        ),
        (
            {"name": "weighted", "cost": 1, "latency": -1},
            "latency",
            "expected integer of 0 or more, got -1",
        ),
        ({"name": "weighted", "cost": 0.5}, "cost", "expected integer of 0 or more, got 0.5"),
        ({"name": "weighted", "cost": True}, "cost", "expected integer of 0 or more, got true"),
        (
            {"name": "weighted", "cost": 1, "priority": None},
            "priority",
            "expected integer of 0 or more, got null",
        ),
        (
            {"name": "weighted", "cost": 2**63},
            "cost",
            "expected integer of 0 or more, at most 2^63 - 1, got an integer of 64 bits",
        ),
    ],
)
def test_what_is_no_ranker_is_named_by_its_field(raw: object, field: str, message: str) -> None:
    read = parse(raw)
    assert isinstance(read, Failure)
    error = read.failure()
    assert (error.code, error.field, error.message) == ("invalid_ranker", field, message)


def test_a_key_of_another_type_beside_the_name_runs_no_code() -> None:
    assert parse(colliding_keys(("name",))).failure().field == "name"
