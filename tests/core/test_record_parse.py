"""Reading records of every schema, from documents that are written out by hand."""

import json
from copy import deepcopy

import pytest

from mimir.core.descriptor import Agent, ExpectedTokens
from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure
from mimir.core.policy import Policy
from mimir.core.ranker import CHEAPEST_FIRST, Weighted
from mimir.core.record.parse import RecordParseError, UnknownSchema, parse
from mimir.core.record.parts import StoredCandidate
from mimir.core.verdict import Unhealthy
from mimir.core.vocabulary import EntryId, Lane
from mimir.testing.foreign import colliding_keys, foreign_values

SCHEMA_1 = """
{
  "schema": 1,
  "decision_id": "rd_a2a2a2a2a2a2a2a2a2a2a2a2a2",
  "decided_at": "2026-01-01T00:00:01Z",
  "workflow_id": "wf",
  "step_id": null,
  "grant_id": null,
  "descriptor": {
    "task_class": "chat",
    "budget_ceiling_microdollars": 9,
    "latency_tolerance_ms": 9,
    "capabilities": ["tools"],
    "runtime_preference": "any",
    "expected_tokens": {"in": 1, "out": 2},
    "agent": {"digest": "sha256:1", "name": null, "version": null},
    "max_outcome_iterations": null
  },
  "snapshot": {"snapshot_at": "2026-01-01T00:00:00.50Z", "degraded_lanes": ["sick"]},
  "verdict": {
    "outcome": "placement",
    "model": "p:b",
    "lane": "well",
    "entry_id": "b",
    "reasons": ["capability_match", "cheapest_viable"],
    "candidates": [
      {"id": "a", "verdict": "excluded", "reason": {"class": "health", "detail": "degraded"}},
      {"id": "b", "verdict": "chosen"},
      {"id": "c", "verdict": "ranked", "unpriced": true}
    ]
  }
}
"""
SCHEMA_1_NONE = """
{
  "schema": 1,
  "decision_id": "rd_a2a2a2a2a2a2a2a2a2a2a2a2a2",
  "decided_at": "2026-01-01T00:00:01Z",
  "workflow_id": null,
  "step_id": null,
  "grant_id": "3f2f1c9a",
  "descriptor": {
    "task_class": "chat",
    "budget_ceiling_microdollars": 9,
    "latency_tolerance_ms": 9,
    "capabilities": [],
    "runtime_preference": "local",
    "expected_tokens": null,
    "agent": null,
    "max_outcome_iterations": 3
  },
  "snapshot": {"snapshot_at": "2026-01-01T00:00:00Z", "degraded_lanes": []},
  "verdict": {
    "outcome": "no_candidate",
    "reasons": ["runtime"],
    "candidates": [
      {"id": "a", "verdict": "excluded", "reason": {"class": "runtime", "detail": "local"}}
    ]
  }
}
"""
SCHEMA_2 = """
{
  "schema": 2,
  "engine_version": "0.1.0",
  "decision_id": "rd_a2a2a2a2a2a2a2a2a2a2a2a2a2",
  "parent_decision_id": "rd_b3b3b3b3b3b3b3b3b3b3b3b3b3",
  "decided_at": "2026-01-01T00:00:01Z",
  "workflow_id": null,
  "step_id": "s",
  "grant_id": null,
  "inputs": {
    "descriptor": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "catalog": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "policy": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "snapshot": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "ranker": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
  },
  "descriptor": {
    "task_class": "chat",
    "budget_ceiling_microdollars": 9,
    "latency_tolerance_ms": 9,
    "capabilities": [],
    "runtime_preference": "any",
    "expected_tokens": {"in": 1, "out": 2},
    "agent": null,
    "max_outcome_iterations": null,
    "quality_bar": 9500
  },
  "policy": {"allowed_models": [], "unpriced": "free"},
  "ranker": {"name": "weighted", "cost": 1, "latency": 0, "priority": 2},
  "snapshot": {
    "snapshot_at": "2026-01-01T00:00:00.50Z",
    "age_microseconds": 500000,
    "degraded_lanes": [],
    "remaining_microdollars": -1
  },
  "verdict": {
    "outcome": "placement",
    "model": "p:b",
    "lane": "well",
    "entry_id": "b",
    "reasons": ["capability_match", "least_weighted"],
    "candidates": [
      {
        "id": "a",
        "verdict": "excluded",
        "reason": {"class": "latency", "detail": 12},
        "projected_femtodollars": "7000"
      },
      {
        "id": "b",
        "verdict": "chosen",
        "unpriced": true,
        "projected_femtodollars": null,
        "rank": 1,
        "rank_key": ["0", "-12"]
      }
    ]
  }
}
"""
SCHEMA_3 = """
{
  "schema": 3,
  "engine_version": "0.1.0",
  "decision_id": "rd_a2a2a2a2a2a2a2a2a2a2a2a2a2",
  "parent_decision_id": "rd_b3b3b3b3b3b3b3b3b3b3b3b3b3",
  "decided_at": "2026-01-01T00:00:01Z",
  "workflow_id": null,
  "step_id": "s",
  "grant_id": null,
  "inputs": {
    "descriptor": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "catalog": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "policy": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "snapshot": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "ranker": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
  },
  "descriptor": {
    "task_class": "chat",
    "budget_ceiling_microdollars": 9,
    "latency_tolerance_ms": 9,
    "capabilities": [],
    "runtime_preference": "any",
    "expected_tokens": {"in": 1, "out": 2},
    "agent": null,
    "max_outcome_iterations": null,
    "quality_bar": 9500
  },
  "policy": {
    "allowed_models": [],
    "unpriced": "free",
    "probe_first": true,
    "when_unhealthy": "least_bad"
  },
  "ranker": {"name": "weighted", "cost": 1, "latency": 0, "priority": 2},
  "snapshot": {
    "snapshot_at": "2026-01-01T00:00:00.50Z",
    "age_microseconds": 500000,
    "degraded_lanes": ["well"],
    "remaining_microdollars": -1,
    "probes": ["", "well"]
  },
  "verdict": {
    "outcome": "placement",
    "model": "p:b",
    "lane": "well",
    "entry_id": "b",
    "reasons": ["capability_match", "probe_first"],
    "unhealthy": {"rule": "least_bad", "lane": "well", "wait_milliseconds": 250},
    "candidates": [
      {
        "id": "a",
        "verdict": "excluded",
        "reason": {"class": "latency", "detail": 12},
        "projected_femtodollars": "7000"
      },
      {
        "id": "b",
        "verdict": "chosen",
        "unpriced": true,
        "probe": true,
        "projected_femtodollars": null,
        "rank": 1,
        "rank_key": ["0", "-12"]
      }
    ]
  }
}
"""

