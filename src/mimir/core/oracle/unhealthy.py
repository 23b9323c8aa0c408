"""Where nothing is viable: what the policy says of the entries that fail health alone.

Rules:
1. An entry fails health alone where its lane is its reason, and neither latency nor cost would
   exclude it: the filters before health it has passed. Where there is none the policy says nothing.
2. A lane is due when its wait is over. What is due soonest goes first, a lane of which no wait is
   known last; of those that are due at once the entry that ranks first.
3. ``wait`` names the lane that is due soonest, of those of which a wait is known.
4. ``least_bad`` goes to the entry whose lane is due soonest, on a lane that is ``degraded`` or
   ``probing``. What an operator holds, what was fallen back from and what has a state that is
   unknown here is never placed on.
5. ``fail`` asks for no lane.
"""

from typing import Final, NamedTuple, TypeAlias

from mimir.core.exclusion import LaneNotOk
from mimir.core.inputs import Inputs
from mimir.core.oracle.cost import afford
from mimir.core.oracle.filters import Verdicts, latency
from mimir.core.ranking import Viable, keys_of
from mimir.core.snapshot import PROBING, Snapshot
from mimir.core.verdict import Excluded, Unhealthy
from mimir.core.vocabulary import Lane

LEAST_BAD_STATES: Final = frozenset(["degraded", PROBING])
"""The states of lanes that rule 4 may place on."""

Due: TypeAlias = tuple[int, int]
"""When a lane is due: 0 and its wait in milliseconds, or 1 and 0 where it is unknown."""


class Ruling(NamedTuple):
    """What the policy says, and the entry that it places on, by its index; ``None`` is none."""

    unhealthy: Unhealthy
    at: int | None = None
    unpriced: bool = False


def rule(inputs: Inputs, verdicts: Verdicts) -> Ruling | None:
    """Apply the policy to ``verdicts``, in which every entry is excluded; change none of them."""
    alone, policy = _alone(inputs, verdicts), inputs.policy.when_unhealthy
    entries, world = inputs.catalog.entries, inputs.snapshot
    ats = sorted([*alone.priced, *alone.unpriced])
    if not ats:
        return None
    if policy == "wait":
        ats = [at for at in ats if entries[at].lane in world.waits]
    elif policy == "least_bad":
        ats = [at for at in ats if world.lanes[entries[at].lane] in LEAST_BAD_STATES]
    if policy == "fail" or not ats:
        return Ruling(Unhealthy(policy))
    soonest = _soonest(inputs, ats)
    lane = entries[soonest].lane
    said = Unhealthy(policy, lane, world.waits.get(lane))
    if policy == "wait":
        return Ruling(said)
    return Ruling(said, soonest, soonest in alone.unpriced)


def due(snapshot: Snapshot, lane: Lane) -> Due:
    """Return when a lane is due."""
    wait = snapshot.waits.get(lane)
    return (1, 0) if wait is None else (0, wait)


def _alone(inputs: Inputs, verdicts: Verdicts) -> Viable:
    """Return what fails health alone."""
    out = [
        at
        for at, verdict in enumerate(verdicts)
        if isinstance(verdict, Excluded) and isinstance(verdict.reason, LaneNotOk)
    ]
    scratch = verdicts.copy()
    check = latency(inputs.catalog.entries, inputs.descriptor)
    return afford(inputs, check(out, scratch), scratch)


def _soonest(inputs: Inputs, ats: list[int]) -> int:
    entries = [inputs.catalog.entries[at] for at in ats]
    dues = [due(inputs.snapshot, entry.lane) for entry in entries]
    return min(zip(dues, keys_of(inputs, entries), ats, strict=True))[2]
