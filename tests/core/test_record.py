"""What a decision record says, and what it refuses to hold."""

import json

import pytest
from attrs import evolve

from mimir.core.catalog import Catalog, resolve
from mimir.core.descriptor import Agent, Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.fields import InvalidField
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.oracle.place import place
from mimir.core.outcome import Failure, Outcome
from mimir.core.policy import Policy
from mimir.core.record.build import KeyInRecord, RecordError, build
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.record.seal import seal_inputs
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import NoCandidate, Placement
from mimir.core.version import __version__
from mimir.core.vocabulary import DecisionId, Lane

ID = DecisionId("rd_" + "a2" * 13)
DECIDED = Instant("2026-01-01T00:00:01Z")
WORLD = Snapshot(
    quotes={},
    lanes={Lane("sick"): "degraded"},
    remaining=None,
    taken_at=Instant("2026-01-01T00:00:00.50Z"),
)
WANTED = Descriptor(
    task_class="chat",
    budget_ceiling_microdollars=9,
    latency_tolerance_ms=9,
    expected_tokens=ExpectedTokens(1, 2),
    agent=Agent("sha256:1"),
)


def row(name: str, lane: str) -> Entry:
    raw = {"id": name, "model": f"p:{name}", "lane": lane, "runtime": "managed"}
    return resolve([raw]).unwrap().entries[0]


def decided(*entries: Entry, policy: Policy | None = None) -> Outcome[Placement, NoCandidate]:
    return place(WANTED, Catalog(entries), policy or Policy(unpriced="free"), WORLD)


def built(decision: Outcome[Placement, NoCandidate]) -> DecisionRecord:
    return build(
        decision_id=ID,
        decided_at=DECIDED,
        descriptor=WANTED,
        snapshot=WORLD,
        decision=decision,
        grant_id="3f2f1c9a-0000-4000-8000-000000000001",
        workflow_id="wf",
    ).unwrap()


def test_the_record_of_a_placement_says_everything() -> None:
    document = to_json(built(decided(row("a", "sick"), row("b", "well"))))
    assert json.loads(json.dumps(document)) == {
        "schema": 2,
        "engine_version": __version__,
        "parent_decision_id": None,
        "inputs": None,
        "policy": {"allowed_models": [], "unpriced": "free"},
        "ranker": {"name": "cheapest_first"},
        "decision_id": ID,
        "decided_at": "2026-01-01T00:00:01Z",
        "workflow_id": "wf",
        "step_id": None,
        "grant_id": "3f2f1c9a-0000-4000-8000-000000000001",
        "descriptor": {
            "task_class": "chat",
            "budget_ceiling_microdollars": 9,
            "latency_tolerance_ms": 9,
            "capabilities": [],
            "runtime_preference": "any",
            "expected_tokens": {"in": 1, "out": 2},
            "agent": {"digest": "sha256:1", "name": None, "version": None},
            "max_outcome_iterations": None,
            "quality_bar": None,
        },
        "snapshot": {
            "snapshot_at": "2026-01-01T00:00:00.50Z",
            "age_microseconds": 500_000,
            "degraded_lanes": ["sick"],
            "remaining_microdollars": None,
        },
        "verdict": {
            "outcome": "placement",
            "model": "p:b",
            "lane": "well",
            "entry_id": "b",
            "reasons": ["capability_match", "cheapest_viable"],
            "candidates": [
                {
                    "id": "a",
                    "verdict": "excluded",
                    "reason": {"class": "health", "detail": "degraded"},
                    "projected_femtodollars": None,
                },
                {
                    "id": "b",
                    "verdict": "chosen",
                    "projected_femtodollars": None,
                    "rank": 1,
                    "rank_key": ["0", "0", "1", "0", "0", "100"],
                },
            ],
        },
    }


def test_the_record_of_no_candidate_names_no_entry() -> None:
    verdict = to_json(built(decided(row("a", "sick"))))["verdict"]
    assert isinstance(verdict, dict)
    assert verdict["outcome"] == "no_candidate"
    assert verdict["reasons"] == ["health"]
    assert "entry_id" not in verdict


def test_an_unpriced_entry_is_marked() -> None:
    verdict = to_json(built(decided(row("a", "well"), policy=Policy())))["verdict"]
    assert isinstance(verdict, dict)
    (candidate,) = verdict["candidates"]
    assert candidate == {
        "id": "a",
        "verdict": "chosen",
        "unpriced": True,
        "projected_femtodollars": None,
        "rank": 1,
        "rank_key": ["1", "0", "1", "0", "0", "100"],
    }


