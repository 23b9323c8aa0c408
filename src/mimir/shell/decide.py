"""The whole step in one call: the live world, a placement, and the record of why.

Rules:
1. Nothing is decided here: the parts of the core are put one after another.
2. The clock and the source of ids are arguments, for tests and for replay.
3. A record that cannot be built is a failure; a workload without a candidate is an answer.
4. The world is taken with every free probe, and placed in. Where the chosen lane is one that may be
   probed, its probe is leased; where another caller was faster, it is placed again with that lane
   as it is now. The
   world that is decided in names, of the lanes to try out that would do, the leased one alone: so
   whoever falls back finds none that nobody leased.
5. A lease ends with the completion of the call. A call that is never made is reported as
   ``cancelled``: that ends the lease and counts against nobody.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from attrs import evolve, frozen

from mimir.core import snapshot as snapshots
from mimir.core.canonical import NotCanonical
from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.oracle.place import place, place_inputs
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import Policy
from mimir.core.pricing.find import Prices
from mimir.core.ranker import CHEAPEST_FIRST, Ranker
from mimir.core.record import build as records
from mimir.core.record.build import RecordError
from mimir.core.record.schema import DecisionRecord
from mimir.core.record.seal import InputSeal, WorldSeal, seal_inputs
from mimir.core.scorecard import Scorecard
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import NoCandidate, Placement, decision_of
from mimir.core.vocabulary import DecisionId, Lane
from mimir.shell import clock, ids
from mimir.shell.health import LaneHealth

Now: TypeAlias = Callable[[], str]
"""The clock: the present instant as an RFC 3339 text in UTC."""

NewId: TypeAlias = Callable[[], DecisionId]
"""The source of decision ids."""


DecideError: TypeAlias = RecordError | NotCanonical
"""Why a decision cannot be recorded."""


@frozen
class Decision:
    """The answer to one workload, the audit document of it, and what a store keeps if asked for."""

    outcome: Outcome[Placement, NoCandidate]
    record: DecisionRecord
    seal: InputSeal | None = None


def decide(
    descriptor: Descriptor,
    catalog: Catalog,
    policy: Policy,
    *,
    health: LaneHealth,
    prices: Prices,
    remaining: int | None = None,
    sealed: bool = False,
    parent_decision_id: DecisionId | None = None,
    ranker: Ranker = CHEAPEST_FIRST,
    scorecards: Iterable[Scorecard] = (),
    grant_id: str | None = None,
    workflow_id: str | None = None,
    step_id: str | None = None,
    now: Now = clock.utc_now,
    new_id: NewId = ids.decision_id,
) -> Outcome[Decision, DecideError]:
    """Take a snapshot of the live world, place ``descriptor`` in it and record the decision.

    ``remaining`` is the budget left in microdollars, ``None`` for unlimited; ``scorecards`` are
    what a quality bar of the descriptor is judged by. ``sealed`` puts the digests of the inputs in
    the record, and what a store keeps of them beside it. A decision after a failure names its
    parent.

    :return: the decision; ``InvalidField`` with code ``invalid_record`` or ``KeyInRecord`` where an
        id of the caller's cannot be recorded; ``NotCanonical`` where an input cannot be sealed.

    >>> from mimir.core.policy import DEFAULT_POLICY
    >>> from mimir.core.pricing.providers import ProviderAliases
    >>> from mimir.core.pricing.table import EMPTY
    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9)
    >>> decision = decide(wanted, Catalog(()), DEFAULT_POLICY, health=LaneHealth(),
    ...     prices=Prices({}, EMPTY, ProviderAliases())).unwrap()
    >>> decision.outcome.failure().reasons, decision.record.decision_id[:3]
    ((), 'rd_')
    """
    seen = health.view()
    taken = snapshots.take(
        catalog,
        prices,
        seen.lanes,
        remaining,
        Instant(now()),
        scorecards=scorecards,
        probes=seen.probes,
        waits=seen.waits,
    )
    snapshot, leased = _lease(Inputs(descriptor, catalog, policy, taken, ranker), health)
    decided = decide_in(
        snapshot,
        descriptor,
        catalog,
        policy,
        sealed=sealed,
        parent_decision_id=parent_decision_id,
        ranker=ranker,
        grant_id=grant_id,
        workflow_id=workflow_id,
        step_id=step_id,
        now=now,
        new_id=new_id,
    )
    if isinstance(decided, Failure) and leased is not None:
        health.record_failure(leased, "cancelled")
    return decided


def decide_in(
    snapshot: Snapshot,
    descriptor: Descriptor,
    catalog: Catalog,
    policy: Policy,
    *,
    sealed: bool = False,
    world: WorldSeal | None = None,
    parent_decision_id: DecisionId | None = None,
    ranker: Ranker = CHEAPEST_FIRST,
    grant_id: str | None = None,
    workflow_id: str | None = None,
    step_id: str | None = None,
    now: Now = clock.utc_now,
    new_id: NewId = ids.decision_id,
) -> Outcome[Decision, DecideError]:
    """Do what ``decide`` does, in a world that was taken already; the errors are the same.

    ``world`` is the seal of this very catalog, policy, snapshot and ranker: it spares sealing them
    again.
    """
    outcome = place(descriptor, catalog, policy, snapshot, ranker)
    sealing = _seal(outcome, world, sealed=sealed)
    if isinstance(sealing, Failure):
        return sealing
    seal = sealing.unwrap()
    record = records.build(
        decision_id=new_id(),
        decided_at=Instant(now()),
        descriptor=descriptor,
        snapshot=snapshot,
        decision=outcome,
        seal=seal,
        parent_decision_id=parent_decision_id,
        grant_id=grant_id,
        workflow_id=workflow_id,
        step_id=step_id,
    )
    if isinstance(record, Failure):
        return record
    return Success(Decision(outcome, record.unwrap(), seal))


def _lease(inputs: Inputs, health: LaneHealth) -> tuple[Snapshot, Lane | None]:
    """Return the world to decide in, and the lane whose probe was leased for it (rule 4)."""
    snapshot = inputs.snapshot
    while snapshot.probes:
        outcome = place_inputs(evolve(inputs, snapshot=snapshot))
        if isinstance(outcome, Failure):
            return snapshot, None
        lane = outcome.unwrap().chosen.lane
        if lane not in snapshot.probes:
            # Under ``probe_first`` no lane that may be probed would do.
            kept = snapshot.probes if inputs.policy.probe_first else frozenset[Lane]()
            return evolve(snapshot, probes=kept), None
        if health.try_probe(lane):
            return evolve(snapshot, probes=frozenset([lane])), lane
        lanes = {**snapshot.lanes, lane: health.state(lane)}
        snapshot = evolve(snapshot, lanes=lanes, probes=snapshot.probes - {lane})
    return snapshot, None


def _seal(
    outcome: Outcome[Placement, NoCandidate], world: WorldSeal | None, *, sealed: bool
) -> Outcome[InputSeal | None, NotCanonical]:
    if not sealed and world is None:
        return Success(None)
    return seal_inputs(decision_of(outcome).inputs, world)