Document = dict[str, object]
Path = tuple[str | int, ...]


def document(text: str) -> Document:
    read: Document = json.loads(text)
    return read


def changed(text: str, path: Path, value: object) -> Document:
    """Return the document with another value at the end of a path."""
    made = document(text)
    part: object = made
    for step in path[:-1]:
        assert isinstance(part, dict | list)
        part = part[step]  # type: ignore[index]
    assert isinstance(part, dict | list)
    part[path[-1]] = value  # type: ignore[index]
    return made


def without(text: str, path: Path) -> Document:
    made = document(text)
    part: object = made
    for step in path[:-1]:
        assert isinstance(part, dict | list)
        part = part[step]  # type: ignore[index]
    assert isinstance(part, dict)
    del part[path[-1]]
    return made


def refusal(raw: object) -> RecordParseError:
    outcome = parse(raw)
    assert isinstance(outcome, Failure)
    return outcome.failure()


def keys_of(part: object, path: Path = ()) -> list[Path]:
    """List the path of every key of every object in a document."""
    if isinstance(part, dict):
        below = [found for key, item in part.items() for found in keys_of(item, (*path, key))]
        return [*((*path, key) for key in part), *below]
    if isinstance(part, list):
        return [found for at, item in enumerate(part) for found in keys_of(item, (*path, at))]
    return []


