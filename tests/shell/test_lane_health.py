"""Lane health as it is lived: signals, threads and garbage."""

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from blinker import Signal

from mimir.core.fields import InvalidField
from mimir.core.health.completion import Completion, parse
from mimir.core.health.policy import REFERENCE_HEALTH_POLICY, StreakPolicy
from mimir.core.health.state import LaneRecord
from mimir.core.health.view import told
from mimir.core.limits import ID_MAX_CHARS
from mimir.core.outcome import Outcome, Success
from mimir.core.vocabulary import Lane
from mimir.shell.health import COMPLETION, LANES_MAX, LaneHealth
from mimir.testing.foreign import foreign_values

A, B = Lane("a"), Lane("b")


@pytest.fixture
def _quick_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def _completion(outcome: str, lane: Lane = A) -> Completion:
    return Completion(lane=lane, outcome=outcome, at=0)


def _streak(health: LaneHealth, lane: Lane) -> int:
    return health.why(lane).streak


def test_three_failures_degrade_their_lane_and_no_other() -> None:
    health = LaneHealth()
    health.record_success(B)
    for _ in range(3):
        assert health.state(A) == "ok"
        health.record_failure(A)
    assert health.all() == {"a": "degraded", "b": "ok"}


def test_one_success_mends_a_lane() -> None:
    health = LaneHealth()
    for _ in range(9):
        health.observe(_completion("error"))
    health.observe(_completion("ok"))
    health.observe(_completion("error"))
    assert (health.state(A), _streak(health, A)) == ("ok", 1)


def test_a_lane_that_was_never_seen_is_ok_and_not_in_the_table() -> None:
    health = LaneHealth()
    assert (health.state(A), health.all()) == ("ok", {})


def test_under_the_reference_a_threshold_holds_for_what_was_seen_before_it() -> None:
    health = LaneHealth(REFERENCE_HEALTH_POLICY)
    health.record_failure(A)
    assert health.set_threshold(1) == Success(None)
    assert health.state(A) == "degraded"
    assert health.set_threshold(None) == Success(None)
    assert health.state(A) == "ok"


@pytest.mark.parametrize("threshold", [0, -3])
def test_a_threshold_below_one_is_refused_and_changes_nothing(threshold: int) -> None:
    health = LaneHealth()
    health.set_threshold(1)
    health.record_failure(A)
    assert health.set_threshold(threshold).failure().code == "invalid_health_policy"
    assert health.state(A) == "degraded"
    assert health.state(B) == "ok"


def test_a_reset_forgets_the_lanes_and_keeps_the_threshold() -> None:
    health = LaneHealth()
    health.set_threshold(1)
    health.record_failure(A)
    health.reset()
    assert health.all() == {}
    health.record_failure(B)
    assert health.all() == {"b": "degraded"}


def test_the_table_that_is_handed_out_is_the_callers_own() -> None:
    health = LaneHealth()
    health.record_failure(A)
    health.all()[B] = "degraded"
    assert health.all() == {"a": "ok"}


def test_an_attached_object_observes_completions_and_metadata() -> None:
    signal, health = Signal(), LaneHealth()
    health.attach(signal)
    signal.send("caller", completion=_completion("error"))
    signal.send("caller", completion={"model": "a:m", "outcome": "timeout"}, more="ignored")
    signal.send("caller", completion={"lane": "a", "model": "b:m", "outcome": "error"})
    assert (health.all(), health.ignored) == ({"a": "degraded"}, 0)


def test_the_signal_of_the_package_is_the_default() -> None:
    health = LaneHealth()
    health.attach()
    COMPLETION.send(None, completion=_completion("error"))
    health.detach()
    COMPLETION.send(None, completion=_completion("error"))
    assert _streak(health, A) == 1
    assert not COMPLETION.receivers


def test_an_object_attached_twice_counts_once() -> None:
    signal, health = Signal(), LaneHealth()
    health.attach(signal)
    health.attach(signal)
    signal.send(None, completion=_completion("error"))
    assert _streak(health, A) == 1


