"""The Pareto front: the viable entries that no other beats in cost, latency and score at once.

Rules:
1. An entry is on the front unless another viable one is no dearer, no slower and scores no less,
   and is better in one of the three. Equal entries are on it together.
2. The score is the Wilson lower bound of the model's scorecard for the task class.
3. What is unknown is worse than every known value. A model without a price costs nothing under the
   policy ``free``, and an unknown amount under the others.
"""

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from mimir.core.entry import Entry
from mimir.core.money import Femtodollars
from mimir.core.review.survey import Survey
from mimir.core.scorecard import lower_bound
from mimir.core.vocabulary import Model


class FrontPoint(NamedTuple):
    """An entry of the front: its projected cost, or without expected tokens its input rate, its p50
    latency in milliseconds, and its score in basis points; ``None`` is unknown."""

    entry: Entry
    cost: Femtodollars | None
    latency_ms: int | None
    score: int | None


_Place: TypeAlias = tuple[bool, int, bool, int, int]


def front(survey: Survey) -> tuple[FrontPoint, ...]:
    """Return the front, the cheapest first, then the fastest, then as the entries rank."""
    scores, viable = _scores(survey), [one for one in survey.ranked if not one.reasons]
    unpriced = survey.inputs.policy.unpriced != "free"
    places: list[tuple[_Place, int]] = []
    for at, one in enumerate(viable):
        cost, p50 = one.cost, one.entry.p50_latency_ms
        score = scores.get(one.entry.model, -1)
        unknown = cost is None and unpriced
        places.append(((unknown, cost or 0, p50 is None, p50 or 0, -score), at))
    kept: list[FrontPoint] = []
    stairs: dict[_Place, None] = {}
    for place, at in sorted(places):
        if place in stairs or not _beaten(place, stairs):
            stairs[place] = None
            kept.append(_point(viable[at].entry, place))
    return tuple(kept)


def _scores(survey: Survey) -> dict[Model, int]:
    inputs = survey.inputs
    task_class, cards = inputs.descriptor.task_class, inputs.snapshot.scorecards
    if not cards:
        return {}
    models = {one.entry.model for one in survey.ranked if not one.reasons}
    found = ((model, cards.get((task_class, model))) for model in models)
    return {model: lower_bound(card.passed, card.runs) for model, card in found if card is not None}


def _beaten(place: _Place, stairs: Iterable[_Place]) -> bool:
    """Tell whether one that is no dearer, since it came before, is no slower and scores no less."""
    return any(before[2:4] <= place[2:4] and before[4] <= place[4] for before in stairs)


def _point(entry: Entry, place: _Place) -> FrontPoint:
    unknown, cost, _, _, score = place
    known = None if unknown else Femtodollars(cost)
    return FrontPoint(entry, known, entry.p50_latency_ms, None if score > 0 else -score)
