"""What befalls the lanes, and what the workers ask of them: a scenario, made from a seed.

Rules:
1. A script says of every nanosecond which share of the calls on a lane fail, how, and how long that
   takes. It is the same for every policy, but for rule 3.
2. A phase in which every call fails is dead. Calls that run when it begins fail as they end.
3. A lane that is fragile goes down again, for ``RELAPSE_S``, where more than ``FRAGILE_CALLS`` run
   on it within ``FRAGILE_S`` of its end: how often that happens is the policy's doing.
4. Which lane has which script, when it begins and how long it lasts depends on the seed. The
   stretch multiplies all times of the scripts.
5. Workers ask for kinds of work, each with its own order of the lanes, cheapest first. Some kinds
   are asked for more than others, so some lanes are busier; the busiest two are the fragile ones.
   Above ``CAPACITY`` calls at once a lane refuses: the half of the lanes can bear all of the load.
"""

from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from mimir import Lane

SECOND: Final = 1_000_000_000
MILLISECOND: Final = 1_000_000

LANES: Final = tuple(Lane(f"{provider}{at}") for provider in "ab" for at in range(10))
KINDS: Final = 40
TIMEOUT_MS: Final = 10_000
FAST_MS: Final = 80
CAPACITY: Final = 60
FRAGILE_CALLS: Final = 10
FRAGILE_S: Final = 10
RELAPSE_S: Final = 15
AFTER_S: Final = 100
"""How long all workers go on after the last script has ended."""


class Fault(NamedTuple):
    """How calls fail: the class that is reported, the share, how long it takes, what it says."""

    failure_class: str
    fails_after_ms: int = FAST_MS
    share: float = 1
    says_when: bool = False


class Phase(NamedTuple):
    """A time in which calls on a lane fail, in nanoseconds."""

    script: str
    start: int
    end: int
    fault: Fault
    fragile: bool = False

    @property
    def dead(self) -> bool:
        """Tell whether every call fails."""
        return self.fault.share >= 1


class Script(NamedTuple):
    """Times of a lane in seconds: when it begins to fail and for how long, again and again."""

    name: str
    fault: Fault
    times: tuple[tuple[int, int], ...]
    fragile: bool = False


TIMEOUT: Final = Fault("timeout", TIMEOUT_MS)
REFUSED: Final = Fault("connect")

FRAGILE: Final = (
    Script("thundering recovery", TIMEOUT, ((0, 30),), fragile=True),
    Script("thundering recovery", Fault("529"), ((0, 30), (100, 30)), fragile=True),
)
SCRIPTS: Final = (
    Script("total outage", TIMEOUT, ((0, 45),)),
    Script("total outage", REFUSED, ((0, 45),)),
    Script("long outage", TIMEOUT, ((0, 180),)),
    Script("short blips", Fault("503"), tuple((40 * at, 3) for at in range(6))),
    Script("flapping", REFUSED, tuple((15 * at + 8, 7) for at in range(8))),
    Script("brown-out", Fault("500", 500, share=0.5), ((0, 90),)),
    Script("rate limit", Fault("429", says_when=True), tuple((60 * at, 25) for at in range(3))),
    Script("rate limit, no Retry-After", Fault("429"), ((0, 60),)),
    Script("credential", Fault("401"), ((0, 150),)),
)
PROVIDER: Final = (
    Script("whole provider", TIMEOUT, ((330, 60),)),
    Script("whole provider", Fault("503"), ((330, 60),)),
)
"""Half of the lanes at once, one in two each way, after all else has ended."""


class Scenario(NamedTuple):
    """The scripts of the lanes, and the orders that are asked for with their summed weights."""

    phases: dict[Lane, tuple[Phase, ...]]
    orders: tuple[tuple[Lane, ...], ...]
    weights: tuple[float, ...]
    busy_until: int


def scenario(seed: int, stretch: float) -> Scenario:
    """Return what happens under ``seed``, its outages ``stretch`` times as long."""
    rng = Random(f"scenario {seed}")
    by_traffic = rng.sample(LANES, len(LANES))
    phases: dict[Lane, list[Phase]] = {lane: [] for lane in LANES}
    others = rng.sample(by_traffic[2:], len(SCRIPTS))
    for lane, script in zip([*by_traffic[:2], *others], [*FRAGILE, *SCRIPTS], strict=True):
        phases[lane] += _played(script, rng.uniform(0.75, 1.25), rng.uniform(20, 50), stretch)
    half = [lane for lane in LANES if lane.startswith("b")]
    for at, lane in enumerate(half):
        phases[lane] += _played(PROVIDER[at % 2], 1, 20, stretch)
    last = max(phase.end for played in phases.values() for phase in played)
    return Scenario(
        {lane: tuple(played) for lane, played in phases.items()},
        tuple(_order(by_traffic, kind, rng) for kind in range(KINDS)),
        tuple(accumulate(1 / (kind + 5) for kind in range(KINDS))),
        last + AFTER_S * SECOND,
    )


def _played(script: Script, factor: float, begins_s: float, stretch: float) -> list[Phase]:
    """Return the phases of a script."""

    def at(seconds: float) -> int:
        return round((begins_s + seconds * factor) * stretch * 1_000) * MILLISECOND

    return [
        Phase(script.name, at(start), at(start + length), script.fault, script.fragile)
        for start, length in script.times
    ]


def _order(by_traffic: list[Lane], kind: int, rng: Random) -> tuple[Lane, ...]:
    """Return the lanes for a kind of work: its cheapest, and the others in an order of its own."""
    cheapest = by_traffic[kind % len(LANES)]
    rest = [lane for lane in LANES if lane != cheapest]
    return cheapest, *rng.sample(rest, len(rest))
