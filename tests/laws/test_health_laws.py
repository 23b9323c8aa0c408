"""What holds of lane health for every sequence of completions."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mimir.core.fields import InvalidField
from mimir.core.health.completion import Completion, parse
from mimir.core.health.policy import HealthPolicy, parse_threshold
from mimir.core.health.state import NEW, observe, state_of, view
from mimir.core.outcome import Failure, Success
from mimir.core.vocabulary import Lane
from mimir.shell.health import LaneHealth
from mimir.testing.events import completions, health_policies
from mimir.testing.plain import anything

LANES = st.sampled_from([Lane("a"), Lane("b"), Lane("")])
RUNS = st.lists(st.booleans(), max_size=12)


def _streak(run: list[bool]) -> int:
    return [*reversed(run), True].index(True)


@given(RUNS, health_policies())
def test_a_lane_is_degraded_just_when_its_last_failures_reach_the_threshold(
    run: list[bool], policy: HealthPolicy
) -> None:
    record = NEW
    for succeeded in run:
        record = observe(record, succeeded=succeeded)
    assert (state_of(record, policy) == "degraded") == (_streak(run) >= policy.threshold)


@given(RUNS, RUNS)
def test_what_came_before_a_success_never_matters(before: list[bool], after: list[bool]) -> None:
    one, other = NEW, NEW
    for succeeded in (*before, True, *after):
        one = observe(one, succeeded=succeeded)
    for succeeded in after:
        other = observe(other, succeeded=succeeded)
    assert one == other


@given(RUNS, health_policies(), st.integers(0, 5))
def test_a_higher_threshold_never_degrades_a_lane(
    run: list[bool], policy: HealthPolicy, more: int
) -> None:
    record = NEW
    for succeeded in run:
        record = observe(record, succeeded=succeeded)
    if state_of(record, policy) == "ok":
        assert state_of(record, HealthPolicy(policy.threshold + more)) == "ok"


@given(st.dictionaries(LANES, RUNS), health_policies())
def test_the_view_says_of_each_lane_what_its_state_is(
    runs: dict[Lane, list[bool]], policy: HealthPolicy
) -> None:
    records = dict.fromkeys(runs, NEW)
    for lane, run in runs.items():
        for succeeded in run:
            records[lane] = observe(records[lane], succeeded=succeeded)
    assert view(records, policy) == {lane: state_of(records[lane], policy) for lane in runs}


@given(anything())
def test_a_completion_is_read_or_refused_and_nothing_is_raised(raw: object) -> None:
    for value in (raw, {"lane": raw, "outcome": "ok"}, {"lane": "a", "outcome": raw}):
        parsed = parse(value, at=0)
        if isinstance(parsed, Failure):
            assert parsed.failure().code == "invalid_completion"
        else:
            assert type(parsed.unwrap().lane) is str


@given(anything())
def test_a_threshold_is_read_or_refused_and_nothing_is_raised(value: object) -> None:
    parsed = parse_threshold(value)
    if isinstance(parsed, Failure):
        assert isinstance(parsed.failure(), InvalidField)
    else:
        assert parsed.unwrap().threshold >= 1


@given(completions())
def test_a_completion_is_read_back_from_its_metadata(completion: Completion) -> None:
    raw = {
        "lane": completion.lane,
        "model": completion.model,
        "outcome": completion.outcome,
        "failure_class": completion.failure_class,
    }
    read = parse(raw, at=completion.at).unwrap()
    assert (read.lane, read.model, read.outcome) == (
        completion.lane,
        completion.model,
        completion.outcome,
    )
    assert (read.failure_class, read.at) == (completion.failure_class, completion.at)
    assert read.succeeded == (completion.outcome == "ok")


class HealthMachine(RuleBasedStateMachine):
    """The live object beside a model of it: the whole history of each lane."""

    @initialize()
    def begin(self) -> None:
        """Start both."""
        self.health = LaneHealth()
        self.runs: dict[Lane, list[bool]] = {}
        self.threshold = 3

    @rule(lane=LANES, succeeded=st.booleans(), direct=st.booleans())
    def complete(self, lane: Lane, *, succeeded: bool, direct: bool) -> None:
        """Let a call end, told directly or as a completion."""
        self.runs.setdefault(lane, []).append(succeeded)
        if direct:
            outcome = "ok" if succeeded else "error"
            self.health.observe(Completion(lane=lane, outcome=outcome, at=0))
        elif succeeded:
            self.health.record_success(lane)
        else:
            self.health.record_failure(lane)

    @rule(threshold=st.none() | st.integers(-2, 6))
    def tune(self, threshold: int | None) -> None:
        """Set the threshold, or try to."""
        wanted = 3 if threshold is None else threshold
        done = self.health.set_threshold(threshold)
        if wanted >= 1:
            assert done == Success(None)
            self.threshold = wanted
        else:
            assert done.failure().code == "invalid_health_policy"

    @rule()
    def forget(self) -> None:
        """Forget every lane."""
        self.health.reset()
        self.runs.clear()

    @invariant()
    def every_lane_is_as_its_history_says(self) -> None:
        """Compare what is shown with the histories."""
        wanted = {
            lane: "degraded" if _streak(run) >= self.threshold else "ok"
            for lane, run in self.runs.items()
        }
        assert self.health.all() == wanted
        assert {lane: self.health.state(lane) for lane in wanted} == wanted
        assert self.health.state(Lane("never seen")) == "ok"
        assert self.health.ignored == 0


TestHealthMachine = HealthMachine.TestCase
