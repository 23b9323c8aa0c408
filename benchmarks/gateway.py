"""A gateway on a virtual clock: a thousand workers that call lanes, and what becomes of it.

Rules:
1. A worker asks the policy for the lanes, chooses one, calls it, reports how that ended and when it
   began, thinks, and begins again. A call that failed is tried once more, on another lane.
2. One call in fifty is the caller's own fault: it counts for nothing and is not tried again. One in
   a thousand is never reported: its worker stops, and another one begins.
3. A call is wasted where its lane is dead as it is placed.
4. After the last script and ``AFTER_S`` only ``LATE_WORKERS`` go on, for ``LATE_S``: as long as the
   longest wait of the library's policy and its lease, and a minute. What has not recovered then
   never does, and a lane that is not ok then is left out.
5. How many calls run that were placed on a lane that was not ok is counted here, not by the policy.
"""

from collections.abc import Generator
from heapq import heapify, heappop, heapreplace
from random import Random
from statistics import NormalDist
from typing import Final, NamedTuple

from ground import Ground, Recovery
from lane_policies import Lanes, choose
from outages import CAPACITY, FAST_MS, MILLISECOND, SECOND, Phase, Scenario

from mimir import Completion, Lane, RecoveryPolicy

WORKERS: Final = 1_000
LATE_WORKERS: Final = 20
THINKS_MS: Final = range(4_000, 16_000)
LATENCIES_MS: Final = tuple(
    round(2_000 * 2.0 ** NormalDist().inv_cdf((at + 0.5) / 1_000)) for at in range(1_000)
)
"""A median of two seconds; one in six takes twice as long or longer."""

OWN_FAULT: Final = 1 / 50
LOST: Final = 1 / 1_000
RESTART_MS: Final = 30_000
TRIES: Final = 2
_POLICY: Final = RecoveryPolicy()
LATE_S: Final = (_POLICY.longest_ns + _POLICY.lease_ns) // SECOND + 60

Steps = Generator[int, None, str]
"""What a worker does: it yields how many nanoseconds pass, and ends with how that ended."""


class Run(NamedTuple):
    """What became of one policy in one scenario."""

    answered: int
    failed: int
    calls: int
    wasted: int
    relapses: int
    most_probes: int
    recoveries: tuple[Recovery, ...]
    left_out: tuple[Lane, ...]


class Clock:
    """The time of a run, in nanoseconds."""

    def __init__(self) -> None:
        """Start at 1: an hour that is 0 is easily taken for none."""
        self.now = 1

    def __call__(self) -> int:
        """Return the time."""
        return self.now


class Gateway:
    """One policy in one scenario."""

    def __init__(self, scenario: Scenario, policy: Lanes, clock: Clock, seed: int) -> None:
        """Start with every worker thinking."""
        self._scenario, self._policy, self._clock = scenario, policy, clock
        self._grounds = {lane: Ground(phases) for lane, phases in scenario.phases.items()}
        self._rng = Random(f"traffic {seed}")
        self._answered = self._failed = self._calls = self._wasted = self._most_probes = 0

    def run(self) -> Run:
        """Let the workers work, and return what became of it."""
        clock, ends = self._clock, self._scenario.busy_until + LATE_S * SECOND
        workers = [self._worker(at) for at in range(WORKERS)]
        due = [(next(worker), at) for at, worker in enumerate(workers)]
        heapify(due)
        while due and due[0][0] <= ends:
            clock.now, at = due[0]
            passes = next(workers[at], None)
            if passes is None:
                heappop(due)
            else:
                heapreplace(due, (clock.now + passes, at))
        clock.now = ends
        states = self._policy.view().lanes
        grounds = self._grounds
        return Run(
            self._answered,
            self._failed,
            self._calls,
            self._wasted,
            sum(ground.relapses for ground in grounds.values()),
            self._most_probes,
            tuple(one for ground in grounds.values() for one in ground.recoveries()),
            tuple(lane for lane in grounds if states.get(lane, "ok") != "ok"),
        )

    def _worker(self, number: int) -> Generator[int]:
        rng, scenario = self._rng, self._scenario
        yield rng.randrange(THINKS_MS.stop * MILLISECOND)
        while number < LATE_WORKERS or self._clock.now < scenario.busy_until:
            (order,) = rng.choices(scenario.orders, cum_weights=scenario.weights)
            ended = yield from self._request(order)
            if ended == "lost":
                yield RESTART_MS * MILLISECOND
            self._answered += ended == "ok"
            self._failed += ended == "failed"
            yield rng.choice(THINKS_MS) * MILLISECOND

    def _request(self, order: tuple[Lane, ...]) -> Steps:
        """Call one lane, and another one where that fails."""
        tried: list[Lane] = []
        while len(tried) < TRIES:
            seen = self._policy.view()
            lane = choose(order, seen, tried, probe_first=not tried)
            if lane is None:
                break
            tried.append(lane)
            is_out = seen.lanes.get(lane, "ok") != "ok"
            if is_out and not self._policy.try_probe(lane):
                continue
            ended = yield from self._call(lane, is_probe=is_out)
            if ended != "failed":
                return ended
        return "failed"

    def _call(self, lane: Lane, *, is_probe: bool) -> Steps:
        ground, started = self._grounds[lane], self._clock.now
        phase = ground.placed(started)
        self._calls += 1
        self._wasted += phase is not None and phase.dead
        ground.probes += is_probe
        self._most_probes = max(self._most_probes, ground.probes)
        fault = yield from self._ending(ground, phase)
        ground.running -= 1
        ground.probes -= is_probe
        if self._rng.random() < LOST:
            return "lost"
        if fault is None:
            ground.succeeded(started, self._clock.now)
        self._report(lane, started, fault, phase)
        return "own" if fault == "400" else "ok" if fault is None else "failed"

    def _ending(self, ground: Ground, phase: Phase | None) -> Generator[int, None, str | None]:
        """Let the call take its time, and return the class of its failure."""
        rng = self._rng
        if phase is not None and (phase.dead or rng.random() < phase.fault.share):
            yield phase.fault.fails_after_ms * MILLISECOND
            return phase.fault.failure_class
        if ground.running > CAPACITY:
            yield FAST_MS * MILLISECOND
            return "429"
        if rng.random() < OWN_FAULT:
            yield FAST_MS * MILLISECOND
            return "400"
        yield rng.choice(LATENCIES_MS) * MILLISECOND
        after = ground.phase(self._clock.now)
        return after.fault.failure_class if after is not None and after.dead else None

    def _report(self, lane: Lane, started: int, fault: str | None, phase: Phase | None) -> None:
        now, asks = self._clock.now, None
        if phase is not None and phase.fault.says_when and fault == phase.fault.failure_class:
            asks = max(1, -((now - phase.end) // SECOND))
        self._policy.observe(
            Completion(
                lane=lane,
                outcome="ok" if fault is None else "error",
                at=now,
                failure_class=fault,
                started_at=started,
                retry_after=asks,
            )
        )
