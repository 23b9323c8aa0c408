"""How the code under test is asked, through its public names, in the vectors' words."""

import base64
import json
from typing import Any

import mimir
from mimir import Failure, Success
from mimir.core.buffer import BufferLimits
from mimir.core.health.policy import REFERENCE_HEALTH_POLICY
from mimir.core.pricing import compact
from mimir.core.pricing.table import EMPTY, Source
from mimir.shell import ids
from mimir.shell.events import EventBuffer
from mimir.shell.health import COMPLETION, LaneHealth

SOURCE = Source("vectors", "0.1.0", "2026-01-01", "none", "none")


def descriptor(raw: Any) -> dict[str, Any]:
    """Parse, in the vectors' form; of an error's message the whole text."""
    parsed = mimir.parse_descriptor(raw)
    if isinstance(parsed, Success):
        return {"ok": mimir.descriptor_to_json(parsed.unwrap())}
    error = parsed.failure()
    if isinstance(error, mimir.QualityBarUnsupported):
        return {"error": {"kind": error.code}}
    return {"error": {"kind": error.code, "field": error.field, "message": error.message}}


def situation(raw: Any) -> tuple[Any, Any, Any, Any] | dict[str, Any]:
    """Read descriptor, catalog, policy and snapshot of an oracle input, or say what is refused."""
    wanted = mimir.parse_descriptor(raw["descriptor"])
    if isinstance(wanted, Failure):
        return {"refused": getattr(wanted.failure(), "field", None)}
    catalog = mimir.resolve(raw["catalog"])
    if isinstance(catalog, Failure):
        return {"refused": getattr(catalog.failure(), "row", None)}
    snapshot, remaining = raw["snapshot"], raw["snapshot"]["parent_remaining"]
    quotes = {
        model: mimir.Quote(model, rates["input"], rates["output"], "config", None)
        for model, rates in snapshot["pricing"].items()
    }
    world = mimir.Snapshot(
        quotes=quotes,
        lanes=snapshot["health"],
        remaining=None if remaining == "unlimited" else remaining,
        taken_at=mimir.Instant(snapshot.get("snapshot_at", "2026-01-01T00:00:00Z")),
    )
    policy = mimir.Policy(allowed_models=frozenset(raw["allowed_models"]), unpriced="free")
    return wanted.unwrap(), catalog.unwrap(), policy, world


def oracle(raw: Any) -> dict[str, Any]:
    """Place, in the vectors' form."""
    given = situation(raw)
    if isinstance(given, dict):
        return given
    outcome = mimir.place(*given)
    answer = outcome.unwrap() if isinstance(outcome, Success) else outcome.failure()
    candidates = [
        _candidate(entry.id, verdict)
        for entry, verdict in zip(answer.catalog.entries, answer.verdicts, strict=True)
    ]
    shared = {"reasons": list(answer.reasons), "candidates": candidates}
    if isinstance(answer, mimir.NoCandidate):
        return {"outcome": "no_candidate", **shared}
    return {
        "outcome": "placement",
        "chosen_id": answer.chosen.id,
        "chosen_index": answer.catalog.entries.index(answer.chosen),
        "chosen_model": answer.chosen.model,
        **shared,
    }


def _candidate(entry_id: str, verdict: Any) -> dict[str, Any]:
    if not isinstance(verdict, mimir.Excluded):
        return {"id": entry_id, "verdict": verdict.word}
    reason = {"class": verdict.reason.exclusion_class, "detail": detail(verdict.reason.detail)}
    return {"id": entry_id, "verdict": verdict.word, "reason": reason}


def detail(told: Any) -> Any:
    """Drop what the reference has no word for: the exact amount beside a projection."""
    if isinstance(told, dict):
        assert "projected_femtodollars" in told
        return {key: told[key] for key in ("projected", "cap")}
    return told


def decision_record(raw: Any) -> dict[str, Any]:
    """Build a record and drop the keys that are additions, which must be there."""
    given = situation(raw)
    if isinstance(given, dict):
        return given
    wanted, catalog, policy, world = given
    built = mimir.build_record(
        decision_id=ids.decision_id(),
        decided_at=mimir.Instant("2026-01-01T00:00:00Z"),
        descriptor=wanted,
        snapshot=world,
        decision=mimir.place(wanted, catalog, policy, world),
        grant_id=raw["grant_id"],
        workflow_id=raw["ids"].get("workflow_id"),
        step_id=raw["ids"].get("step_id"),
    )
    record: Any = mimir.record_to_json(built.unwrap())
    assert record.pop("schema") == 3
    assert record.pop("engine_version") == mimir.__version__
    assert record.pop("parent_decision_id") is record.pop("inputs") is None
    assert record.pop("policy")
    assert record.pop("ranker")
    assert isinstance(record["snapshot"].pop("age_microseconds"), int | None)
    remaining = record["snapshot"].pop("remaining_microdollars")
    assert remaining is None or type(remaining) is int
    assert record["snapshot"].pop("probes") == []
    failed: Any = {"rule": "fail", "lane": None, "wait_milliseconds": None}
    assert record["verdict"].pop("unhealthy") in (None, failed)
    assert record.pop("decided_at")
    assert record["decision_id"].startswith("rd_")
    record["decision_id"] = "<random>"
    expected = raw["descriptor"].get("expected_tokens")
    assert record["descriptor"].pop("expected_tokens") == expected
    assert record["descriptor"].pop("quality_bar") is None
    if record["verdict"]["outcome"] == "placement":
        assert record["verdict"].pop("entry_id")
    for candidate in record["verdict"]["candidates"]:
        assert "projected_femtodollars" in candidate
        for added in ("projected_femtodollars", "rank", "rank_key"):
            candidate.pop(added, None)
        if "reason" in candidate:
            candidate["reason"]["detail"] = detail(candidate["reason"]["detail"])
    return dict(record)


