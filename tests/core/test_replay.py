"""A record matches what its inputs give, and every difference is named."""

import json

import pytest
from attrs import evolve

from mimir.core import snapshot_json as snapshots
from mimir.core.canonical import seal
from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Failure, Success
from mimir.core.policy import Policy
from mimir.core.pricing.quote import Quote
from mimir.core.ranker import FASTEST_FIRST
from mimir.core.record.build import build
from mimir.core.record.parse import StoredRecord, parse
from mimir.core.record.schema import to_json
from mimir.core.record.seal import seal_inputs
from mimir.core.review.replay import Drift, Match, replay
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import DecisionId, EntryId, Lane, Model

ID = DecisionId("rd_" + "a2" * 13)
CHEAP, SICK = (
    Entry(id=EntryId(name), model=Model(f"p:{name}"), lane=Lane(name), runtime="managed")
    for name in ("cheap", "sick")
)
INPUTS = Inputs(
    Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=9,
        latency_tolerance_ms=9,
        expected_tokens=ExpectedTokens(1, 2),
    ),
    Catalog((CHEAP, SICK)),
    Policy(),
    Snapshot(
        quotes={CHEAP.model: Quote(CHEAP.model, 2, 3, "config", None)},
        lanes={SICK.lane: "degraded"},
        remaining=None,
        taken_at=Instant("2026-01-01T00:00:00Z"),
    ),
)
NONE = evolve(INPUTS, catalog=Catalog((SICK,)))


def document(inputs: Inputs, *, sealed: bool = True) -> dict[str, object]:
    record = build(
        decision_id=ID,
        decided_at=Instant("2026-01-01T00:00:01Z"),
        descriptor=inputs.descriptor,
        snapshot=inputs.snapshot,
        decision=place_inputs(inputs),
        seal=seal_inputs(inputs).unwrap() if sealed else None,
    ).unwrap()
    read: dict[str, object] = json.loads(json.dumps(to_json(record)))
    return read


def stored(raw: object) -> StoredRecord:
    return parse(raw).unwrap()


def schema_1(inputs: Inputs) -> dict[str, object]:
    """Write the record as schema 1 had it, key by key."""
    made = document(inputs)
    asked, world, verdict = made["descriptor"], made["snapshot"], made["verdict"]
    assert isinstance(asked, dict)
    assert isinstance(world, dict)
    assert isinstance(verdict, dict)
    del asked["quality_bar"]
    names = ("id", "verdict", "reason", "unpriced")
    rows = [{key: row[key] for key in names if key in row} for row in verdict["candidates"]]
    return {
        "schema": 1,
        **{key: made[key] for key in ("decision_id", "decided_at", "workflow_id", "step_id")},
        "grant_id": None,
        "descriptor": asked,
        "snapshot": {key: world[key] for key in ("snapshot_at", "degraded_lanes")},
        "verdict": {
            **{key: item for key, item in verdict.items() if key != "unhealthy"},
            "candidates": rows,
        },
    }


def schema_2(inputs: Inputs) -> dict[str, object]:
    """Write the record as schema 2 had it, key by key, and the digests of what was stored then."""
    made = document(inputs)
    digests, rules = made["inputs"], made["policy"]
    world, verdict = made["snapshot"], made["verdict"]
    assert isinstance(digests, dict)
    assert isinstance(rules, dict)
    assert isinstance(world, dict)
    assert isinstance(verdict, dict)
    del world["probes"], verdict["unhealthy"]
    for row in verdict["candidates"]:
        row.pop("probe", None)
    old = {key: rules[key] for key in ("allowed_models", "unpriced")}
    stored_world = snapshots.to_json(inputs.snapshot)
    del stored_world["probes"], stored_world["waits"]
    then = {"policy": seal(old).unwrap().digest, "snapshot": seal(stored_world).unwrap().digest}
    return {**made, "schema": 2, "policy": old, "inputs": {**digests, **then}}


def drift(record: StoredRecord, inputs: Inputs) -> Drift:
    outcome = replay(record, inputs)
    assert isinstance(outcome, Failure)
    return outcome.failure()


@pytest.mark.parametrize("inputs", [INPUTS, NONE, evolve(INPUTS, ranker=FASTEST_FIRST)])
@pytest.mark.parametrize("sealed", [True, False])
def test_a_fresh_record_matches(inputs: Inputs, sealed: bool) -> None:
    assert replay(stored(document(inputs, sealed=sealed)), inputs) == Success(Match(ID))


@pytest.mark.parametrize("inputs", [INPUTS, NONE])
def test_a_record_of_schema_1_matches_in_its_own_form(inputs: Inputs) -> None:
    assert replay(stored(schema_1(inputs)), inputs) == Success(Match(ID))


@pytest.mark.parametrize("inputs", [INPUTS, NONE, evolve(INPUTS, ranker=FASTEST_FIRST)])
def test_a_record_of_schema_2_matches_in_its_own_form(inputs: Inputs) -> None:
    record = stored(schema_2(inputs))
    now = stored(document(inputs)).digests
    assert record.digests is not None
    assert now is not None
    assert record.digests.policy != now.policy
    assert record.digests.snapshot != now.snapshot
    assert replay(record, inputs) == Success(Match(ID))


