"""Laws of the replay: a record matches exactly when it says what its inputs give."""

import json
from copy import deepcopy

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from mimir.core import policy as policies
from mimir.core import snapshot_json as snapshots
from mimir.core.canonical import seal
from mimir.core.fields import is_object
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Failure, Success
from mimir.core.ranker import CHEAPEST_FIRST
from mimir.core.record.build import build
from mimir.core.record.parse import StoredRecord, parse
from mimir.core.record.schema import to_json
from mimir.core.record.seal import seal_inputs
from mimir.core.review.replay import COMPARED, Match, replay
from mimir.core.vocabulary import DecisionId
from mimir.testing import Situation, anything, decision_ids, instants, names, situations

ID = DecisionId("rd_" + "a" * 26)
NOW = Instant("2026-01-01T00:00:00Z")
OTHERS = [None, True, False, 0, 1, -1, 1.0, "", "0", "1", "local", [], {}, ["x"], {"x": 1}]
SINCE_2 = {
    "": ("engine_version", "parent_decision_id", "inputs", "policy", "ranker"),
    "descriptor": ("quality_bar",),
    "snapshot": ("age_microseconds", "remaining_microdollars"),
}
SINCE_3 = {
    "policy": ("probe_first", "when_unhealthy"),
    "snapshot": ("probes",),
    "verdict": ("unhealthy",),
}
Document = dict[object, object]


def document(inputs: Inputs, decision_id: DecisionId = ID, at: Instant = NOW) -> Document:
    """Decide, and return the record as it comes back from JSON."""
    record = build(
        decision_id=decision_id,
        decided_at=at,
        descriptor=inputs.descriptor,
        snapshot=inputs.snapshot,
        decision=place_inputs(inputs),
        seal=seal_inputs(inputs).unwrap(),
    ).unwrap()
    read: Document = json.loads(json.dumps(to_json(record)))
    return read


def stored(raw: Document) -> StoredRecord:
    return parse(raw).unwrap()


