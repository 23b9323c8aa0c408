"""Falling back: where a workload goes next, after a call to where it went has failed.

Rules:
1. What failed is the lane of the chosen entry and of every entry of the plan up to and including
   the one that is named: so it is the same to ask the first placement about each later entry, or
   to ask each answer about its own chosen entry.
2. The answer is a decision like any other: of the same inputs, with the failed lanes in the state
   ``failed``. It can be recorded, explained and fallen back from. Where a lane was to be probed
   first, ``probe_first`` is off: one workload tries out one lane.
3. The next entry is the first of the plan whose lane has not failed. Where there is none, and so
   after a least bad one, nothing is viable: the policy says what then, and may name a least bad
   entry, on a lane that has not failed.
4. No entry comes twice, and there are at most as many placements as lanes.
"""

from typing import ClassVar, Final, TypeAlias

from attrs import evolve, frozen

from mimir.core.entry import Entry
from mimir.core.fields import excerpt
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Failure, Outcome
from mimir.core.ranking import put_first
from mimir.core.verdict import NoCandidate, Placement

FAILED: Final = "failed"
"""The state of a lane that was fallen back from."""


@frozen
class NotInPlan:
    """An entry that was neither chosen nor in the plan: nothing was to fail there."""

    code: ClassVar[str] = "not_in_plan"
    shown: str
    """A bounded excerpt of the entry's id."""

    @property
    def message(self) -> str:
        """Name the entry."""
        return f"entry {self.shown} is neither the chosen one nor in the plan"


NoFallback: TypeAlias = NoCandidate | NotInPlan
"""Why there is no next placement: no other lane is left, or the entry is not the placement's."""


def fallback(placement: Placement, failed: Entry) -> Outcome[Placement, NoFallback]:
    """Place the workload again, away from the lanes that have failed.

    ``failed`` is the chosen entry of ``placement``, or one of its plan; it is known by its id.

    :return: the next placement; ``NoCandidate`` where no other lane is left, its verdicts saying
        ``failed`` of the lanes that were tried; ``NotInPlan`` for any other entry.

    >>> from mimir.core.catalog import resolve
    >>> from mimir.core.descriptor import Descriptor
    >>> from mimir.core.instant import Instant
    >>> from mimir.core.oracle.place import place
    >>> from mimir.core.policy import DEFAULT_POLICY
    >>> from mimir.core.snapshot import Snapshot
    >>> rows = [{"id": name, "model": "p:m", "lane": lane, "runtime": "managed"}
    ...     for name, lane in (("a", "one"), ("b", "one"), ("c", "two"))]
    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9)
    >>> world = Snapshot(
    ...     quotes={}, lanes={}, remaining=None, taken_at=Instant("2026-01-01T00:00:00Z"))
    >>> first = place(wanted, resolve(rows).unwrap(), DEFAULT_POLICY, world).unwrap()
    >>> second = fallback(first, first.chosen).unwrap()
    >>> first.chosen.id, second.chosen.id, fallback(second, second.chosen).failure().reasons
    ('a', 'c', ('health',))
    """
    order = (placement.chosen, *placement.plan)
    at = next((at for at, entry in enumerate(order) if entry.id == failed.id), None)
    if at is None:
        return Failure(NotInPlan(excerpt(failed.id)))
    inputs = placement.inputs
    lanes = {**inputs.snapshot.lanes, **{entry.lane: FAILED for entry in order[: at + 1]}}
    policy, world = inputs.policy, evolve(inputs.snapshot, lanes=lanes)
    if put_first(inputs):
        policy = evolve(policy, probe_first=False)
    return place_inputs(evolve(inputs, policy=policy, snapshot=world))
