"""The decision record as a value and as JSON.

Rules:
1. ``schema`` is 1. The reference's keys stand unchanged; ``decided_at``, ``verdict.entry_id`` and
   ``descriptor.expected_tokens`` are additions.
2. An excluded candidate's ``reason`` is ``{"class", "detail"}`` (deviation D7).
3. A time is the text that it came as.
4. Exact money is a decimal string of femtodollars.
"""

from typing import Final

from attrs import frozen

from mimir.core import descriptor as descriptors
from mimir.core.descriptor import Descriptor
from mimir.core.fields import Json
from mimir.core.instant import Instant
from mimir.core.snapshot import Snapshot, degraded_lanes
from mimir.core.verdict import Decision, Excluded, NoCandidate, Verdict
from mimir.core.vocabulary import DecisionId, EntryId

SCHEMA: Final = 1
"""The number of the record's form; readers dispatch on it."""


@frozen(kw_only=True)
class DecisionRecord:
    """What was asked, in which world, what was answered and why."""

    decision_id: DecisionId
    decided_at: Instant
    descriptor: Descriptor
    snapshot: Snapshot
    decision: Decision
    grant_id: str | None = None
    workflow_id: str | None = None
    step_id: str | None = None


def to_json(record: DecisionRecord) -> dict[str, Json]:
    """Write ``record`` as plain JSON data, in the form that rules 1 to 4 state."""
    snapshot: dict[str, Json] = {
        "snapshot_at": record.snapshot.taken_at.text,
        "degraded_lanes": list(degraded_lanes(record.snapshot)),
    }
    return {
        "schema": SCHEMA,
        "decision_id": record.decision_id,
        "decided_at": record.decided_at.text,
        "workflow_id": record.workflow_id,
        "step_id": record.step_id,
        "grant_id": record.grant_id,
        "descriptor": {**descriptors.to_json(record.descriptor)},
        "snapshot": snapshot,
        "verdict": _verdict(record.decision),
    }


def _verdict(decision: Decision) -> dict[str, Json]:
    pairs = zip(decision.catalog.entries, decision.verdicts, strict=True)
    shared: dict[str, Json] = {
        "reasons": list(decision.reasons),
        "candidates": [candidate(entry.id, verdict) for entry, verdict in pairs],
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


def candidate(entry_id: EntryId, verdict: Verdict) -> dict[str, Json]:
    """Write the verdict of one entry.

    >>> from mimir.core.exclusion import TooSlow
    >>> candidate(EntryId("a"), Excluded(TooSlow(900)))
    {'id': 'a', 'verdict': 'excluded', 'reason': {'class': 'latency', 'detail': 900}}
    """
    if isinstance(verdict, Excluded):
        reason = verdict.reason
        why: dict[str, Json] = {"class": reason.exclusion_class, "detail": reason.detail}
        return {"id": entry_id, "verdict": verdict.word, "reason": why}
    if verdict.unpriced:
        return {"id": entry_id, "verdict": verdict.word, "unpriced": True}
    return {"id": entry_id, "verdict": verdict.word}