def test_a_record_of_schema_1_says_nothing_of_rules_and_costs() -> None:
    raw = document(SCHEMA_1)
    record = parse(raw).unwrap()
    assert (record.schema, record.decision_id) == (1, "rd_" + "a2" * 13)
    assert record.decided_at.text == "2026-01-01T00:00:01Z"
    assert record.descriptor.agent == Agent("sha256:1")
    assert record.descriptor.expected_tokens == ExpectedTokens(1, 2)
    assert record.descriptor.quality_bar is None
    assert (record.policy, record.ranker, record.digests) == (None, CHEAPEST_FIRST, None)
    assert (record.outcome, record.entry_id) == ("placement", "b")
    assert record.reasons == ("capability_match", "cheapest_viable")
    assert record.candidates == (
        StoredCandidate(EntryId("a"), "excluded", {"class": "health", "detail": "degraded"}),
        StoredCandidate(EntryId("b"), "chosen"),
        StoredCandidate(EntryId("c"), "ranked", unpriced=True),
    )
    assert record.document is raw


def test_a_record_of_schema_1_without_a_candidate_names_no_entry() -> None:
    record = parse(document(SCHEMA_1_NONE)).unwrap()
    assert (record.outcome, record.entry_id) == ("no_candidate", None)
    assert record.reasons == ("runtime",)


def test_a_record_of_schema_2_says_all() -> None:
    record = parse(document(SCHEMA_2)).unwrap()
    assert record.schema == 2
    assert record.policy == Policy(unpriced="free")
    assert record.ranker == Weighted(cost=1, priority=2)
    assert record.digests is not None
    assert record.digests.catalog.startswith("sha256:44136f")
    assert record.descriptor.quality_bar == 9_500
    excluded, chosen = record.candidates
    assert (excluded.projected, excluded.rank, excluded.rank_key) == (7_000, None, None)
    assert (chosen.projected, chosen.rank, chosen.rank_key) == (None, 1, (0, -12))
    assert chosen.unpriced


def test_a_record_without_inputs_or_parent_is_read() -> None:
    assert parse(changed(SCHEMA_2, ("inputs",), None)).unwrap().digests is None
    record = parse(changed(SCHEMA_2, ("parent_decision_id",), None)).unwrap()
    assert record.document["parent_decision_id"] is None


def test_a_record_of_schema_3_says_what_it_knew_of_lanes_that_are_out() -> None:
    record = parse(document(SCHEMA_3)).unwrap()
    assert record.schema == 3
    assert record.policy == Policy(unpriced="free", when_unhealthy="least_bad")
    assert record.unhealthy == Unhealthy("least_bad", Lane("well"), 250)
    assert [item.probe for item in record.candidates] == [False, True]


@pytest.mark.parametrize("text", [SCHEMA_1, SCHEMA_2])
def test_an_earlier_record_says_nothing_of_lanes_that_are_out(text: str) -> None:
    record = parse(document(text)).unwrap()
    assert record.unhealthy is None
    assert not any(item.probe for item in record.candidates)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (None, None),
        ({"rule": "fail", "lane": None, "wait_milliseconds": None}, Unhealthy("fail")),
        (
            {"rule": "wait", "lane": "", "wait_milliseconds": 0},
            Unhealthy("wait", Lane(""), 0),
        ),
        (
            {"rule": "least_bad", "lane": "p", "wait_milliseconds": None},
            Unhealthy("least_bad", Lane("p")),
        ),
    ],
)
def test_what_applied_where_no_lane_was_healthy_is_read(
    said: object, read: Unhealthy | None
) -> None:
    assert parse(changed(SCHEMA_3, ("verdict", "unhealthy"), said)).unwrap().unhealthy == read


@pytest.mark.parametrize("schema", [0, 4, -1, True, 2.0, "2", None, 10**30])
def test_an_unknown_schema_is_an_error_of_its_own(schema: object) -> None:
    error = refusal(changed(SCHEMA_2, ("schema",), schema))
    assert isinstance(error, UnknownSchema)
    assert error.message.endswith("is not known; this version reads 1 to 3")


def test_what_is_no_object_is_no_record() -> None:
    error = refusal([])
    assert isinstance(error, InvalidField)
    assert error.message == "expected an object, got a list of 0 items"


REQUIRED = [
    (text, path)
    for text in (SCHEMA_1, SCHEMA_1_NONE, SCHEMA_2, SCHEMA_3)
    for path in keys_of(document(text))
    if path[-1] not in ("schema", "unpriced", "probe", "class", "detail")
]


