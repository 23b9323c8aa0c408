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
from mimir.core.policy import UNPRICED, WHEN_UNHEALTHY
from mimir.core.ranker import RANKERS
from mimir.core.record import stored_inputs
from mimir.core.record.forms import SCHEMA
from mimir.core.record.parse import StoredRecord, parse
from mimir.core.record.seal import InputDigests
from mimir.core.review.replay import Match, replay
from mimir.core.verdict import Excluded, PlacementReason, Verdict
from mimir.core.vocabulary import EXCLUSION_CLASSES

GOLDEN = Path(__file__).parents[1] / "golden"
NUMBERS = range(2, SCHEMA + 1)
"""The schemas that records were sealed in; 1 had no digests."""

WRITTEN = {
    "records": "sha256:bb03340c28eaf450a2ee9e912248bc10aa6025ff8981318492a491efe46b044c",
    "inputs": "sha256:dfd40f8d341955e74e601b17cbb6983a3c882b85d1327f8b8c523f469d9a8d64",
}
"""The digests of the corpus of schema 2: no version has a reason to write it again."""

REASONS: dict[int, set[PlacementReason]] = {
    2: {
        "capability_match",
        "cheapest_viable",
        "cheapest_by_rate",
        "only_unpriced",
        "fastest_viable",
        "least_weighted",
    }
}
REASONS[3] = {*REASONS[2], "probe_first", "least_bad"}

Corpus = list[tuple[StoredRecord, Inputs]]


def lines(name: str, number: int) -> list[bytes]:
    return (GOLDEN / f"{name}-{number}.jsonl").read_bytes().splitlines()


def stored_lines(number: int) -> dict[Digest, bytes]:
    return {digest(line): line for line in lines("inputs", number)}


def digests_of(record: StoredRecord) -> InputDigests:
    assert record.digests is not None
    return record.digests


def read(line: bytes, stored: dict[Digest, bytes]) -> tuple[StoredRecord, Inputs]:
    record = parse(json.loads(line)).unwrap()
    named = digests_of(record)
    descriptor, catalog, policy, snapshot, ranker = (
        Sealed(name, stored[name])
        for name in (named.descriptor, named.catalog, named.policy, named.snapshot, named.ranker)
    )
    return record, Inputs(
        stored_inputs.descriptor(descriptor).unwrap(),
        stored_inputs.catalog(catalog).unwrap(),
        stored_inputs.policy(policy).unwrap(),
        stored_inputs.snapshot(snapshot).unwrap(),
        stored_inputs.ranker(ranker).unwrap(),
    )


def read_all(number: int) -> Corpus:
    stored = stored_lines(number)
    return [read(line, stored) for line in lines("records", number)]


@pytest.fixture(scope="module", params=NUMBERS)
def number(request: pytest.FixtureRequest) -> int:
    asked: int = request.param
    return asked


@pytest.fixture(scope="module")
def corpus(number: int) -> Corpus:
    return read_all(number)


@pytest.fixture(scope="module")
def third() -> Corpus:
    return read_all(3)


def verdicts(inputs: Inputs) -> tuple[Verdict, ...]:
    outcome = place_inputs(inputs)
    return outcome.unwrap().verdicts if isinstance(outcome, Success) else outcome.failure().verdicts


def test_every_decision_is_derived_again(corpus: Corpus) -> None:
    for record, inputs in corpus:
        assert replay(record, inputs) == Success(Match(record.decision_id))


def test_the_corpus_is_200_decisions_in_canonical_form_and_nothing_unused(
    corpus: Corpus, number: int
) -> None:
    assert {record.schema for record, _ in corpus} == {number}
    assert len({record.decision_id for record, _ in corpus}) == 200
    stored = stored_lines(number)
    for line in [*lines("records", number), *stored.values()]:
        assert encode(json.loads(line)) == Success(line)
    used: set[Digest] = set()
    for record, _ in corpus:
        named = digests_of(record)
        used |= {named.descriptor, named.catalog, named.policy, named.snapshot, named.ranker}
    assert used == set(stored)


def test_the_corpus_of_schema_2_is_as_it_was_written() -> None:
    said = {name: digest((GOLDEN / f"{name}-2.jsonl").read_bytes()) for name in WRITTEN}
    assert said == WRITTEN


def test_the_corpus_has_both_outcomes_and_every_reason(corpus: Corpus, number: int) -> None:
    ends = Counter(record.outcome for record, _ in corpus)
    assert min(ends["placement"], ends["no_candidate"]) > 20
    said = {reason for record, _ in corpus for reason in record.reasons}
    assert said == {*REASONS[number], *EXCLUSION_CLASSES}


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
    assert {inputs.snapshot.remaining for _, inputs in corpus} >= {None, 2_000, 0, -5}
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


def test_the_corpus_of_schema_3_has_probes_chosen_and_not(third: Corpus) -> None:
    assert {inputs.policy.probe_first for _, inputs in third} == {True, False}
    marked = [item for record, _ in third for item in record.candidates if item.probe]
    assert {item.word for item in marked} == {"chosen", "ranked"}


def test_the_corpus_of_schema_3_has_a_probe_with_a_larger_key_than_what_ranks_second(
    third: Corpus,
) -> None:
    keys = [{item.rank: item.rank_key for item in record.candidates} for record, _ in third]
    pairs = [(found.get(1), found.get(2)) for found in keys]
    assert any(one is not None and two is not None and one > two for one, two in pairs)


def test_the_corpus_of_schema_3_has_every_rule_of_lanes_that_are_out(third: Corpus) -> None:
    found = {
        (record.unhealthy.rule, record.outcome, record.unhealthy.wait_ms is None)
        for record, _ in third
        if record.unhealthy is not None
    }
    assert found == {
        ("fail", "no_candidate", True),
        ("wait", "no_candidate", True),
        ("wait", "no_candidate", False),
        ("least_bad", "no_candidate", True),
        ("least_bad", "placement", True),
        ("least_bad", "placement", False),
    }
    assert {inputs.policy.when_unhealthy for _, inputs in third} == set(WHEN_UNHEALTHY)
    assert any(record.unhealthy is None for record, _ in third)
