"""Laws of the prepared oracle: whatever is asked of it, it answers as ``place`` does."""

from collections.abc import Callable

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mimir.core.descriptor import Descriptor
from mimir.core.oracle.place import place
from mimir.core.oracle.prepared import Prepared, prepare
from mimir.core.outcome import Outcome, Success
from mimir.core.pricing.quote import Quote, QuoteStep
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import Decision, NoCandidate, Placement
from mimir.core.vocabulary import Model
from mimir.testing import Situation, descriptors, situations

Question = tuple[Descriptor, int | None]

BUDGETS = st.none() | st.integers(-1, 6) | st.integers(-(2**63) + 1, 2**63 - 1)
QUESTIONS = st.lists(st.tuples(descriptors(), BUDGETS), min_size=1, max_size=6)
RATES = st.none() | st.integers(0, 4_000)


def decision(outcome: Outcome[Placement, NoCandidate]) -> Decision:
    return outcome.unwrap() if isinstance(outcome, Success) else outcome.failure()


def prepared(situation: Situation) -> Prepared:
    _, *world = situation
    return prepare(*world)


def ask(oracle: Prepared, situation: Situation, descriptor: Descriptor) -> None:
    assert oracle.place(descriptor) == place(*situation._replace(descriptor=descriptor))


@st.composite
def stepped(draw: st.DrawFn, make: Callable[[], st.SearchStrategy[Situation]]) -> Situation:
    """A situation some of whose quotes have context tiers within reach of small counts."""
    situation = draw(make())
    quotes: dict[Model, Quote] = {}
    for model, quote in situation.snapshot.quotes.items():
        step = QuoteStep(draw(st.integers(0, 3)), draw(RATES), draw(RATES))
        quotes[model] = evolve(quote, above=(step,)) if draw(st.booleans()) else quote
    return situation._replace(snapshot=evolve(situation.snapshot, quotes=quotes))


SITUATIONS = situations() | stepped(situations)


@given(SITUATIONS)
def test_it_answers_as_place_does(situation: Situation) -> None:
    ask(prepared(situation), situation, situation.descriptor)


@given(SITUATIONS, st.lists(descriptors(), min_size=1, max_size=6))
def test_what_it_was_asked_before_changes_no_answer(
    situation: Situation, wanted: list[Descriptor]
) -> None:
    oracle = prepared(situation)
    for descriptor in [situation.descriptor, *wanted, situation.descriptor]:
        ask(oracle, situation, descriptor)


@given(SITUATIONS, QUESTIONS)
def test_another_remaining_is_that_of_the_snapshot_that_the_answer_carries(
    situation: Situation, questions: list[Question]
) -> None:
    oracle = prepared(situation)
    for descriptor, remaining in [(situation.descriptor, questions[0][1]), *questions]:
        world: Snapshot = evolve(situation.snapshot, remaining=remaining)
        asked = situation._replace(descriptor=descriptor, snapshot=world)
        outcome = oracle.place(descriptor, remaining)
        assert outcome == place(*asked)
        assert decision(outcome).inputs.snapshot == world


@given(situations(min_size=4, max_size=24), st.lists(st.integers(1, 2**40), min_size=1, max_size=6))
def test_the_frontier_holds_the_cheapest_whatever_the_latency_and_the_budget(
    situation: Situation, numbers: list[int]
) -> None:
    oracle = prepared(situation)
    for number in numbers:
        wanted = evolve(
            situation.descriptor,
            latency_tolerance_ms=number % 13 + 1,
            budget_ceiling_microdollars=number,
            quality_bar=None,
        )
        ask(oracle, situation, wanted)


@given(SITUATIONS, QUESTIONS)
def test_an_answer_of_a_copy_of_what_was_asked_is_the_same(
    situation: Situation, questions: list[Question]
) -> None:
    one, other = prepared(situation), prepared(situation)
    for descriptor, remaining in questions:
        one.place(descriptor, remaining)
    assert one == other
    assert one.place(*questions[-1]) == other.place(*questions[-1])