@pytest.mark.parametrize(("text", "path"), REQUIRED)
def test_every_key_of_a_form_is_required(text: str, path: Path) -> None:
    error = refusal(without(text, path))
    assert isinstance(error, InvalidField)
    assert error.field.endswith((str(path[-1]), "descriptor.expected_tokens", "descriptor.agent"))


@pytest.mark.parametrize(
    "path",
    [(), ("inputs",), ("policy",), ("ranker",), ("snapshot",), ("verdict",)]
    + [("verdict", "unhealthy")]
    + [("descriptor",), ("descriptor", "expected_tokens")]
    + [("verdict", "candidates", at) for at in (0, 1)],
)
def test_an_unknown_key_is_refused_by_its_name(path: Path) -> None:
    error = refusal(changed(SCHEMA_3, (*path, "odd"), 1))
    assert isinstance(error, InvalidField)
    assert error.field.endswith("odd")


def test_what_schema_2_added_is_unknown_to_schema_1() -> None:
    for path in (
        ("policy",),
        ("descriptor", "quality_bar"),
        ("snapshot", "age_microseconds"),
        ("verdict", "candidates", 1, "rank"),
    ):
        error = refusal(changed(SCHEMA_1, path, 1))
        assert isinstance(error, InvalidField)
        assert error.message.startswith("unknown key")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("policy", "probe_first"), True),
        (("policy", "probe_first"), False),
        (("policy", "when_unhealthy"), "fail"),
        (("snapshot", "probes"), []),
        (("verdict", "unhealthy"), None),
        (("verdict", "candidates", 1, "probe"), True),
    ],
)
def test_what_schema_3_added_is_unknown_to_schema_2(path: Path, value: object) -> None:
    error = refusal(changed(SCHEMA_2, path, value))
    assert isinstance(error, InvalidField)
    assert error.message.startswith("unknown key")
    assert error.field.endswith(str(path[-1]))


