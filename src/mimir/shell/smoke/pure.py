"""The stages of the smoke that ask the pure parts and the vendored price table.

Rules:
1. A stage returns ``Success(what was seen)`` or ``Failure(what went wrong)``.
2. A stage builds its inputs from constructors, so that another part's fault is not its own.
"""

import json
from typing import Final

from mimir.core import catalog as catalogs
from mimir.core import descriptor as descriptors
from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.entry import Entry
from mimir.core.fields import Json
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.oracle import place as oracle
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import DEFAULT_POLICY
from mimir.core.pricing import price as pricing
from mimir.core.pricing.find import Prices
from mimir.core.pricing.quote import Quote
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.usage import Usage
from mimir.core.quality_bar import QualityBarUnsupported
from mimir.core.record import build as records
from mimir.core.record.schema import to_json
from mimir.core.redaction import gate
from mimir.core.redaction import text as redaction
from mimir.core.route import log as route_logs
from mimir.core.route.log import Caller, Correlation, GrantFailed, LogOutcome
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import Chosen, Placement
from mimir.core.vocabulary import EntryId, Lane, Model, split_provider
from mimir.shell import ids
from mimir.shell import prices as price_tables
from mimir.shell.smoke.stage import all_hold

_NOW: Final = Instant("2026-01-01T00:00:00Z")
_MODEL: Final = Model("openai:gpt-4o")
_WANTED: Final = Descriptor(
    task_class="chat",
    budget_ceiling_microdollars=10_000,
    latency_tolerance_ms=2_000,
    expected_tokens=ExpectedTokens(1_000, 100),
)
_ENTRY: Final = Entry(
    id=EntryId("main"), model=_MODEL, lane=Lane("openai"), runtime="managed", p50_latency_ms=500
)
_CATALOG: Final = Catalog((_ENTRY,))


def _world(**lanes: str) -> Snapshot:
    return Snapshot(
        quotes={_MODEL: Quote(_MODEL, 2_500_000, 10_000_000, "config", None)},
        lanes={Lane(lane): state for lane, state in lanes.items()},
        remaining=None,
        taken_at=_NOW,
    )


def descriptor() -> Outcome[str, str]:
    """Parse, agent identity, outcome hint, rejection."""
    raw: dict[str, object] = {
        "task_class": "chat",
        "budget_ceiling_microdollars": 10_000,
        "latency_tolerance_ms": 2_000,
        "agent": {"digest": "sha256:0a", "name": "planner"},
        "max_outcome_iterations": 3,
    }
    parsed = descriptors.parse(raw)
    if isinstance(parsed, Failure):
        return Failure(parsed.failure().message)
    read = parsed.unwrap()
    refused = descriptors.parse({**raw, "latency_tolerance_ms": True})
    barred = descriptors.parse({**raw, "quality_bar": 1})
    return all_hold(
        ("parsed", read.task_class == "chat" and read.budget_ceiling_microdollars == 10_000),
        ("agent identity", read.agent == descriptors.Agent("sha256:0a", "planner")),
        ("outcome hint", read.max_outcome_iterations == 3),
        ("bool for an int refused", isinstance(refused, Failure)),
        ("quality bar refused", barred == Failure(QualityBarUnsupported())),
    )


def catalog() -> Outcome[str, str]:
    """A resolver keeps or drops entries; a malformed row is named."""
    row = {"id": "main", "model": _MODEL, "lane": "openai", "runtime": "managed"}
    other = {**row, "id": "other", "model": "nobody:none"}

    def resolver(model: Model) -> object:
        return {"deployment": model} if model == _MODEL else catalogs.UNKNOWN

    resolved = catalogs.resolve([row, other], resolver)
    if isinstance(resolved, Failure):
        return Failure(resolved.failure().message)
    read = resolved.unwrap()
    refused = catalogs.resolve([row, row], resolver)
    return all_hold(
        ("kept", [entry.id for entry in read.entries] == ["main"]),
        ("dropped", [row.model for row in read.dropped] == ["nobody:none"]),
        ("repeated id refused", isinstance(refused, Failure)),
    )


