"""Eight threads on one lane lose nothing; the same tests show a naive table to lose."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

import pytest

from mimir.core.health.policy import REFERENCE_HEALTH_POLICY, SECOND
from mimir.core.vocabulary import Lane
from mimir.shell.health import LaneHealth
from stress import loses, together

THREADS, EACH = 8, 150
A = Lane("a")


class Counts(Protocol):
    """What counts failures in a row."""

    def fail(self) -> None:
        """Take one failure into account."""

    def streak(self) -> int:
        """Tell how many failures in a row there were."""


class Live:
    """The live object under the reference's policy, which counts every failure."""

    def __init__(self) -> None:
        self.health = LaneHealth(REFERENCE_HEALTH_POLICY)

    def fail(self) -> None:
        """Take one failure into account."""
        self.health.record_failure(A)

    def streak(self) -> int:
        """Tell how many failures in a row there were."""
        return self.health.why(A).streak


class Naive:
    """What one would write first: a dictionary of counts, and no lock."""

    def __init__(self) -> None:
        self.streaks: dict[Lane, int] = {}

    def fail(self) -> None:
        """Read a count, then store one more; another thread may do so in between."""
        self.streaks[A] = self._more(self.streaks.get(A, 0))

    def streak(self) -> int:
        """Tell how many failures in a row there were."""
        return self.streaks.get(A, 0)

    def _more(self, streak: int) -> int:
        return streak + 1


def _lost(make: Callable[[], Counts]) -> bool:
    """Fail from eight threads, and tell whether a failure is lost."""
    counts = make()

    def fail() -> None:
        for _ in range(EACH):
            counts.fail()

    together([fail] * THREADS)
    return counts.streak() != THREADS * EACH


@pytest.mark.parametrize(
    ("make", "attempts", "expected"),
    [(Live, 5, False), (Naive, 200, True)],
    ids=["the table loses nothing", "a naive one loses"],
)
def test_every_failure_of_eight_threads_counts(
    make: Callable[[], Counts], attempts: int, expected: bool
) -> None:
    assert loses(partial(_lost, make), attempts) is expected


class NaiveLease:
    """A lease without a lock: look, then take."""

    def __init__(self) -> None:
        self.until = 0

    def try_probe(self, lane: Lane) -> bool:
        """Take the lease where nobody has it; somebody may take it in between."""
        until = self.until
        if until > self._now():
            return False
        self.until = 60
        return True

    def _now(self) -> int:
        return 1


def _due() -> LaneHealth:
    now = [0]
    health = LaneHealth(now=lambda: now[0])
    for _ in range(3):
        health.record_failure(A)
    now[0] = 900 * SECOND
    return health


def _leased_twice(make: Callable[[], LaneHealth | NaiveLease]) -> bool:
    """Ask for the probes of many lanes from eight threads; tell whether one is leased twice."""
    rounds = [make() for _ in range(EACH)]
    given: list[int] = []
    lock = threading.Lock()

    def ask() -> None:
        got = [at for at, one in enumerate(rounds) if one.try_probe(A)]
        with lock:
            given.extend(got)

    together([ask] * THREADS)
    assert {*given} == {*range(EACH)}
    return len(given) != EACH


@pytest.mark.parametrize(
    ("make", "attempts", "expected"),
    [(_due, 5, False), (NaiveLease, 200, True)],
    ids=["the table leases one", "a naive one leases more"],
)
def test_of_eight_threads_that_ask_for_a_probe_one_gets_it(
    make: Callable[[], LaneHealth | NaiveLease], attempts: int, expected: bool
) -> None:
    assert loses(partial(_leased_twice, make), attempts) is expected