def test_an_excluded_candidate_is_no_probe() -> None:
    error = refusal(changed(SCHEMA_3, ("verdict", "candidates", 0, "probe"), True))
    assert isinstance(error, InvalidField)
    assert error.field == "verdict.candidates[0].probe"


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("policy", "probe_first"), None, "policy.probe_first"),
        (("policy", "when_unhealthy"), "later", "policy.when_unhealthy"),
        (("snapshot", "probes"), None, "snapshot.probes"),
        (("snapshot", "probes", 1), 7, "snapshot.probes[1]"),
        (("verdict", "unhealthy"), "fail", "verdict.unhealthy"),
        (("verdict", "unhealthy", "rule"), "later", "verdict.unhealthy.rule"),
        (("verdict", "unhealthy", "lane"), 7, "verdict.unhealthy.lane"),
        (("verdict", "unhealthy", "lane"), "a" * 513, "verdict.unhealthy.lane"),
        *(
            (
                ("verdict", "unhealthy", "wait_milliseconds"),
                value,
                "verdict.unhealthy.wait_milliseconds",
            )
            for value in (-1, 2**63, 1.0, True, "250")
        ),
        (("verdict", "candidates", 1, "probe"), False, "verdict.candidates[1].probe"),
    ],
)
def test_a_malformed_field_of_schema_3_is_named(path: Path, value: object, field: str) -> None:
    error = refusal(changed(SCHEMA_3, path, value))
    assert isinstance(error, InvalidField)
    assert (error.code, error.field) == ("invalid_record", field)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("decision_id",), "rd_1", "decision_id"),
        (("decision_id",), None, "decision_id"),
        (("parent_decision_id",), "", "parent_decision_id"),
        (("parent_decision_id",), 0, "parent_decision_id"),
        (("decided_at",), "now", "decided_at"),
        (("workflow_id",), 7, "workflow_id"),
        (("engine_version",), "", "engine_version"),
        (("engine_version",), None, "engine_version"),
        (("engine_version",), "1" * 513, "engine_version"),
        (("engine_version",), "\ud800", "engine_version"),
        (("inputs",), [], "inputs"),
        (("inputs", "policy"), "sha256:1", "inputs.policy"),
        (("inputs", "policy"), None, "inputs.policy"),
        (("descriptor",), None, "descriptor"),
        (("descriptor", "task_class"), "", "descriptor.task_class"),
        (("descriptor", "quality_bar"), 10_001, "descriptor.quality_bar"),
        (("descriptor", "capabilities"), None, "descriptor.capabilities"),
        (("descriptor", "runtime_preference"), None, "descriptor.runtime_preference"),
        (("policy",), None, "policy"),
        (("policy", "allowed_models"), None, "policy.allowed_models"),
        (("policy", "unpriced"), "first", "policy.unpriced"),
        (("ranker", "name"), "best", "ranker.name"),
        (("snapshot",), None, "snapshot"),
        (("snapshot", "snapshot_at"), 1, "snapshot.snapshot_at"),
        (("snapshot", "age_microseconds"), 1.0, "snapshot.age_microseconds"),
        (("snapshot", "remaining_microdollars"), True, "snapshot.remaining_microdollars"),
        (("snapshot", "remaining_microdollars"), 2**63, "snapshot.remaining_microdollars"),
        (("snapshot", "degraded_lanes"), None, "snapshot.degraded_lanes"),
        (("snapshot", "degraded_lanes"), ["a" * 513], "snapshot.degraded_lanes[0]"),
        (("verdict",), 1, "verdict"),
        (("verdict", "outcome"), "maybe", "verdict.outcome"),
        (("verdict", "lane"), None, "verdict.lane"),
        (("verdict", "entry_id"), "", "verdict.entry_id"),
        (("verdict", "reasons"), "cost", "verdict.reasons"),
        (("verdict", "candidates"), {}, "verdict.candidates"),
        (("verdict", "candidates", 0), 1, "verdict.candidates[0]"),
        (("verdict", "candidates", 0, "verdict"), "best", "verdict.candidates[0].verdict"),
        (("verdict", "candidates", 0, "id"), "", "verdict.candidates[0].id"),
        (("verdict", "candidates", 1, "unpriced"), False, "verdict.candidates[1].unpriced"),
        (("verdict", "candidates", 1, "rank"), 0, "verdict.candidates[1].rank"),
        (("verdict", "candidates", 1, "rank_key"), [], "verdict.candidates[1].rank_key"),
        (("verdict", "candidates", 1, "rank_key"), ["1"] * 9, "verdict.candidates[1].rank_key"),
        (("verdict", "candidates", 1, "rank_key", 1), 3, "verdict.candidates[1].rank_key[1]"),
    ],
)
def test_a_malformed_field_is_named(path: Path, value: object, field: str) -> None:
    error = refusal(changed(SCHEMA_2, path, value))
    assert isinstance(error, InvalidField)
    assert (error.code, error.field) == ("invalid_record", field)


@pytest.mark.parametrize(
    "number",
    ["", "-", "--5", "-0", "-7", "007", "+1", "1.0", "1e3", " 1", "\u0663", "\u00b2", 5, "1" * 65],
)
def test_a_cost_is_a_decimal_string_written_as_an_integer_of_0_or_more_is(number: object) -> None:
    path = ("verdict", "candidates", 0, "projected_femtodollars")
    error = refusal(changed(SCHEMA_2, path, number))
    assert isinstance(error, InvalidField)
    assert error.field == "verdict.candidates[0].projected_femtodollars"


def test_a_reader_does_not_change_what_it_reads() -> None:
    raw = document(SCHEMA_2)
    before = deepcopy(raw)
    parse(raw).unwrap()
    assert raw == before


def test_keys_and_words_of_another_type_run_no_code() -> None:
    assert parse(colliding_keys(("schema",))).failure().code == "unknown_schema"
    document = json.loads(SCHEMA_1)
    verdict, snapshot = document["verdict"], document["snapshot"]
    document["verdict"] = colliding_keys(("outcome",))
    assert parse(document).failure().field == "verdict.outcome"
    document["verdict"] = {**verdict, "candidates": [colliding_keys(("verdict",))]}
    assert parse(document).failure().field == "verdict.candidates[0].verdict"
    for trap in foreign_values():
        document["snapshot"] = {**snapshot, "degraded_lanes": [trap]}
        assert parse(document).failure().field == "snapshot.degraded_lanes[0]"
