"""Laws of falling back."""

from collections.abc import Iterator

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from mimir.core.oracle.fallback import FAILED, NotInPlan, fallback
from mimir.core.oracle.place import place
from mimir.core.outcome import Success
from mimir.core.snapshot import OK
from mimir.core.verdict import NoCandidate, Placement
from mimir.core.vocabulary import EntryId
from mimir.testing import Situation, situations
from slow_oracle import choice


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
    assert [step.chosen for step in chain(first)] == expected


@given(situations(min_size=2), st.data())
def test_the_first_placement_asked_about_a_later_entry_answers_as_the_chain_does(
    situation: Situation, data: st.DataObject
) -> None:
    first = placed(situation)
    step = data.draw(st.sampled_from(list(chain(first))))
    assert fallback(first, step.chosen) == fallback(step, step.chosen)


@given(situations(min_size=2))
def test_the_answer_is_the_decision_of_the_same_inputs_with_the_lanes_failed(
    situation: Situation,
) -> None:
    first = placed(situation)
    lanes = {**situation.snapshot.lanes, first.chosen.lane: FAILED}
    world = evolve(situation.snapshot, lanes=lanes)
    again = situation._replace(snapshot=world)
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