@pytest.mark.parametrize(
    ("other", "paths"),
    [
        (
            evolve(INPUTS, policy=Policy(when_unhealthy="wait")),
            ["inputs.policy", "policy.when_unhealthy"],
        ),
        (
            evolve(INPUTS, policy=Policy(probe_first=False)),
            ["inputs.policy", "policy.probe_first"],
        ),
        (
            evolve(INPUTS, snapshot=evolve(INPUTS.snapshot, probes=frozenset([SICK.lane]))),
            ["inputs.snapshot", "snapshot.probes"],
        ),
        (
            evolve(INPUTS, snapshot=evolve(INPUTS.snapshot, waits={SICK.lane: 5})),
            ["inputs.snapshot"],
        ),
    ],
)
def test_what_schema_2_could_not_say_was_not_decided_on(other: Inputs, paths: list[str]) -> None:
    found = drift(stored(schema_2(INPUTS)), other)
    assert [item.path for item in found.differences] == paths


@pytest.mark.parametrize("field", ["probe_first", "when_unhealthy", "probes", "waits"])
def test_what_is_said_of_lanes_that_are_out_is_compared(field: str) -> None:
    policy, world = INPUTS.policy, INPUTS.snapshot
    other = {
        "probe_first": evolve(INPUTS, policy=evolve(policy, probe_first=False)),
        "when_unhealthy": evolve(INPUTS, policy=evolve(policy, when_unhealthy="wait")),
        "probes": evolve(INPUTS, snapshot=evolve(world, probes=frozenset([SICK.lane]))),
        "waits": evolve(INPUTS, snapshot=evolve(world, waits={SICK.lane: 5})),
    }[field]
    found = drift(stored(document(INPUTS)), other)
    assert found.differences[0].path in ("inputs.policy", "inputs.snapshot")


def test_a_record_of_schema_1_was_decided_by_the_first_ranker() -> None:
    found = drift(stored(schema_1(INPUTS)), evolve(INPUTS, ranker=FASTEST_FIRST))
    assert [item.path for item in found.differences] == ["verdict.reasons[1]"]


def test_a_cost_exclusion_of_schema_1_keeps_its_exact_cost() -> None:
    poor = evolve(INPUTS, snapshot=evolve(INPUTS.snapshot, remaining=-1))
    raw = schema_1(poor)
    assert '"projected_femtodollars": "8000"' in json.dumps(raw)
    assert replay(stored(raw), poor) == Success(Match(ID))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("engine_version", "9.9.9"),
        ("workflow_id", "other"),
        ("step_id", "other"),
        ("grant_id", "other"),
        ("decision_id", "rd_" + "b" * 26),
        ("parent_decision_id", "rd_" + "c" * 26),
    ],
)
def test_versions_ids_and_grants_are_not_compared(name: str, value: str) -> None:
    record = stored({**document(INPUTS), name: value})
    assert isinstance(replay(record, INPUTS), Success)


def test_a_changed_input_is_named_by_its_digest_and_by_what_follows() -> None:
    other = evolve(INPUTS, policy=Policy(allowed_models=frozenset([CHEAP.model, SICK.model])))
    paths = [item.path for item in drift(stored(document(INPUTS)), other).differences]
    assert paths == ["inputs.policy", "policy.allowed_models"]


def test_inputs_that_cannot_be_sealed_are_others() -> None:
    odd = evolve(INPUTS, catalog=Catalog((CHEAP, evolve(SICK, lane=Lane("\ud800")))))
    found = drift(stored(document(INPUTS)), odd)
    assert found.differences[0].path == "inputs"
    assert found.differences[0].derived == "null"


def test_another_number_of_candidates_is_told_by_the_numbers() -> None:
    found = drift(stored(document(INPUTS, sealed=False)), NONE)
    shown = {item.path: (item.recorded, item.derived) for item in found.differences}
    assert shown["verdict.candidates"] == ("a list of 2 items", "a list of 1 items")
    assert shown["verdict.model"] == ('"p:cheap"', "nothing")
    assert found.message.startswith('verdict.outcome: recorded "placement", derived "no_candidate"')
    assert found.message.endswith(f", and {len(found.differences) - 1} more")


def test_a_value_of_another_type_differs() -> None:
    raw = document(INPUTS)
    verdict = raw["verdict"]
    assert isinstance(verdict, dict)
    verdict["candidates"][1]["reason"] = {"class": "health", "detail": 1.0, "odd": True}
    found = drift(stored(raw), INPUTS)
    assert [(item.path, item.recorded, item.derived) for item in found.differences] == [
        ("verdict.candidates[1].reason.detail", "1.0", '"degraded"'),
        ("verdict.candidates[1].reason.odd", "true", "nothing"),
    ]


def test_one_difference_is_told_alone() -> None:
    raw = {**document(INPUTS), "decided_at": "2026-01-01T00:00:02Z"}
    message = "snapshot.age_microseconds: recorded 1000000, derived 2000000"
    assert drift(stored(raw), INPUTS).message == message
