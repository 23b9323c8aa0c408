"""A snapshot as JSON and back, and what is refused."""

import json

import pytest
from attrs import evolve

from mimir.core.instant import Instant
from mimir.core.limits import CATALOG_MAX_ROWS
from mimir.core.pricing.near import UnknownModel
from mimir.core.pricing.quote import Quote
from mimir.core.scorecard import Scorecard
from mimir.core.snapshot import Snapshot
from mimir.core.snapshot_json import parse, to_json
from mimir.core.vocabulary import Lane, Model

MODEL = Model("p:m")
AT = Instant("2026-01-01T00:00:00.50Z")
CARDS = [
    Scorecard(task_class=task, model=MODEL, passed=1, runs=2, as_of=AT) for task in ("sum", "chat")
]
WORLD = Snapshot(
    quotes={MODEL: Quote(MODEL, 2, 3, "config", None)},
    lanes={Lane("p"): "degraded"},
    remaining=-5,
    taken_at=AT,
    scorecards={(card.task_class, card.model): card for card in CARDS},
    probes=frozenset(map(Lane, ["q", "", "p"])),
    waits={Lane("p"): 0, Lane(""): 2**63 - 1},
)
RAW = to_json(WORLD)
BEFORE = {key: item for key, item in RAW.items() if key not in ("probes", "waits")}


def test_a_snapshot_survives_json() -> None:
    assert parse(json.loads(json.dumps(RAW))).unwrap() == WORLD


def test_an_empty_world_without_a_bound_survives_json() -> None:
    world = Snapshot(quotes={}, lanes={}, remaining=None, taken_at=AT)
    assert parse(to_json(world)).unwrap() == world


def test_scorecards_stand_sorted_and_what_could_not_be_quoted_is_left_out() -> None:
    cards = RAW["scorecards"]
    assert isinstance(cards, list)
    assert [card["task_class"] for card in cards if isinstance(card, dict)] == ["chat", "sum"]
    unquoted = {Model("p:n"): UnknownModel("p:n")}
    world = Snapshot(quotes={}, lanes={}, remaining=None, taken_at=AT, unquoted=unquoted)
    assert "unquoted" not in to_json(world)
    assert parse(to_json(world)).unwrap().unquoted == {}


def test_probes_stand_sorted_and_waits_by_lane() -> None:
    assert RAW["probes"] == ["", "p", "q"]
    assert RAW["waits"] == {"p": 0, "": 2**63 - 1}


def test_a_world_without_probes_and_waits_says_so() -> None:
    world = Snapshot(quotes={}, lanes={}, remaining=None, taken_at=AT)
    assert (to_json(world)["probes"], to_json(world)["waits"]) == ([], {})


def test_what_was_written_before_there_were_probes_and_waits_has_none() -> None:
    assert parse(BEFORE).unwrap() == evolve(WORLD, probes=frozenset(), waits={})


@pytest.mark.parametrize(("key", "other"), [("probes", "waits"), ("waits", "probes")])
def test_probes_and_waits_stand_together(key: str, other: str) -> None:
    assert parse({**BEFORE, key: RAW[key]}).failure().field == other


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lanes": None}, "lanes"),
        ({"lanes": {"a" * 513: "ok"}}, "lanes"),
        ({"lanes": {"p": 7}}, "lanes.p"),
        ({"lanes": {str(n): "ok" for n in range(CATALOG_MAX_ROWS + 1)}}, "lanes"),
        ({"quotes": []}, "quotes"),
        ({"quotes": {7: {}}}, "quotes"),
        ({"quotes": {"p:m": None}}, "quotes.p:m"),
        ({"quotes": {"p:m": {}}}, "quotes.p:m.input"),
        ({"remaining": 1.5}, "remaining"),
        ({"scorecards": {}}, "scorecards"),
        ({"scorecards": [{}]}, "scorecards[0].task_class"),
        ({"taken_at": "today"}, "taken_at"),
        ({"probes": None}, "probes"),
        ({"probes": {}}, "probes"),
        ({"probes": [str(n) for n in range(CATALOG_MAX_ROWS + 1)]}, "probes"),
        ({"probes": ["p", "a" * 513]}, "probes[1]"),
        ({"probes": ["p", "q", "p"]}, "probes[2]"),
        ({"probes": [7]}, "probes[0]"),
        ({"waits": None}, "waits"),
        ({"waits": {"a" * 513: 1}}, "waits"),
        ({"waits": {"p": -1}}, "waits.p"),
        ({"waits": {"p": 2**63}}, "waits.p"),
        ({"waits": {"p": True}}, "waits.p"),
        ({"waits": {"p": 1.0}}, "waits.p"),
        ({"waits": {"p": None}}, "waits.p"),
        ({"waits": {str(n): 1 for n in range(CATALOG_MAX_ROWS + 1)}}, "waits"),
        ({"at": 1}, "at"),
    ],
)
def test_what_is_malformed_is_named(change: dict[str, object], field: str) -> None:
    refused = parse({**RAW, **change}).failure()
    assert (refused.code, refused.field) == ("invalid_snapshot", field)


@pytest.mark.parametrize("key", sorted(RAW))
def test_every_key_is_required(key: str) -> None:
    refused = parse({name: item for name, item in RAW.items() if name != key}).failure()
    assert (refused.field, refused.message) == (key, "is required")


def test_what_is_no_object_is_refused() -> None:
    assert parse(None).failure().message == "expected an object, got null"
