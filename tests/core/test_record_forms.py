"""What records said since which schema, part by part."""

import json

import pytest

from mimir.core import policy as policies
from mimir.core import snapshot_json as snapshots
from mimir.core.fields import Json
from mimir.core.instant import Instant
from mimir.core.policy import Policy
from mimir.core.record.forms import SCHEMA, SCHEMAS, as_of, said
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import Lane, Model

AT = Instant("2026-01-01T00:00:00Z")
RECORD: dict[str, Json] = {
    "schema": 3,
    "policy": {"unpriced": "last", "probe_first": True, "when_unhealthy": "fail"},
    "descriptor": {"task_class": "chat", "quality_bar": None},
    "snapshot": {"snapshot_at": AT.text, "age_microseconds": 1, "probes": []},
    "verdict": {
        "unhealthy": {"rule": "fail", "lane": None, "wait_milliseconds": None},
        "candidates": [
            {"id": "a", "rank": 1, "probe": True},
            {"id": "b", "reason": {"class": "cost", "detail": {"projected_femtodollars": "7"}}},
        ],
    },
}


def test_a_document_in_the_present_form_is_itself() -> None:
    assert as_of(RECORD, SCHEMA) is RECORD


def test_what_an_earlier_schema_did_not_say_is_left_out_of_every_part() -> None:
    assert as_of(RECORD, 2) == {
        "schema": 3,
        "policy": {"unpriced": "last"},
        "descriptor": {"task_class": "chat", "quality_bar": None},
        "snapshot": {"snapshot_at": AT.text, "age_microseconds": 1},
        "verdict": {"candidates": [{"id": "a", "rank": 1}, RECORD["verdict"]["candidates"][1]]},  # type: ignore[index,call-overload]
    }
    assert as_of(RECORD, 1) == {
        "schema": 3,
        "descriptor": {"task_class": "chat"},
        "snapshot": {"snapshot_at": AT.text},
        "verdict": {"candidates": [{"id": "a"}, RECORD["verdict"]["candidates"][1]]},  # type: ignore[index,call-overload]
    }


def test_a_document_is_not_changed() -> None:
    before = json.dumps(RECORD)
    as_of(RECORD, 1)
    assert json.dumps(RECORD) == before


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_schema_says_all_that_the_one_before_it_says(schema: int) -> None:
    keys = ["policy", "probes", "unhealthy", "rank", "quality_bar", "probe_first", "waits"]
    for part in ("", "policy", "snapshot", "inputs.snapshot", "verdict", "verdict.candidates"):
        assert set(said(keys, part, schema - 1)) <= set(said(keys, part, schema))


def world(**given: object) -> dict[str, Json]:
    made = Snapshot(quotes={}, lanes={}, remaining=None, taken_at=AT, **given)  # type: ignore[arg-type]
    return as_of(snapshots.to_json(made), 2, "inputs.snapshot")


def test_what_was_the_behaviour_of_the_time_is_left_out_and_what_was_not_stays() -> None:
    assert sorted(world()) == ["lanes", "quotes", "remaining", "scorecards", "taken_at"]
    assert world(probes=frozenset([Lane("p")]))["probes"] == ["p"]
    assert world(waits={Lane("p"): 5})["waits"] == {"p": 5}
    rules = as_of(policies.to_json(Policy(when_unhealthy="wait")), 2, "policy")
    assert rules == {"allowed_models": [], "unpriced": "last", "when_unhealthy": "wait"}
    assert "probe_first" in as_of(policies.to_json(Policy(probe_first=False)), 2, "policy")


def test_a_lane_or_a_model_that_bears_the_name_of_a_member_is_kept() -> None:
    lanes: dict[Lane, str] = {Lane("probes"): "ok", Lane("snapshot"): "ok"}
    made = Snapshot(quotes={}, lanes=lanes, remaining=None, taken_at=AT)
    assert as_of(snapshots.to_json(made), 2, "inputs.snapshot")["lanes"] == lanes
    allowed = Policy(allowed_models=frozenset([Model("probe_first")]))
    assert as_of(policies.to_json(allowed), 2, "policy")["allowed_models"] == ["probe_first"]
