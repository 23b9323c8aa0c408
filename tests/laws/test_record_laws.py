"""Laws of the decision record."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mimir.core.instant import Instant, parse
from mimir.core.oracle.place import place
from mimir.core.outcome import Failure, Success
from mimir.core.record.build import KeyInRecord, build
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.redaction.text import looks_like_key
from mimir.core.vocabulary import DecisionId
from mimir.testing import (
    Situation,
    anything,
    decision_ids,
    decision_records,
    instants,
    key_texts,
    names,
    situations,
)

IDS = ("grant_id", "workflow_id", "step_id")
STEPS = names().filter(lambda name: not looks_like_key(name))
NOW = Instant("2026-01-01T00:00:00Z")
DECISION = DecisionId("rd_" + "a" * 26)


@given(decision_records())
def test_a_record_survives_json(record: DecisionRecord) -> None:
    document = to_json(record)
    assert json.loads(json.dumps(document, allow_nan=False)) == document


@given(decision_records())
def test_a_record_names_every_entry_once_in_catalog_order(record: DecisionRecord) -> None:
    verdict = to_json(record)["verdict"]
    assert isinstance(verdict, dict)
    candidates = verdict["candidates"]
    assert isinstance(candidates, list)
    shown = [(row["id"], row["verdict"]) for row in candidates if isinstance(row, dict)]
    pairs = zip(record.decision.catalog.entries, record.decision.verdicts, strict=True)
    assert shown == [(entry.id, given.word) for entry, given in pairs]


@given(decision_records())
def test_an_excluded_candidate_alone_has_a_reason_of_two_parts(record: DecisionRecord) -> None:
    verdict = to_json(record)["verdict"]
    assert isinstance(verdict, dict)
    assert isinstance(verdict["candidates"], list)
    for row in verdict["candidates"]:
        assert isinstance(row, dict)
        reason = row.get("reason")
        keys = set(reason) if isinstance(reason, dict) else set[str]()
        assert keys == ({"class", "detail"} if row["verdict"] == "excluded" else set())


@given(situations(), decision_ids(), instants(), st.none() | STEPS)
def test_a_built_record_holds_what_it_was_given(
    situation: Situation, decision_id: DecisionId, decided_at: Instant, step_id: str | None
) -> None:
    decision = place(*situation)
    record = build(
        decision_id=decision_id,
        decided_at=decided_at,
        descriptor=situation.descriptor,
        snapshot=situation.snapshot,
        decision=decision,
        step_id=step_id,
    ).unwrap()
    given_ = decision.unwrap() if isinstance(decision, Success) else decision.failure()
    assert record.decision is given_
    document = to_json(record)
    assert document["decision_id"] == decision_id
    assert document["decided_at"] == decided_at.text
    assert document["step_id"] == step_id


@given(situations(max_size=2), st.sampled_from(IDS), key_texts(), st.sampled_from(["", "x ", "("]))
def test_no_key_gets_into_a_record(situation: Situation, field: str, key: str, before: str) -> None:
    ids = {name: before + key if name == field else None for name in IDS}
    outcome = build(
        decision_id=DECISION,
        decided_at=NOW,
        descriptor=situation.descriptor,
        snapshot=situation.snapshot,
        decision=place(*situation),
        **ids,
    )
    assert outcome == Failure(KeyInRecord(field))
    assert key not in outcome.failure().message


@given(situations(max_size=1), names(max_size=40))
def test_a_decision_id_of_another_form_is_refused(situation: Situation, text: str) -> None:
    outcome = build(
        decision_id=DecisionId(text),
        decided_at=NOW,
        descriptor=situation.descriptor,
        snapshot=situation.snapshot,
        decision=place(*situation),
    )
    assert outcome.failure().code == "invalid_record"


@given(instants())
def test_an_instant_reads_back_as_its_own_text(instant: Instant) -> None:
    assert parse(instant.text) == Success(instant)


@given(anything())
def test_whatever_comes_as_an_instant_an_outcome_comes_back(value: object) -> None:
    outcome = parse(value, "taken_at")
    assert isinstance(outcome, Failure)
    assert outcome.failure().field == "taken_at"