def pricing(raw: Any) -> dict[str, Any]:
    """Meter a call; each bare row is stated to be of the provider that is asked for."""
    provider = raw["model"].partition(":")[0]
    rows = {key: {**row, "litellm_provider": provider} for key, row in raw["db_rows"].items()}
    made = compact.compact(json.dumps(rows), SOURCE)
    table = made.unwrap().table if isinstance(made, Success) else EMPTY
    config = {}
    for model, row in raw["config"].items():
        rates = mimir.parse_rates(row, extra="ignore")
        if isinstance(rates, Success):
            config[mimir.Model(model)] = rates.unwrap()
    prices = mimir.Prices(config, table, mimir.ProviderAliases())
    usage = mimir.parse_usage(raw["usage"], extra="ignore")
    if isinstance(usage, Failure):
        return {"refused": usage.failure().field}
    microdollars, error = mimir.meter(raw["model"], usage.unwrap(), prices)
    if error is not None:
        assert isinstance(error, mimir.UnknownModel)
        rates = {"input": 0, "output": 0}
        return {"microdollars": microdollars, "rates": rates, "source": "none", "db_key": None}
    quote = mimir.look_up(raw["model"], prices).unwrap()
    return {
        "microdollars": microdollars,
        "rates": {"input": quote.input, "output": quote.output},
        "source": quote.source,
        "db_key": quote.key,
    }


def redact(raw: Any) -> dict[str, Any]:
    """Split, cut or gate, as the op says; payloads under the reference's rules."""
    if raw["op"] == "split_provider":
        provider, model_id = mimir.split_provider(raw["model"])
        return {"provider": provider, "model_id": model_id}
    if raw["op"] == "truncate" and "value_b64" in raw:
        cut = mimir.truncate(base64.b64decode(raw["value_b64"]), raw["max"])
        return {"value_b64": base64.b64encode(cut).decode()}
    if raw["op"] == "truncate":
        return {"value": mimir.truncate(raw["value"], raw["max"])}
    kept = mimir.redact(
        raw["request"], raw["response"], capture=raw["enabled"], rules=mimir.REFERENCE_RULES
    ).unwrap()
    return {"request": kept.request, "response": kept.response}


def route_log(raw: Any) -> dict[str, Any]:
    """Make a route log and write its meta object."""
    outcome = raw["outcome"]
    caller, correlation = raw["caller"], raw["correlation"]
    made = mimir.route_log(
        raw["request_id"],
        mimir.Caller(caller["id"], caller.get("tenant_id")),
        mimir.Correlation(
            correlation.get("workflow_id"),
            correlation.get("step_id"),
            correlation.get("parent_step_id"),
        ),
        mimir.GrantFailed(outcome["grant_failed"]) if isinstance(outcome, dict) else outcome,
        raw["decision_record"],
    )
    return dict(mimir.to_meta(made.unwrap(), raw["ts"]))


def turn_events(raw: Any) -> list[Any]:
    """Run the ops on a buffer of its own."""
    buffer = EventBuffer(BufferLimits(events_per_request=1_000))
    return [_event_op(buffer, op) for op in raw["ops"]]


def _event_op(buffer: EventBuffer, op: dict[str, Any]) -> Any:
    match op["op"]:
        case "put_current":
            buffer.put_current(op["rid"])
        case "current":
            return buffer.current()
        case "append":
            buffer.append(op["rid"], op["type"], op["gen_ai"])
        case "append_current":
            buffer.append_current(op["type"], op["gen_ai"])
        case "take" | "take_current":
            taken = buffer.take(op["rid"]) if op["op"] == "take" else buffer.take_current()
            assert [event.ts for event in taken.events] == sorted(e.ts for e in taken.events)
            return [{"seq": e.seq, "type": e.type, "gen_ai": e.gen_ai} for e in taken.events]
    return "ok"


def health(raw: Any) -> list[Any]:
    """Run the ops on a table of its own under the reference's policy, attached to the signal."""
    lanes = LaneHealth(REFERENCE_HEALTH_POLICY)
    lanes.attach()
    results = [_health_op(lanes, op) for op in raw["ops"]]
    lanes.detach()
    return results


def _health_op(lanes: LaneHealth, op: dict[str, Any]) -> Any:
    match op["op"]:
        case "record_success":
            lanes.record_success(op["lane"])
        case "record_failure":
            lanes.record_failure(op["lane"])
        case "completion":
            COMPLETION.send("vectors", completion=op["metadata"])
        case "set_threshold":
            lanes.set_threshold(op["value"])
        case "reset":
            lanes.reset()
        case "state":
            return lanes.state(op["lane"])
        case "all":
            return lanes.all()
    return "ok"
