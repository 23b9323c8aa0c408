"""The eight surfaces: who is asked, who models the reference, and which deviations can touch it."""

from typing import Any

import adapters
import model_descriptor
import model_oracle
import model_others
from vector_cases import Surface, Switches

ORACLE_DEVIATIONS = ("D3", "D4", "D5", "D10", "D14", "D16", "D17")


def told(case: dict[str, Any]) -> Any:
    """Read what the reference answered."""
    return case["expect"]


def told_results(case: dict[str, Any]) -> Any:
    """Read what each op of the reference answered."""
    return case["expect"]["results"]


def told_descriptor(case: dict[str, Any]) -> dict[str, Any]:
    """Read what the reference answered; of a message only what is to be compared."""
    expect = case["expect"]
    if "ok" in expect or expect["error"]["kind"] == "quality_bar_unsupported":
        return dict(expect)
    error = expect["error"]
    prefix = error["message"] if error["message_kind"] == "fixed" else error["message_prefix"]
    return model_descriptor.refused(error["field"], prefix)


def same_descriptor(observed: Any, predicted: Any) -> bool:
    """Compare kind and field exactly, and the message by its prefix; a model has no message."""
    wanted = predicted.get("error", {}) if isinstance(predicted, dict) else {}
    got = observed.get("error", {}) if isinstance(observed, dict) else {}
    if "prefix" not in wanted or not isinstance(got, dict):
        return bool(observed == predicted)
    message = got.get("message", got.get("prefix", ""))
    if (got.get("kind"), got.get("field")) != (wanted["kind"], wanted["field"]):
        return False
    return str(message).startswith(wanted["prefix"])


def told_record(case: dict[str, Any]) -> dict[str, Any]:
    """Read what the reference answered; its own rendering of a reason is for information only."""
    expect = {**case["expect"], "verdict": {**case["expect"]["verdict"]}}
    expect["verdict"]["candidates"] = [
        {key: value for key, value in candidate.items() if key != "reason_text"}
        for candidate in expect["verdict"]["candidates"]
    ]
    return expect


def record_model(raw: dict[str, Any], switches: Switches) -> dict[str, Any]:
    """Record what the model of the oracle answers."""
    placed = model_oracle.place(raw, switches)
    if "refused" in placed:
        return placed
    read = model_descriptor.read(raw["descriptor"], switches)["ok"]
    descriptor = {k: v for k, v in read.items() if k not in ("expected_tokens", "quality_bar")}
    verdict = {key: placed[key] for key in ("outcome", "reasons", "candidates")}
    if placed["outcome"] == "placement":
        chosen = raw["catalog"][placed["chosen_index"]]
        verdict |= {"model": chosen["model"], "lane": chosen["lane"]}
    health = raw["snapshot"]["health"]
    return {
        "decision_id": "<random>",
        "descriptor": descriptor,
        "grant_id": raw["grant_id"],
        "snapshot": {
            "snapshot_at": raw["snapshot"]["snapshot_at"],
            "degraded_lanes": sorted(lane for lane, state in health.items() if state != "ok"),
        },
        "step_id": raw["ids"].get("step_id"),
        "verdict": verdict,
        "workflow_id": raw["ids"].get("workflow_id"),
    }


SURFACES = {
    "descriptor": Surface(
        observe=adapters.descriptor,
        model=model_descriptor.read,
        told=told_descriptor,
        deviations=("D1", "D2", "D14"),
        same=same_descriptor,
    ),
    "oracle": Surface(
        observe=adapters.oracle,
        model=model_oracle.place,
        told=told,
        deviations=ORACLE_DEVIATIONS,
    ),
    "decision_record": Surface(
        observe=adapters.decision_record,
        model=record_model,
        told=told_record,
        deviations=("D1", "D2", *ORACLE_DEVIATIONS),
    ),
    "route_log": Surface(observe=adapters.route_log, told=told),
    "pricing": Surface(
        observe=adapters.pricing,
        model=model_others.price,
        told=told,
        deviations=("D9", "D10", "D14", "D15", "D19"),
    ),
    "health": Surface(
        observe=adapters.health,
        model=model_others.health,
        told=told_results,
        deviations=("D11", "D18"),
    ),
    "turn_events": Surface(
        observe=adapters.turn_events,
        model=model_others.turn_events,
        told=told_results,
        deviations=("D12",),
    ),
    "redact": Surface(observe=adapters.redact, told=told),
}
