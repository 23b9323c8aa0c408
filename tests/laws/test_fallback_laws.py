"""Laws of falling back."""

from collections.abc import Iterator
from itertools import pairwise

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from mimir.core.oracle.fallback import FAILED, NotInPlan, fallback
from mimir.core.oracle.place import place
from mimir.core.outcome import Success
from mimir.core.snapshot import OK, PROBING
from mimir.core.verdict import NoCandidate, Placement
from mimir.core.vocabulary import EntryId
from mimir.testing import Situation, situations
from slow_oracle import choice, least_bad


def placed(situation: Situation) -> Placement:
    outcome = place(*situation)
    assume(isinstance(outcome, Success))
    return outcome.unwrap()


def chain(first: Placement) -> Iterator[Placement]:
    """Yield ``first`` and each placement that is fallen back to, until there is none."""
    step = first
    while True:
        yield step
        outcome = fallback(step, step.chosen)
        if not isinstance(outcome, Success):
            assert isinstance(outcome.failure(), NoCandidate)
            return
        step = outcome.unwrap()


@given(situations(min_size=2))
def test_it_never_repeats_and_ends_after_at_most_as_many_placements_as_lanes(
    situation: Situation,
) -> None:
    tried = [step.chosen for step in chain(placed(situation))]
    lanes = {entry.lane for entry in situation.catalog.entries}
    assert len({entry.id for entry in tried}) == len(tried)
    assert len({entry.lane for entry in tried}) == len(tried) <= len(lanes)


@given(situations(min_size=2))
def test_the_next_is_the_first_of_the_plan_in_no_failed_lane(situation: Situation) -> None:
    first = placed(situation)
    expected, failed = [first.chosen], {first.chosen.lane}
    for entry in first.plan:
        if entry.lane not in failed:
            expected.append(entry)
            failed.add(entry.lane)
    steps = [*chain(first)]
    assert [step.chosen for step in steps[: len(expected)]] == expected
    assert all("least_bad" in step.reasons for step in steps[len(expected) :])


@given(situations(min_size=2))
def test_after_the_plan_the_policy_names_the_least_bad_of_the_lanes_that_have_not_failed(
    situation: Situation,
) -> None:
    steps = [*chain(placed(situation))]
    for step, following in pairwise(steps):
        if not step.plan or "least_bad" in step.reasons:
            states = dict(step.inputs.snapshot.lanes)
            world = evolve(situation.snapshot, lanes={**states, step.chosen.lane: FAILED})
            assert following.chosen == least_bad(situation._replace(snapshot=world))
            assert following.plan == ()


@given(situations(min_size=2))
def test_one_workload_tries_out_one_lane_first(situation: Situation) -> None:
    steps = [*chain(placed(situation))]
    assert not any("probe_first" in step.reasons for step in steps[1:])


@given(situations(min_size=2), st.data())
def test_the_first_placement_asked_about_a_later_entry_answers_as_the_chain_does(
    situation: Situation, data: st.DataObject
) -> None:
    first = placed(situation)
    order = (first.chosen, *first.plan)
    step = data.draw(st.sampled_from([one for one in chain(first) if one.chosen in order]))
    assert fallback(first, step.chosen) == fallback(step, step.chosen)


@given(situations(min_size=2))
def test_the_answer_is_the_decision_of_the_same_inputs_with_the_lanes_failed(
    situation: Situation,
) -> None:
    first = placed(situation)
    lanes = {**situation.snapshot.lanes, first.chosen.lane: FAILED}
    again = situation._replace(snapshot=evolve(situation.snapshot, lanes=lanes))
    if any(lane == PROBING for lane in map(situation.snapshot.lanes.get, again.snapshot.probes)):
        again = again._replace(policy=evolve(situation.policy, probe_first=False))
    outcome = fallback(first, first.chosen)
    assert outcome == place(*again)
    assert (outcome.unwrap().chosen if isinstance(outcome, Success) else None) == choice(again)
    assert FAILED != OK


@given(situations(min_size=2))
def test_an_entry_that_is_neither_chosen_nor_in_the_plan_is_an_error_that_names_it(
    situation: Situation,
) -> None:
    first = placed(situation)
    known = {entry.id for entry in (first.chosen, *first.plan)}
    others = [entry for entry in situation.catalog.entries if entry.id not in known]
    for entry in [*others, evolve(first.chosen, id=EntryId("a stranger"))]:
        assert isinstance(fallback(first, entry).failure(), NotInPlan)
