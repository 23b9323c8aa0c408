"""What a decision record says, and what it refuses to hold."""

import json

import pytest
from attrs import evolve

from mimir.core.catalog import Catalog, resolve
from mimir.core.descriptor import Agent, Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.exclusion import LaneNotOk
from mimir.core.fields import InvalidField, Json
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.oracle.place import place
from mimir.core.outcome import Failure, Outcome
from mimir.core.policy import Policy
from mimir.core.pricing.quote import Quote
from mimir.core.record.build import KeyInRecord, RecordError, build
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.record.seal import seal_inputs
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import (
    Chosen,
    Decision,
    Excluded,
    NoCandidate,
    Placement,
    PlacementReason,
    Ranked,
    Unhealthy,
)
from mimir.core.version import __version__
from mimir.core.vocabulary import DecisionId, Lane, Model

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
        "schema": 3,
        "engine_version": __version__,
        "parent_decision_id": None,
        "inputs": None,
        "policy": {
            "allowed_models": [],
            "unpriced": "free",
            "probe_first": True,
            "when_unhealthy": "fail",
        },
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
            "probes": [],
        },
        "verdict": {
            "outcome": "placement",
            "model": "p:b",
            "lane": "well",
            "entry_id": "b",
            "reasons": ["capability_match", "cheapest_viable"],
            "unhealthy": None,
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


PROBED = evolve(
    WORLD,
    quotes={
        Model(f"p:{name}"): Quote(Model(f"p:{name}"), rate, rate, "config", None)
        for name, rate in (("a", 3), ("b", 1), ("c", 2))
    },
    lanes={Lane("out"): "probing", Lane("busy"): "probing", Lane("sick"): "degraded"},
    probes=frozenset(map(Lane, ["out", "sick"])),
    waits={Lane("sick"): 250},
)


def rows_of(decision: Decision) -> list[dict[str, Json]]:
    """Write a decision, and return what is said of each candidate, by its own keys."""
    made = DecisionRecord(decision_id=ID, decided_at=DECIDED, decision=decision)
    verdict = to_json(made)["verdict"]
    assert isinstance(verdict, dict)
    rows = verdict["candidates"]
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


def test_the_chosen_one_has_rank_1_whatever_its_key_and_the_others_rank_by_theirs() -> None:
    entries = row("a", "out"), row("b", "well"), row("c", "well")
    inputs = Inputs(WANTED, Catalog(entries), Policy(), PROBED)
    reasons: tuple[PlacementReason, ...] = ("capability_match", "probe_first")
    verdicts = Chosen(), Ranked(), Ranked()
    written = rows_of(Placement(entries[0], reasons, inputs, verdicts))
    assert [item["rank"] for item in written] == [1, 2, 3]
    keys = [item["rank_key"] for item in written]
    costs = [int(str(key[1])) for key in keys if isinstance(key, list)]
    assert costs[1] < costs[2] < costs[0]


def test_a_viable_candidate_whose_lane_may_be_probed_is_marked_and_no_other() -> None:
    entries = row("a", "well"), row("b", "out"), row("c", "busy"), row("d", "sick")
    inputs = Inputs(WANTED, Catalog(entries), Policy(probe_first=False), PROBED)
    reasons: tuple[PlacementReason, ...] = ("capability_match", "cheapest_viable")
    out = Excluded(LaneNotOk("probing")), Excluded(LaneNotOk("degraded"))
    written = rows_of(Placement(entries[0], reasons, inputs, (Chosen(), Ranked(), *out)))
    assert [item.get("probe") for item in written] == [None, True, None, None]


def test_the_least_bad_entry_is_written_as_any_chosen_one_is() -> None:
    entries = row("a", "sick"), row("b", "busy")
    inputs = Inputs(WANTED, Catalog(entries), Policy(when_unhealthy="least_bad"), PROBED)
    reasons: tuple[PlacementReason, ...] = ("capability_match", "least_bad")
    verdicts = Chosen(), Excluded(LaneNotOk("probing"))
    applied = Unhealthy("least_bad", Lane("sick"), 250)
    made = Placement(entries[0], reasons, inputs, verdicts, applied)
    chosen, other = rows_of(made)
    assert (chosen["verdict"], chosen["rank"]) == ("chosen", 1)
    assert set(chosen) == {"id", "verdict", "projected_femtodollars", "rank", "rank_key"}
    assert other["reason"] == {"class": "health", "detail": "probing"}


@pytest.mark.parametrize(
    ("applied", "said"),
    [
        (None, None),
        (Unhealthy("fail"), {"rule": "fail", "lane": None, "wait_milliseconds": None}),
        (
            Unhealthy("wait", Lane("sick"), 250),
            {"rule": "wait", "lane": "sick", "wait_milliseconds": 250},
        ),
    ],
)
def test_what_applied_where_no_lane_was_healthy_is_recorded(
    applied: Unhealthy | None, said: object
) -> None:
    answer = evolve(decided(row("a", "sick")).failure(), unhealthy=applied)
    made = DecisionRecord(decision_id=ID, decided_at=DECIDED, decision=answer)
    verdict = to_json(made)["verdict"]
    assert isinstance(verdict, dict)
    assert verdict["unhealthy"] == said


def test_the_probes_of_the_snapshot_stand_sorted() -> None:
    answer = place(WANTED, Catalog(()), Policy(), PROBED).failure()
    world = to_json(DecisionRecord(decision_id=ID, decided_at=DECIDED, decision=answer))["snapshot"]
    assert isinstance(world, dict)
    assert (world["probes"], world["degraded_lanes"]) == (["out", "sick"], ["busy", "out", "sick"])


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