def paths(part: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """List the path of everything that stands in a part of a record."""
    pairs: list[tuple[object, object]] = []
    if isinstance(part, dict):
        pairs = list(part.items())
    elif isinstance(part, list):
        pairs = list(enumerate(part))
    return [path, *(found for key, item in pairs for found in paths(item, (*path, key)))]


def without(raw: Document, since: dict[str, tuple[str, ...]], *marks: str) -> Document:
    """Drop members of parts of a record, and of its candidates."""
    made = deepcopy(raw)
    for name, dropped in since.items():
        part = made[name] if name else made
        assert is_object(part)
        for key in dropped:
            del part[key]
    verdict = made["verdict"]
    assert isinstance(verdict, dict)
    for row in verdict["candidates"]:
        for key in marks:
            row.pop(key, None)
    return made


def schema_2(raw: Document, inputs: Inputs) -> Document:
    """Drop what schema 2 lacks, and name the inputs by what was stored then."""
    policy, world = policies.to_json(inputs.policy), snapshots.to_json(inputs.snapshot)
    for part, dropped in ((policy, SINCE_3["policy"]), (world, ("probes", "waits"))):
        for key in dropped:
            del part[key]
    digests = raw["inputs"]
    assert isinstance(digests, dict)
    then = {"policy": seal(policy).unwrap().digest, "snapshot": seal(world).unwrap().digest}
    return {**without(raw, SINCE_3, "probe"), "schema": 2, "inputs": {**digests, **then}}


def schema_1(raw: Document, inputs: Inputs) -> Document:
    """Drop what schema 1 lacks."""
    made = schema_2(raw, inputs)
    return {**without(made, SINCE_2, "projected_femtodollars", "rank", "rank_key"), "schema": 1}


def as_of_then(inputs: Inputs) -> Inputs:
    """Say nothing of lanes that are out, as before schema 3."""
    policy = evolve(inputs.policy, probe_first=True, when_unhealthy="fail")
    world = evolve(inputs.snapshot, probes=frozenset(), waits={})
    return evolve(inputs, policy=policy, snapshot=world)


@given(situations(), decision_ids(), instants())
def test_a_fresh_record_matches(
    situation: Situation, decision_id: DecisionId, decided_at: Instant
) -> None:
    inputs = Inputs(*situation)
    record = stored(document(inputs, decision_id, decided_at))
    assert replay(record, inputs) == Success(Match(decision_id))


@given(situations(max_size=4), st.data())
def test_no_compared_value_can_be_changed(situation: Situation, data: st.DataObject) -> None:
    inputs = Inputs(*situation)
    raw = document(inputs)
    before = json.dumps(raw, sort_keys=True)
    found = [path for name in COMPARED for path in paths(raw[name], (name,))]
    path = data.draw(st.sampled_from(found))
    part: object = raw
    for step in path[:-1]:
        part = part[step]  # type: ignore[index]
    how = data.draw(st.sampled_from(["set", "set", "remove", "repeat"]))
    if how == "set":
        part[path[-1]] = data.draw(st.sampled_from(OTHERS))  # type: ignore[index]
    elif how == "remove":
        del part[path[-1]]  # type: ignore[attr-defined]
    elif isinstance(part, list):
        part.append(part[-1])
    else:
        part["more"] = 1  # type: ignore[index]
    assume(json.dumps(raw, sort_keys=True) != before)
    assume(raw.get("inputs", 0) is not None)  # null claims no digests, and a store refuses it
    record = parse(raw)
    assert isinstance(record, Failure) or isinstance(replay(record.unwrap(), inputs), Failure)


@given(situations(max_size=3), decision_ids(), decision_ids(), st.none() | names(), names())
def test_ids_versions_and_grants_are_not_compared(
    situation: Situation,
    decision_id: DecisionId,
    parent: DecisionId,
    name: str | None,
    version: str,
) -> None:
    inputs = Inputs(*situation)
    raw: Document = {
        **document(inputs),
        "decision_id": decision_id,
        "parent_decision_id": parent,
        "engine_version": version,
        "workflow_id": name,
        "step_id": name,
        "grant_id": name,
    }
    assert replay(stored(raw), inputs) == Success(Match(decision_id))


@given(situations(max_size=3), situations(max_size=3), st.integers(0, 4))
def test_other_inputs_are_drift(one: Situation, other: Situation, member: int) -> None:
    inputs = Inputs(*one)
    name = ("descriptor", "catalog", "policy", "snapshot", "ranker")[member]
    mixed = evolve(inputs, **{name: other[member]})  # type: ignore[arg-type]
    outcome = replay(stored(document(inputs)), mixed)
    assert isinstance(outcome, Success) == (mixed == inputs)
    if isinstance(outcome, Failure) and member < 4:
        assert f"inputs.{name}" in [item.path for item in outcome.failure().differences]


@given(situations())
def test_a_record_in_the_form_of_schema_1_matches(situation: Situation) -> None:
    inputs = evolve(as_of_then(Inputs(*situation)), ranker=CHEAPEST_FIRST)
    record = stored(schema_1(document(inputs), inputs))
    assert (record.schema, record.digests) == (1, None)
    assert replay(record, inputs) == Success(Match(ID))


@given(situations())
def test_a_record_in_the_form_of_schema_2_matches(situation: Situation) -> None:
    inputs = as_of_then(Inputs(*situation))
    record = stored(schema_2(document(inputs), inputs))
    assert record.schema == 2
    assert replay(record, inputs) == Success(Match(ID))


@given(situations(), situations())
def test_other_inputs_are_drift_from_a_record_of_schema_2(one: Situation, other: Situation) -> None:
    inputs = as_of_then(Inputs(*one))
    mixed = evolve(inputs, policy=other.policy, snapshot=other.snapshot)
    outcome = replay(stored(schema_2(document(inputs), inputs)), mixed)
    assert isinstance(outcome, Success) == (mixed == inputs)


@given(anything(), st.sampled_from([1, 2, 3]))
def test_whatever_comes_as_a_record_an_outcome_comes_back(value: object, schema: int) -> None:
    assert isinstance(parse(value), Failure)
    assert isinstance(parse({"schema": schema, "decision_id": value}), Failure)
