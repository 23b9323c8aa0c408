"""The golden corpus: what was decided once is derived again, for ever. Nothing rewrites it."""

import json
from collections import Counter
from pathlib import Path

import pytest

from mimir.core.canonical import Digest, Sealed, digest, encode
from mimir.core.exclusion import TooExpensive
from mimir.core.inputs import Inputs
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Success
from mimir.core.policy import UNPRICED
from mimir.core.ranker import RANKERS
from mimir.core.record import stored_inputs
from mimir.core.record.parse import StoredRecord, parse
from mimir.core.review.replay import Match, replay
from mimir.core.verdict import Excluded, PlacementReason, Verdict
from mimir.core.vocabulary import EXCLUSION_CLASSES

GOLDEN = Path(__file__).parents[1] / "golden"
RECORDS = (GOLDEN / "records.jsonl").read_bytes().splitlines()
INPUTS = {digest(line): line for line in (GOLDEN / "inputs.jsonl").read_bytes().splitlines()}
REASONS: set[PlacementReason] = {
    "capability_match",
    "cheapest_viable",
    "cheapest_by_rate",
    "only_unpriced",
    "fastest_viable",
    "least_weighted",
}


def stored(name: Digest) -> Sealed:
    return Sealed(name, INPUTS[name])


def read(line: bytes) -> tuple[StoredRecord, Inputs]:
    record = parse(json.loads(line)).unwrap()
    digests = record.digests
    assert digests is not None
    return record, Inputs(
        stored_inputs.descriptor(stored(digests.descriptor)).unwrap(),
        stored_inputs.catalog(stored(digests.catalog)).unwrap(),
        stored_inputs.policy(stored(digests.policy)).unwrap(),
        stored_inputs.snapshot(stored(digests.snapshot)).unwrap(),
        stored_inputs.ranker(stored(digests.ranker)).unwrap(),
    )


@pytest.fixture(scope="module")
def corpus() -> list[tuple[StoredRecord, Inputs]]:
    return [read(line) for line in RECORDS]


Corpus = list[tuple[StoredRecord, Inputs]]


def verdicts(inputs: Inputs) -> tuple[Verdict, ...]:
    outcome = place_inputs(inputs)
    return outcome.unwrap().verdicts if isinstance(outcome, Success) else outcome.failure().verdicts


def test_every_decision_is_derived_again(corpus: Corpus) -> None:
    for record, inputs in corpus:
        assert replay(record, inputs) == Success(Match(record.decision_id))


def test_the_corpus_is_200_decisions_in_canonical_form_and_nothing_unused(corpus: Corpus) -> None:
    assert len({record.decision_id for record, _ in corpus}) == 200
    for line in [*RECORDS, *INPUTS.values()]:
        assert encode(json.loads(line)) == Success(line)
    used: set[Digest] = set()
    for record, _ in corpus:
        assert record.digests is not None
        named = record.digests
        used |= {named.descriptor, named.catalog, named.policy, named.snapshot, named.ranker}
    assert used == set(INPUTS)


def test_the_corpus_has_both_outcomes_and_every_reason(corpus: Corpus) -> None:
    ends = Counter(record.outcome for record, _ in corpus)
    assert min(ends["placement"], ends["no_candidate"]) > 20
    said = {reason for record, _ in corpus for reason in record.reasons}
    assert said == {*REASONS, *EXCLUSION_CLASSES}


def test_the_corpus_has_every_exclusion_in_every_form(corpus: Corpus) -> None:
    reasons = [
        verdict.reason
        for _, inputs in corpus
        for verdict in verdicts(inputs)
        if isinstance(verdict, Excluded)
    ]
    assert {reason.exclusion_class for reason in reasons} == set(EXCLUSION_CLASSES)
    assert {type(reason).__name__ for reason in reasons} == {
        "MissingCapabilities",
        "ContextTooSmall",
        "BelowQualityBar",
        "QualityUnknown",
        "ModelNotAllowed",
        "ModelUnpriced",
        "OtherRuntime",
        "LaneNotOk",
        "TooSlow",
        "TooExpensive",
    }
    costs = {reason.exact is None for reason in reasons if isinstance(reason, TooExpensive)}
    assert costs == {True, False}


def test_the_corpus_has_every_ranker_policy_and_size(corpus: Corpus) -> None:
    assert {inputs.ranker.name for _, inputs in corpus} == set(RANKERS)
    assert {inputs.policy.unpriced for _, inputs in corpus} == set(UNPRICED)
    assert {bool(inputs.policy.allowed_models) for _, inputs in corpus} == {True, False}
    assert {inputs.descriptor.quality_bar for _, inputs in corpus} == {None, 9_000}
    assert {inputs.descriptor.expected_tokens is None for _, inputs in corpus} == {True, False}
    assert {inputs.snapshot.remaining for _, inputs in corpus} == {None, 2_000, 0, -5}
    several = [record for record, _ in corpus if any(item.rank == 3 for item in record.candidates)]
    assert len(several) > 10
    assert any(item.unpriced for record, _ in corpus for item in record.candidates)


def test_a_request_above_a_step_of_its_quote_was_placed_and_one_past_the_last(
    corpus: Corpus,
) -> None:
    costs = [
        (inputs.descriptor.expected_tokens.input, item.projected)
        for record, inputs in corpus
        if inputs.descriptor.expected_tokens is not None and inputs.snapshot.quotes
        for item in record.candidates
        if item.id == "stepped"
    ]
    assert {given for given, _ in costs} == {1_000, 1_001, 60_000}
    assert all((cost is None) == (given == 60_000) for given, cost in costs)