def test_attaching_to_another_signal_leaves_the_first() -> None:
    first, second, health = Signal(), Signal(), LaneHealth()
    health.attach(first)
    health.attach(second)
    first.send(None, completion=_completion("error", A))
    second.send(None, completion=_completion("error", B))
    assert health.all() == {"b": "ok"}
    assert not first.receivers


def test_a_detached_object_observes_nothing_and_may_be_detached_again() -> None:
    signal, health = Signal(), LaneHealth()
    health.detach()
    health.attach(signal)
    health.detach()
    health.detach()
    signal.send(None, completion=_completion("error"))
    assert health.all() == {}


def test_two_objects_on_one_signal_do_not_know_each_other() -> None:
    signal, one, other = Signal(), LaneHealth(), LaneHealth()
    one.attach(signal)
    other.attach(signal)
    one.detach()
    signal.send(None, completion=_completion("error"))
    assert (one.all(), other.all()) == ({}, {"a": "ok"})


def _attached(signal: Signal) -> "weakref.ref[LaneHealth]":
    health = LaneHealth()
    health.attach(signal)
    return weakref.ref(health)


def test_a_signal_holds_what_is_attached_to_it_until_it_is_detached() -> None:
    signal = Signal()
    kept = _attached(signal)
    gc.collect()
    health = kept()
    assert health is not None
    signal.send(None, completion=_completion("error"))
    assert health.all() == {"a": "ok"}
    health.detach()
    del health
    gc.collect()
    assert kept() is None


def test_garbage_is_counted_and_never_breaks_who_sent_it() -> None:
    signal, health = Signal(), LaneHealth()
    health.attach(signal)
    garbage: list[object] = [
        None,
        {},
        [],
        "ok",
        {"outcome": "ok"},
        {"outcome": 5, "lane": "a"},
        {"outcome": "ok", "lane": "x" * (ID_MAX_CHARS + 1)},
        {"outcome": "ok", "lane": ["a"]},
        *foreign_values(),
    ]
    for thing in garbage:
        signal.send(None, completion=thing)
    signal.send(None)
    assert (health.ignored, health.all()) == (len(garbage) + 1, {})


def test_a_completion_whose_parts_are_no_text_is_garbage_too() -> None:
    signal, health = Signal(), LaneHealth()
    health.attach(signal)
    for foreign in foreign_values():
        for parts in ({"lane": foreign, "outcome": "ok"}, {"lane": "a", "outcome": foreign}):
            made = object.__new__(Completion)
            for name, value in {**parts, "at": 0}.items():
                object.__setattr__(made, name, value)
            signal.send(None, completion=made)
    assert (health.ignored, health.all()) == (2 * len(foreign_values()), {})


def test_nothing_that_is_sent_reaches_the_sender_as_an_exception() -> None:
    signal, health = Signal(), LaneHealth()
    health.attach(signal)
    signal.send(None, completion=Completion.__new__(Completion))
    signal.send(None, completion=_completion("ok", Lane("\ud800")))
    assert (health.ignored, health.all()) == (2, {})
    signal.send(None, completion=_completion("ok"), self=1, _sender=2)
    assert health.all() == {"a": "ok"}


def test_a_completion_that_is_told_while_another_is_being_told_is_not_lost() -> None:
    inner: list[LaneHealth] = []

    def now() -> int:
        if inner:
            inner.pop().record_failure(A)
        return 0

    health = LaneHealth(REFERENCE_HEALTH_POLICY, now=now)
    for _ in range(5):
        inner.append(health)
        health.record_failure(A)
    assert _streak(health, A) == 10


def test_a_reset_starts_the_count_of_what_was_ignored_again() -> None:
    signal, health = Signal(), LaneHealth()
    health.attach(signal)
    signal.send(None)
    health.reset()
    assert health.ignored == 0


def test_a_completion_is_dated_by_the_clock_that_was_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    def read(raw: object, at: int) -> Outcome[Completion, InvalidField]:
        seen.append(at)
        return parse(raw, at)

    monkeypatch.setattr("mimir.shell.health.parse", read)
    signal, health = Signal(), LaneHealth(now=lambda: 42)
    health.attach(signal)
    signal.send(None, completion={"lane": "a", "outcome": "ok"})
    assert (seen, health.all()) == ([42], {"a": "ok"})