def placement() -> Outcome[str, str]:
    """A placement; no candidate on an empty and on a degraded catalog."""
    placed = oracle.place(_WANTED, _CATALOG, DEFAULT_POLICY, _world())
    empty = oracle.place(_WANTED, Catalog(()), DEFAULT_POLICY, _world())
    degraded = oracle.place(_WANTED, _CATALOG, DEFAULT_POLICY, _world(openai="degraded"))
    return all_hold(
        ("placed", isinstance(placed, Success) and placed.unwrap().chosen.id == "main"),
        ("empty catalog", isinstance(empty, Failure) and empty.failure().reasons == ()),
        (
            "degraded lane",
            isinstance(degraded, Failure) and degraded.failure().reasons == ("health",),
        ),
    )


def decision_record() -> Outcome[str, str]:
    """The id, and the grant and agent echoed."""
    wanted = Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=10_000,
        latency_tolerance_ms=2_000,
        agent=descriptors.Agent("sha256:0a"),
    )
    inputs = Inputs(wanted, _CATALOG, DEFAULT_POLICY, _world())
    decision = Placement(_ENTRY, ("capability_match", "cheapest_by_rate"), inputs, (Chosen(),))
    decision_id = ids.decision_id()
    built = records.build(
        decision_id=decision_id,
        decided_at=_NOW,
        descriptor=wanted,
        snapshot=_world(),
        decision=Success(decision),
        grant_id="grant-1",
    )
    if isinstance(built, Failure):
        return Failure(built.failure().message)
    document = to_json(built.unwrap())
    described = document["descriptor"]
    agent = {"digest": "sha256:0a", "name": None, "version": None}
    return all_hold(
        (decision_id, document["decision_id"] == decision_id),
        ("grant echoed", document["grant_id"] == "grant-1"),
        ("agent echoed", isinstance(described, dict) and described["agent"] == agent),
        ("renders as JSON", json.loads(json.dumps(document)) == document),
    )


def route_log() -> Outcome[str, str]:
    """Placed, and a grant that failed."""
    placed, failed = _meta("placed"), _meta(GrantFailed("expired"))
    return all_hold(
        ("placed", placed["status"] == "success" and placed["error_class"] is None),
        ("grant failed", failed["status"] == "error" and failed["error_class"] == "grant_failed"),
        ("decision record kept", "rd_smoke" in json.dumps(placed["gen_ai_events"])),
    )


def _meta(outcome: LogOutcome) -> dict[str, Json]:
    made = route_logs.route_log(
        ids.request_id(), Caller("key-1"), Correlation(), outcome, {"decision_id": "rd_smoke"}
    )
    return {} if isinstance(made, Failure) else route_logs.to_meta(made.unwrap(), 1)


def priced() -> Outcome[str, str]:
    """Config arithmetic, the vendored table, an unknown model costs zero and says so."""
    loaded = price_tables.prices()
    if isinstance(loaded, Failure):
        return Failure(loaded.failure().message)
    vendored = loaded.unwrap()
    config = {Model("house:model"): Rates(input=1_000_000, output=2_000_000)}
    prices = Prices(config=config, table=vendored.table, aliases=vendored.aliases)
    usage = Usage(input_tokens=1_000, output_tokens=500)
    listed = pricing.price(_MODEL, usage, prices)
    unknown, error = pricing.meter("nobody:none", usage, prices)
    return all_hold(
        ("config", pricing.cost_microdollars("house:model", usage, prices) == 2_000),
        ("price table", isinstance(listed, Success) and listed.unwrap().microdollars > 0),
        ("unknown model is zero, with its error", unknown == 0 and error is not None),
    )


def redact() -> Outcome[str, str]:
    """Provider split, truncation, payload gating."""
    key = "sk-" + "a1" * 24
    request = {"messages": [{"content": f"use {key} now"}]}
    kept = gate.redact(request, {}, capture=True)
    gated = gate.redact(request, {}, capture=False)
    return all_hold(
        ("provider split", split_provider("openai:gpt-4o") == ("openai", "gpt-4o")),
        ("truncated", redaction.truncate("na\u00efve", 3) == "na"),
        ("scrubbed", isinstance(kept, Success) and key not in json.dumps(kept.unwrap().request)),
        ("gated", isinstance(gated, Success) and gated.unwrap().request is None),
    )
