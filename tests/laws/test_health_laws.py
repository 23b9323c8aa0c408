"""What holds of lane health for every sequence of completions, probes and holds."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mimir.core.fields import InvalidField
from mimir.core.health.completion import Completion, parse
from mimir.core.health.failure import FAILURE_CLASSES, class_of
from mimir.core.health.hold import parse_hold
from mimir.core.health.policy import (
    DEFAULT_HEALTH_POLICY,
    REFERENCE_HEALTH_POLICY,
    HealthPolicy,
    RecoveryPolicy,
    StreakPolicy,
    Waits,
    with_threshold,
)
from mimir.core.health.state import NEW, LaneRecord, observe, state_of, try_probe
from mimir.core.health.view import view, why
from mimir.core.outcome import Failure, Success
from mimir.core.vocabulary import Lane
from mimir.shell.health import LaneHealth
from mimir.testing.events import completions, health_policies, recovery_policies
from mimir.testing.plain import anything

LANES = st.sampled_from([Lane("a"), Lane("b"), Lane("")])
RUNS = st.lists(st.booleans(), max_size=12)
STEPS = st.integers(0, 40) | st.integers(0, 2**62)
LIVES = st.lists(st.tuples(STEPS, completions() | st.none()), max_size=12)
"""What happens to a lane, each after a while: a completion, or somebody asks for its probe."""


def _streak(run: list[bool]) -> int:
    return [*reversed(run), True].index(True)


def _completion(*, succeeded: bool) -> Completion:
    return Completion(lane=Lane("a"), outcome="ok" if succeeded else "error", at=0)


def _after(run: list[bool], policy: HealthPolicy) -> LaneRecord:
    record = NEW
    for succeeded in run:
        record = observe(record, _completion(succeeded=succeeded), 0, policy)
    return record


def _lived(
    life: list[tuple[int, Completion | None]], policy: HealthPolicy
) -> list[tuple[int, LaneRecord]]:
    """Return when what happened, and what was known of the lane then; times never go back."""
    now, record, known = 0, NEW, [(0, NEW)]
    for step, completion in life:
        now += step
        if completion is None:
            record = try_probe(record, now, policy) or record
        else:
            record = observe(record, completion, now, policy)
        known.append((now, record))
    return known


@given(RUNS, st.integers(1, 5))
def test_under_the_reference_a_lane_is_degraded_just_when_its_last_failures_reach_the_threshold(
    run: list[bool], threshold: int
) -> None:
    policy = StreakPolicy(threshold)
    record = _after(run, policy)
    assert (state_of(record, 0, policy) == "degraded") == (_streak(run) >= threshold)


@given(RUNS, RUNS)
def test_under_the_reference_what_came_before_a_success_never_matters(
    before: list[bool], after: list[bool]
) -> None:
    long = _after([*before, True, *after], REFERENCE_HEALTH_POLICY)
    assert long == _after(after, REFERENCE_HEALTH_POLICY)


@given(RUNS, st.integers(1, 5), st.integers(0, 5))
def test_under_the_reference_a_higher_threshold_never_degrades_a_lane(
    run: list[bool], threshold: int, more: int
) -> None:
    record = _after(run, StreakPolicy(threshold))
    if state_of(record, 0, StreakPolicy(threshold)) == "ok":
        assert state_of(record, 0, StreakPolicy(threshold + more)) == "ok"


@given(LIVES, recovery_policies())
def test_no_lane_stays_out_for_longer_than_the_longest_wait_without_a_probe(
    life: list[tuple[int, Completion | None]], policy: RecoveryPolicy
) -> None:
    now, record = _lived(life, policy)[-1]
    later = now + max(policy.longest_ns, policy.lease_ns)
    if state_of(record, later, policy) != "ok":
        for _ in range(record.outage.needs if record.outage is not None else 0):
            leased = try_probe(record, later, policy)
            assert leased is not None
            record = observe(leased, _completion(succeeded=True), later, policy)
        assert state_of(record, later, policy) == "ok"


@given(LIVES, recovery_policies(), completions())
def test_no_failure_brings_the_deadline_of_a_lane_that_is_out_nearer(
    life: list[tuple[int, Completion | None]], policy: RecoveryPolicy, failure: Completion
) -> None:
    now, record = _lived(life, policy)[-1]
    failed = observe(record, evolve(failure, outcome="error"), now, policy)
    if state_of(record, now, policy) == "degraded":
        assert record.outage is not None
        assert failed.outage is not None
        assert failed.outage.until >= record.outage.until
        assert state_of(failed, now, policy) == "degraded"


@given(LIVES, recovery_policies(), completions())
def test_a_completion_from_before_the_lane_went_out_changes_nothing(
    life: list[tuple[int, Completion | None]], policy: RecoveryPolicy, completion: Completion
) -> None:
    now, record = _lived(life, policy)[-1]
    if record.outage is not None:
        stale = evolve(completion, started_at=record.outage.since - 1)
        assert observe(record, stale, now, policy) is record


@given(LIVES, recovery_policies(), st.lists(st.tuples(STEPS, completions()), max_size=8))
def test_while_a_lease_runs_there_is_no_second_one_whatever_other_calls_say(
    life: list[tuple[int, Completion | None]],
    policy: RecoveryPolicy,
    others: list[tuple[int, Completion]],
) -> None:
    begun, record = _lived(life, policy)[-1]
    leased = try_probe(record, begun, policy)
    now, record = begun, leased or record
    for step, other in others if leased is not None else []:
        now += step
        earlier = evolve(other, started_at=begun - 1)
        record = observe(record, earlier, now, policy)
        if state_of(record, now, policy) == "ok":
            return
        if now < begun + policy.lease_ns:
            assert try_probe(record, now, policy) is None


@given(LIVES, recovery_policies(), completions())
def test_only_what_the_table_counts_takes_a_lane_out(
    life: list[tuple[int, Completion | None]], policy: RecoveryPolicy, completion: Completion
) -> None:
    now, record = _lived(life, policy)[-1]
    after = observe(record, completion, now, policy)
    if state_of(record, now, policy) == "ok" and state_of(after, now, policy) != "ok":
        assert completion.counts_as in policy.waits


@given(LIVES, recovery_policies())
def test_a_view_says_of_each_lane_what_is_known_of_it(
    life: list[tuple[int, Completion | None]], policy: RecoveryPolicy
) -> None:
    now, _ = _lived(life, policy)[-1]
    records = {Lane(str(at)): known for at, (_, known) in enumerate(_lived(life, policy))}
    seen = view(records, now, policy)
    assert seen.lanes == {lane: state_of(one, now, policy) for lane, one in records.items()}
    free = {lane for lane, one in records.items() if try_probe(one, now, policy) is not None}
    assert seen.probes == free
    waiting = {lane for lane, state in seen.lanes.items() if state != "ok"} - free
    assert {*seen.waits} == waiting
    for lane, wait in seen.waits.items():
        later = now + wait * 1_000_000
        assert try_probe(records[lane], later, policy) is not None
        assert why(records[lane], now, policy).wait_ms == wait


@given(LIVES, health_policies())
def test_equal_lives_leave_equal_lanes(
    life: list[tuple[int, Completion | None]], policy: HealthPolicy
) -> None:
    assert _lived(life, policy) == _lived(life, policy)


@given(anything())
def test_a_completion_is_read_or_refused_and_nothing_is_raised(raw: object) -> None:
    plain: dict[str, object] = {"lane": "a", "outcome": "429"}
    for value in (
        raw,
        {**plain, "lane": raw},
        {**plain, "outcome": raw},
        {**plain, "started_at": raw},
        {**plain, "retry_after": raw},
    ):
        parsed = parse(value, at=0)
        if isinstance(parsed, Failure):
            assert parsed.failure().code == "invalid_completion"
        else:
            completion = parsed.unwrap()
            assert type(completion.lane) is str
            observe(NEW, completion, 0)
            assert completion.retry_after is None or completion.retry_after >= 0


@given(st.text() | st.none(), st.text())
def test_every_failure_has_a_class(failure_class: str | None, outcome: str) -> None:
    assert class_of(failure_class, outcome) in FAILURE_CLASSES


@given(anything())
def test_a_threshold_is_read_or_refused_and_nothing_is_raised(value: object) -> None:
    for policy in (DEFAULT_HEALTH_POLICY, REFERENCE_HEALTH_POLICY):
        parsed = with_threshold(policy, value)
        if isinstance(parsed, Failure):
            assert isinstance(parsed.failure(), InvalidField)
        else:
            assert parsed.unwrap().threshold >= 1


@given(anything(), anything())
def test_a_hold_is_read_or_refused_and_nothing_is_raised(reason: object, until: object) -> None:
    for parsed in (parse_hold(reason, until), parse_hold("repair", until)):
        assert isinstance(parsed, Success) or parsed.failure().code == "invalid_hold"


@given(completions())
def test_a_completion_is_read_back_from_its_metadata(completion: Completion) -> None:
    raw = {
        "lane": completion.lane,
        "model": completion.model,
        "outcome": completion.outcome,
        "failure_class": completion.failure_class,
        "started_at": completion.started_at,
        "retry_after": completion.retry_after,
    }
    asked = completion.retry_after
    kept = None if asked is not None and asked < 0 else asked
    assert parse(raw, at=completion.at).unwrap() == evolve(completion, retry_after=kept)


class _Lane:
    """What the model knows of a lane: plain variables, set as the page on health tells it."""

    def __init__(self) -> None:
        self.streak = self.tries = 0
        self.missing = 1
        self.relapsed = False
        self.out = False
        self.out_at: int = -1
        self.until: int = 0
        self.lease: int = 0
        self.back_at: int | None = None
        self.hold: int | None = None

    def state(self, now: int) -> str:
        if self.hold is not None and now < self.hold:
            return "held"
        if not self.out:
            return "ok"
        return "degraded" if now < self.until else "probing"


class HealthMachine(RuleBasedStateMachine):
    """The live object beside a model of it, on a clock that goes on in small steps."""

    @initialize(threshold=st.integers(1, 3), successes=st.integers(1, 3))
    def begin(self, threshold: int, successes: int) -> None:
        """Start both, with waits that soon pass."""
        self.now: int = 1_000
        self.policy = RecoveryPolicy(
            threshold=threshold,
            successes=successes,
            waits={"lane": Waits(4, 10), "throttle": Waits(2, 6)},
            longest_ns=20,
            lease_ns=7,
            calm_ns=15,
        )
        self.health = LaneHealth(self.policy, now=lambda: self.now)
        self.lanes: dict[Lane, _Lane] = {}

    @rule(step=st.integers(0, 25))
    def wait(self, step: int) -> None:
        """Let time pass."""
        self.now += step

    @rule(
        lane=LANES,
        outcome=st.sampled_from(["ok", "error", "error", "429", "cancelled"]),
        age=st.none() | st.integers(0, 12),
    )
    def complete(self, lane: Lane, outcome: str, age: int | None) -> None:
        """Let a call end."""
        started = None if age is None else self.now - age
        one = Completion(lane=lane, outcome=outcome, at=self.now, started_at=started)
        self.health.observe(one)
        known = self.lanes.setdefault(lane, _Lane())
        if started is not None and started < known.out_at:
            return
        if outcome == "ok":
            known.lease = 0
            known.missing -= known.out
            if known.out and known.missing == 0:
                known.out, known.back_at = False, self.now
            if not known.out:
                known.streak = 0
        elif outcome == "cancelled":
            if started is None or started >= known.lease - 7:
                known.lease = 0
        else:
            self._failed(known, outcome)

    def _failed(self, known: _Lane, outcome: str) -> None:
        if known.out and self.now < known.until:
            return
        known.streak += 1
        if known.out:
            known.tries += 1
        elif known.streak >= self.policy.threshold:
            soon = known.back_at is not None and self.now < known.back_at + 15
            known.tries = known.tries + 1 if soon else 1
            known.relapsed = soon
        else:
            return
        known.missing = self.policy.successes if known.relapsed else 1
        first, longest = (4, 10) if outcome == "error" else (2, 6)
        known.out, known.out_at, known.lease = True, self.now, 0
        known.until = self.now + min(first * 2 ** (known.tries - 1), longest)

    @rule(lane=LANES)
    def ask(self, lane: Lane) -> None:
        """Ask for the probe."""
        known = self.lanes.get(lane, _Lane())
        free = known.state(self.now) == "probing" and self.now >= known.lease
        assert self.health.try_probe(lane) == free
        if free:
            known.lease = self.now + 7

    @rule(lane=LANES, after=st.none() | st.integers(0, 9))
    def hold(self, lane: Lane, after: int | None) -> None:
        """Hold a lane."""
        until = None if after is None else self.now + after
        assert self.health.hold(lane, "repair", until) == Success(None)
        self.lanes.setdefault(lane, _Lane()).hold = 10**9 if until is None else until

    @rule(lane=LANES)
    def release(self, lane: Lane) -> None:
        """Release a lane."""
        known = self.lanes.get(lane, _Lane())
        assert self.health.release(lane) == (known.hold is not None)
        known.hold = None

    @rule(threshold=st.none() | st.integers(-2, 6))
    def tune(self, threshold: int | None) -> None:
        """Set the threshold, or try to."""
        wanted = 3 if threshold is None else threshold
        done = self.health.set_threshold(threshold)
        if wanted >= 1:
            assert done == Success(None)
            self.policy = evolve(self.policy, threshold=wanted)
        else:
            assert done.failure().code == "invalid_health_policy"

    @rule()
    def forget(self) -> None:
        """Forget every lane."""
        self.health.reset()
        self.lanes.clear()

    @invariant()
    def every_lane_is_as_the_model_says(self) -> None:
        """Compare what is shown with what the model knows."""
        wanted = {lane: known.state(self.now) for lane, known in self.lanes.items()}
        seen = self.health.view()
        assert seen.lanes == self.health.all() == wanted
        probing = {lane for lane, state in wanted.items() if state == "probing"}
        assert seen.probes == {one for one in probing if self.now >= self.lanes[one].lease}
        for lane, known in self.lanes.items():
            assert self.health.state(lane) == wanted[lane]
            told = self.health.why(lane)
            assert (told.streak, told.tries) == (known.streak, known.tries)
        assert self.health.state(Lane("never seen")) == "ok"
        assert self.health.ignored == 0


TestHealthMachine = HealthMachine.TestCase