def _full(health: LaneHealth) -> None:
    """Fill the table with lanes of which something is known."""
    for number in range(LANES_MAX):
        health.record_failure(Lane(f"lane-{number}"))


def test_lanes_are_bounded_and_those_known_stay_live() -> None:
    health = LaneHealth()
    _full(health)
    for _ in range(3):
        health.record_failure(Lane("one too many"))
        health.record_failure(Lane("lane-0"))
    assert len(health.all()) == LANES_MAX
    assert (health.state(Lane("one too many")), health.ignored) == ("ok", 3)
    assert health.state(Lane("lane-0")) == "degraded"


def test_lanes_of_which_nothing_is_known_make_room() -> None:
    health = LaneHealth()
    health.record_failure(A)
    for number in range(LANES_MAX - 1):
        health.record_failure(Lane(f"junk-{number}"), "400")
    assert len(health.all()) == LANES_MAX
    health.record_failure(B)
    assert (health.all(), health.ignored) == ({"a": "ok", "b": "ok"}, 0)
    assert _streak(health, A) == 1


def test_a_full_table_is_not_searched_for_every_further_lane(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searches: list[int] = []

    def counted(lanes: dict[Lane, LaneRecord]) -> dict[Lane, LaneRecord]:
        searches.append(len(lanes))
        return told(lanes)

    monkeypatch.setattr("mimir.shell.health.told", counted)
    health = LaneHealth(StreakPolicy())
    _full(health)
    for number in range(100):
        health.record_failure(Lane(f"further-{number}"))
    assert (len(searches), health.ignored) == (1, 100)
    health.record_success(Lane("lane-0"))
    health.record_failure(Lane("further-0"))
    assert (len(searches), health.ignored) == (2, 100)
    health.hold(Lane("lane-1"), "maintenance")
    health.record_failure(Lane("further-1"))
    assert (len(searches), health.ignored) == (3, 101)


def _together(works: list[Callable[[], None]]) -> None:
    """Run every work in a thread of its own, all begun at once; what one raises is raised here."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        start.wait()
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result()


@pytest.mark.usefixtures("_quick_switches")
def test_no_failure_is_lost_between_eight_threads() -> None:
    health = LaneHealth(REFERENCE_HEALTH_POLICY)

    def fail() -> None:
        for _ in range(2_000):
            health.record_failure(A)

    _together([fail] * 8)
    assert _streak(health, A) == 16_000


@pytest.mark.usefixtures("_quick_switches")
def test_no_garbage_is_lost_between_eight_threads_of_a_signal() -> None:
    signal, health = Signal(), LaneHealth(REFERENCE_HEALTH_POLICY)
    health.attach(signal)

    def send() -> None:
        for _ in range(500):
            signal.send(None, completion=None)
            signal.send(None, completion=_completion("error"))

    _together([send] * 8)
    assert (health.ignored, _streak(health, A)) == (4_000, 4_000)


@pytest.mark.usefixtures("_quick_switches")
def test_the_table_may_be_read_while_lanes_are_added() -> None:
    health = LaneHealth()
    sizes: list[int] = []

    def add() -> None:
        for number in range(2_000):
            health.record_success(Lane(f"lane-{number}"))

    def read() -> None:
        for _ in range(200):
            sizes.append(len(health.all()))

    _together([add, read, read])
    assert len(health.all()) == 2_000
    assert len(sizes) == 400


@pytest.mark.usefixtures("_quick_switches")
def test_a_threshold_set_meanwhile_loses_no_completion() -> None:
    health = LaneHealth(REFERENCE_HEALTH_POLICY)

    def fail() -> None:
        for _ in range(2_000):
            health.record_failure(A)

    def tune() -> None:
        for number in range(2_000):
            health.set_threshold(1 + number % 5)

    _together([fail, fail, tune])
    assert _streak(health, A) == 4_000