@pytest.mark.parametrize("text", ["", "2026-01-01T00:00:00+00:00", "2026-02-30T00:00:00Z"])
def test_a_time_that_no_reader_reads_is_refused(text: str) -> None:
    outcome = build(
        decision_id=ID,
        decided_at=Instant(text),
        descriptor=WANTED,
        snapshot=WORLD,
        decision=decided(),
    )
    assert isinstance(outcome, Failure)
    assert (outcome.failure().code, outcome.failure().field) == ("invalid_record", "decided_at")


@pytest.mark.parametrize("field", ["grant_id", "workflow_id", "step_id"])
def test_an_id_that_looks_like_a_key_is_refused(field: str) -> None:
    key = "vk-" + "abc123" * 4
    outcome = build(
        decision_id=ID,
        decided_at=DECIDED,
        descriptor=WANTED,
        snapshot=WORLD,
        decision=decided(),
        grant_id=key if field == "grant_id" else None,
        workflow_id=key if field == "workflow_id" else None,
        step_id=key if field == "step_id" else None,
    )
    assert isinstance(outcome, Failure)
    error = outcome.failure()
    assert error == KeyInRecord(field)
    assert key not in error.message


@pytest.mark.parametrize("grant", ["x" * 513, "\ud800"])
def test_an_id_past_its_bounds_is_refused(grant: str) -> None:
    outcome = build(
        decision_id=ID,
        decided_at=DECIDED,
        descriptor=WANTED,
        snapshot=WORLD,
        decision=decided(),
        grant_id=grant,
    )
    assert outcome.failure().code == "invalid_record"


@pytest.mark.parametrize("bad", ["", "rd_", "rd_" + "A" * 26, "rd_" + "a" * 27])
def test_a_malformed_decision_id_is_refused(bad: str) -> None:
    outcome = build(
        decision_id=DecisionId(bad),
        decided_at=DECIDED,
        descriptor=WANTED,
        snapshot=WORLD,
        decision=decided(),
    )
    error = outcome.failure()
    assert error.code == "invalid_record"


OTHER_WORLD = evolve(WORLD, remaining=5)


def refused(**given: object) -> RecordError:
    """Build the record of one decision with something of another; return the refusal."""
    said = {"descriptor": WANTED, "snapshot": WORLD, "decision": decided(), **given}
    outcome = build(decision_id=ID, decided_at=DECIDED, **said)  # type: ignore[arg-type]
    assert isinstance(outcome, Failure)
    return outcome.failure()


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("descriptor", evolve(WANTED, task_class="sum")),
        ("snapshot", OTHER_WORLD),
        ("seal", seal_inputs(Inputs(WANTED, Catalog(()), Policy(), OTHER_WORLD)).unwrap()),
    ],
)
def test_a_record_of_anything_else_is_refused(field: str, other: object) -> None:
    error = refused(**{field: other})
    assert isinstance(error, InvalidField)
    assert (error.code, error.field) == ("invalid_record", field)


def test_equal_values_and_the_seal_of_equal_inputs_are_those_of_the_decision() -> None:
    answer = decided().failure()
    record = build(
        decision_id=ID,
        decided_at=DECIDED,
        descriptor=evolve(WANTED),
        snapshot=evolve(WORLD),
        decision=decided(),
        seal=seal_inputs(evolve(answer.inputs)).unwrap(),
    ).unwrap()
    assert record.digests == seal_inputs(answer.inputs).unwrap().digests


@pytest.mark.parametrize("parent", ["", "rd_1", ID])
def test_a_parent_is_another_decision(parent: str) -> None:
    error = refused(parent_decision_id=parent)
    assert isinstance(error, InvalidField)
    assert error.field == "parent_decision_id"


def test_a_parent_is_recorded() -> None:
    parent = DecisionId("rd_" + "b" * 26)
    record = build(
        decision_id=ID,
        decided_at=DECIDED,
        descriptor=WANTED,
        snapshot=WORLD,
        decision=decided(),
        parent_decision_id=parent,
    ).unwrap()
    assert to_json(record)["parent_decision_id"] == parent


@pytest.mark.parametrize("entries", [(), (row("a", "well"),)])
def test_a_record_knows_what_was_decided_on(entries: tuple[Entry, ...]) -> None:
    record = built(decided(*entries))
    assert (record.descriptor, record.snapshot) == (WANTED, WORLD)
    assert record.decision.catalog == Catalog(entries)
