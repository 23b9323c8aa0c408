"""The decision record as a value and as JSON.

Rules:
1. ``schema`` is 3, and readers dispatch on it; ``forms`` says what each number has. The reference's
   keys stand unchanged.
2. The record says all that the decision followed from: the descriptor, the policy and the ranker
   whole, what remained, and how old the snapshot was; ``inputs`` has the digests of what is stored
   elsewhere, or null where nothing was sealed.
3. A time is the text that it came as. The age of the snapshot is whole microseconds from when it
   was taken to the decision; below 0 where the clocks differ.
4. Exact money is a decimal string of femtodollars.
5. ``verdict.unhealthy`` is what the policy said where nothing was viable and some entry failed
   health alone, with the lane that is due soonest and its wait, each null where nobody knows;
   otherwise it is null.
"""

from typing import Final

from attrs import frozen

from mimir.core import descriptor as descriptors
from mimir.core import policy as policies
from mimir.core import ranker as rankers
from mimir.core.descriptor import Descriptor
from mimir.core.fields import Json
from mimir.core.instant import Instant, microseconds_between
from mimir.core.record.candidates import candidates
from mimir.core.record.forms import SCHEMA
from mimir.core.record.seal import InputDigests
from mimir.core.snapshot import Snapshot, degraded_lanes
from mimir.core.verdict import Decision, NoCandidate, Unhealthy
from mimir.core.version import __version__
from mimir.core.vocabulary import DecisionId

ENGINE_VERSION: Final = __version__
"""Which version of Mimir decides."""


@frozen(kw_only=True)
class DecisionRecord:
    """What was asked, in which world, what was answered and why."""

    decision_id: DecisionId
    decided_at: Instant
    decision: Decision
    digests: InputDigests | None = None
    parent_decision_id: DecisionId | None = None
    grant_id: str | None = None
    workflow_id: str | None = None
    step_id: str | None = None

    @property
    def descriptor(self) -> Descriptor:
        """What was asked."""
        return self.decision.inputs.descriptor

    @property
    def snapshot(self) -> Snapshot:
        """The world that was decided in."""
        return self.decision.inputs.snapshot


def to_json(record: DecisionRecord) -> dict[str, Json]:
    """Write ``record`` as plain JSON data, in the form that the rules state.

    >>> from mimir.core.catalog import Catalog
    >>> from mimir.core.oracle.place import place
    >>> from mimir.core.policy import DEFAULT_POLICY
    >>> now = Instant("2026-01-01T00:00:00Z")
    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9)
    >>> world = Snapshot(quotes={}, lanes={}, remaining=None, taken_at=now)
    >>> made = DecisionRecord(decision_id=DecisionId("rd_" + "a" * 26), decided_at=now,
    ...     decision=place(wanted, Catalog(()), DEFAULT_POLICY, world).failure())
    >>> to_json(made)["verdict"]
    {'outcome': 'no_candidate', 'reasons': [], 'unhealthy': None, 'candidates': []}
    """
    inputs = record.decision.inputs
    return {
        "schema": SCHEMA,
        "engine_version": ENGINE_VERSION,
        "decision_id": record.decision_id,
        "parent_decision_id": record.parent_decision_id,
        "decided_at": record.decided_at.text,
        "workflow_id": record.workflow_id,
        "step_id": record.step_id,
        "grant_id": record.grant_id,
        "inputs": None if record.digests is None else _digests(record.digests),
        "descriptor": descriptors.to_json(inputs.descriptor),
        "policy": policies.to_json(inputs.policy),
        "ranker": rankers.to_json(inputs.ranker),
        "snapshot": _snapshot(inputs.snapshot, record.decided_at),
        "verdict": _verdict(record.decision),
    }


def _digests(digests: InputDigests) -> dict[str, Json]:
    return {
        "descriptor": digests.descriptor,
        "catalog": digests.catalog,
        "policy": digests.policy,
        "snapshot": digests.snapshot,
        "ranker": digests.ranker,
    }


def _snapshot(snapshot: Snapshot, decided_at: Instant) -> dict[str, Json]:
    return {
        "snapshot_at": snapshot.taken_at.text,
        "age_microseconds": microseconds_between(snapshot.taken_at, decided_at),
        "degraded_lanes": list(degraded_lanes(snapshot)),
        "remaining_microdollars": snapshot.remaining,
        "probes": [*sorted(snapshot.probes)],
    }


def _verdict(decision: Decision) -> dict[str, Json]:
    shared: dict[str, Json] = {
        "reasons": list(decision.reasons),
        "unhealthy": None if decision.unhealthy is None else _unhealthy(decision.unhealthy),
        "candidates": candidates(decision),
    }
    if isinstance(decision, NoCandidate):
        return {"outcome": "no_candidate", **shared}
    chosen = decision.chosen
    return {
        "outcome": "placement",
        "model": chosen.model,
        "lane": chosen.lane,
        "entry_id": chosen.id,
        **shared,
    }


def _unhealthy(found: Unhealthy) -> Json:
    return {"rule": found.rule, "lane": found.lane, "wait_milliseconds": found.wait_ms}
