"""The survey of a catalog: all that each entry fails, what it would need, and how they rank.

Rules:
1. What an entry fails is what the oracle's own filters say of it, each asked by itself. A model
   that is not allowed is asked about its price all the same.
2. An entry needs a tolerance of its own latency and a cap of its own cost, rounded up. Where there
   is no cost to compare with a cap, the filters tell: what do they say where nothing remains?
3. Entries rank by the oracle's own key, the excluded ones too: it depends on no filter.
4. The order in which they are chosen has an entry's standing before its key: first what stands on a
   lane that is to be probed first, then everything else, and under ``least_bad`` what stands on a
   lane that may be the least bad one, by when it is due. Such a lane keeps no entry from being
   chosen, and so is not in what it fails. The first that fails nothing is what the oracle chooses.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Final, NamedTuple, TypeAlias

from attrs import evolve

from mimir.core.entry import Entry
from mimir.core.exclusion import Exclusion, LaneNotOk, ModelNotAllowed, TooExpensive
from mimir.core.inputs import Inputs
from mimir.core.limits import INTEGER_MAX
from mimir.core.money import Femtodollars, to_microdollars_up
from mimir.core.oracle.cost import afford
from mimir.core.oracle.filters import Filter, Verdicts, allowed, filters
from mimir.core.oracle.place import RANKED
from mimir.core.oracle.unhealthy import LEAST_BAD_STATES, due
from mimir.core.ranking import RankKey, projected_costs, projection, put_first, rank_keys
from mimir.core.snapshot import free_probes
from mimir.core.verdict import Excluded
from mimir.core.vocabulary import Lane, Model

Fails: TypeAlias = frozenset[type[Exclusion]]
"""What keeps an entry from being chosen, as the classes of its reasons."""

Standing: TypeAlias = tuple[int, int]
"""Rule 4's standing, which depends on the lane alone: the least goes first."""

VIABLE: Final[Fails] = frozenset()

PROBE: Final[Standing] = (-1, 0)
USUAL: Final[Standing] = (0, 0)

_LANE: Final[Fails] = frozenset([LaneNotOk])
_NOT_ALLOWED: Final = ModelNotAllowed()
_NOTHING: Final = -INTEGER_MAX


class Judged(NamedTuple):
    """One entry: its place in the catalog, what it fails and needs, its projected cost, its key and
    its standing.

    ``cost`` is femtodollars, ``None`` without a price; ``cap`` is the least cap in microdollars,
    ``tolerance`` the least tolerance in milliseconds.
    """

    at: int
    entry: Entry
    reasons: list[Exclusion]
    fails: Fails
    cap: int
    tolerance: int
    cost: int | None
    key: RankKey
    standing: Standing

    def before(self, other: "Judged", standing: Standing) -> bool:
        """Tell whether it would be chosen rather than ``other`` if it had that ``standing``."""
        return (standing, self.key, self.at) < (other.standing, other.key, other.at)


class Survey(NamedTuple):
    """Every entry, viable or not, as they rank and in the order in which they are chosen, and the
    one that is chosen."""

    inputs: Inputs
    ranked: list[Judged]
    in_order: list[Judged]
    chosen: Judged | None


def survey(inputs: Inputs) -> Survey:
    """Judge every entry of ``inputs``."""
    entries, costs = inputs.catalog.entries, projected_costs(inputs)
    reasons, caps = _reasons(inputs), _caps(inputs, costs)
    keys = rank_keys(inputs, zip(entries, costs, strict=True))
    standings, judged = _standings(inputs), list[Judged]()
    for at, entry in enumerate(entries):
        found, standing = reasons[at], standings.get(entry.lane, USUAL)
        fails = frozenset([type(reason) for reason in found]) if found else VIABLE
        if standing > USUAL:
            fails -= _LANE
        needs = caps[at], entry.p50_latency_ms or 0
        judged.append(Judged(at, entry, found, fails, *needs, costs[at], keys[at], standing))
    ranked = sorted(judged, key=attrgetter("key"))
    in_order = sorted(ranked, key=attrgetter("standing")) if standings else ranked
    chosen = next((one for one in in_order if not one.fails), None)
    return Survey(inputs, ranked, in_order, chosen)


def _standings(inputs: Inputs) -> dict[Lane, Standing]:
    """Return the standing of each lane whose standing is not the usual one."""
    world = inputs.snapshot
    standings: dict[Lane, Standing] = dict.fromkeys(put_first(inputs), PROBE)
    if inputs.policy.when_unhealthy == "least_bad":
        free = free_probes(world)
        for lane, state in world.lanes.items():
            if state in LEAST_BAD_STATES and lane not in free:
                unknown, wait = due(world, lane)
                standings[lane] = (1 + unknown, wait)
    return standings


def _reasons(inputs: Inputs) -> list[list[Exclusion]]:
    """Return all that each entry fails, in the order of the filters."""
    found: list[list[Exclusion]] = [[] for _ in inputs.catalog.entries]
    hidden = _hidden(inputs)
    for check in (*filters(inputs), _cost(inputs)):
        for at, reason in _failed(inputs, check).items():
            found[at].append(reason)
            if at in hidden and reason == _NOT_ALLOWED:
                found[at].append(hidden[at])
    return found


def _failed(inputs: Inputs, check: Filter) -> dict[int, Exclusion]:
    """Ask ``check`` about every entry; return the reason of each that it excludes."""
    verdicts: Verdicts = [RANKED] * len(inputs.catalog.entries)
    check(range(len(verdicts)), verdicts)
    return {at: one.reason for at, one in enumerate(verdicts) if isinstance(one, Excluded)}


def _hidden(inputs: Inputs) -> dict[int, Exclusion]:
    """Return what the second half of the policy says where the first half may hide it."""
    policy = inputs.policy
    if policy.unpriced != "exclude" or not policy.allowed_models:
        return {}
    every = evolve(policy, allowed_models=frozenset[Model]())
    projected = projection(inputs.descriptor, inputs.snapshot)
    check = allowed(inputs.catalog.entries, every, lambda: projected)
    return {} if check is None else _failed(inputs, check)


def _cost(inputs: Inputs) -> Filter:
    """Return the last filter in the form of the others."""

    def run(still_open: Iterable[int], verdicts: Verdicts) -> list[int]:
        viable = afford(inputs, still_open, verdicts)
        return [*viable.priced, *viable.unpriced]

    return run


def _caps(inputs: Inputs, costs: list[int | None]) -> list[int]:
    """Return the least cap of each entry, in microdollars."""
    spent = _failed(inputs, _cost(evolve(inputs, snapshot=evolve(inputs.snapshot, remaining=-1))))
    counted = inputs.descriptor.expected_tokens is not None
    caps: list[int] = []
    for at, cost in enumerate(costs):
        reason = spent.get(at)
        if counted and cost is not None:
            caps.append(to_microdollars_up(Femtodollars(cost)))
        elif isinstance(reason, TooExpensive):
            caps.append(1 if reason.projected is None else reason.projected)
        else:
            caps.append(_NOTHING)
    return caps
