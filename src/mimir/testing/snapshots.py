"""Snapshots: quotes, lane states and what remains of a budget.

Rules:
1. A quote stands under its own model. A few have a context tier, within reach of small counts.
2. What remains is most often unlimited or a few microdollars, on either side of nothing.
3. Waits are most often so short that some are equal.
"""

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.instant import Instant
from mimir.core.limits import INTEGER_MAX
from mimir.core.pricing.quote import Quote, QuoteStep
from mimir.core.scorecard import Scorecard, ScoreKey
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import Model
from mimir.testing.prices import quotes
from mimir.testing.words import instants, lanes, models, names

_RUNS = st.integers(1, 8) | st.integers(1, 2_000) | st.integers(1, INTEGER_MAX)


def lane_states() -> SearchStrategy[str]:
    """Make the state of a lane; ``ok`` may be placed on, and ``probing`` where it is free.

    >>> from hypothesis import find
    >>> find(lane_states(), lambda state: True)
    'ok'
    """
    return st.sampled_from(["ok", "ok", "ok", "degraded", "probing", "probing", "held", "draining"])


def lane_waits() -> SearchStrategy[int]:
    """Make a wait in milliseconds, after which a lane may be tried again.

    >>> from hypothesis import find
    >>> find(lane_waits(), lambda wait: wait > 3)
    4
    """
    return st.integers(0, 3) | st.integers(0, INTEGER_MAX)


def remaining_budgets() -> SearchStrategy[int | None]:
    """Make what remains of a budget, in microdollars; ``None`` is unlimited.

    >>> from hypothesis import find
    >>> find(remaining_budgets(), lambda amount: amount is not None and amount < 0)
    -1
    """
    spent = st.sampled_from([0, -1])
    left = st.integers(1, 6) | st.integers(-INTEGER_MAX, INTEGER_MAX)
    return st.none() | st.none() | spent | left


def scorecards() -> SearchStrategy[Scorecard]:
    """Make a scorecard; a few runs, or many, and most of them passed.

    >>> from hypothesis import find
    >>> find(scorecards(), lambda card: card.passed < card.runs).runs
    1
    """
    return st.builds(_card, names(), models(), _RUNS, st.integers(0, 4), instants())


def snapshots() -> SearchStrategy[Snapshot]:
    """Make a snapshot of up to six models and four lanes.

    >>> from hypothesis import find
    >>> find(snapshots(), lambda snapshot: snapshot.remaining == 0).quotes
    {}
    """
    return st.builds(
        Snapshot,
        quotes=st.lists(_stepped(), max_size=6).map(_by_model),
        lanes=st.dictionaries(lanes(), lane_states(), max_size=4),
        remaining=remaining_budgets(),
        taken_at=instants(),
        scorecards=st.lists(scorecards(), max_size=3).map(_by_task),
        probes=st.frozensets(lanes(), max_size=3),
        waits=st.dictionaries(lanes(), lane_waits(), max_size=3),
    )


def _card(task_class: str, model: Model, runs: int, failed: int, as_of: Instant) -> Scorecard:
    passed = max(0, runs - failed)
    return Scorecard(task_class=task_class, model=model, passed=passed, runs=runs, as_of=as_of)


def _by_task(cards: list[Scorecard]) -> dict[ScoreKey, Scorecard]:
    return {(card.task_class, card.model): card for card in cards}


def _stepped() -> SearchStrategy[Quote]:
    rates = st.integers(0, 4_000) | st.none()
    steps = st.builds(QuoteStep, st.integers(0, 3), rates, rates)
    above = st.lists(steps, max_size=2, unique_by=lambda step: step.above)
    some: SearchStrategy[list[QuoteStep]] = st.just(list[QuoteStep]()) | above
    return st.builds(_with_steps, quotes(), some)


def _with_steps(quote: Quote, steps: list[QuoteStep]) -> Quote:
    return evolve(quote, above=tuple(sorted(steps, key=lambda step: step.above)))


def _by_model(made: list[Quote]) -> dict[Model, Quote]:
    return {quote.model: quote for quote in made}
