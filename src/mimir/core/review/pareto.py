"""The Pareto front: the viable entries that no other beats in cost, latency and score at once.

Rules:
1. An entry is on the front unless another viable one is no dearer, no slower and scores no less,
   and is better in one of the three. Equal entries are on it together.
2. The score is the Wilson lower bound of the model's scorecard for the task class.
3. What is unknown is worse than every known value. A model without a price costs nothing under the
   policy ``free``, and an unknown amount under the others.
"""

from collections.abc import Iterable
from typing import NamedTuple

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


_Place = tuple[tuple[bool, int], tuple[bool, int], int]


def front(survey: Survey) -> tuple[FrontPoint, ...]:
    """Return the front, the cheapest first, then the fastest, then as the entries rank."""
    points = sorted(((_place(point), point) for point in _points(survey)), key=lambda it: it[0])
    kept: list[FrontPoint] = []
    stairs: dict[_Place, None] = {}
    for place, point in points:
        if place in stairs or not _beaten(place, stairs):
            stairs[place] = None
            kept.append(point)
    return tuple(kept)


def _points(survey: Survey) -> Iterable[FrontPoint]:
    free = survey.inputs.policy.unpriced == "free"
    task_class, cards = survey.inputs.descriptor.task_class, survey.inputs.snapshot.scorecards
    scores: dict[Model, int | None] = {}
    for one in survey.ranked:
        if one.fails:
            continue
        entry, model = one.entry, one.entry.model
        if model not in scores:
            card = cards.get((task_class, model))
            scores[model] = None if card is None else lower_bound(card.passed, card.runs)
        cost = survey.projected(model)
        if cost is None and free:
            cost = Femtodollars(0)
        yield FrontPoint(entry, cost, entry.p50_latency_ms, scores[model])


def _place(point: FrontPoint) -> _Place:
    score = -1 if point.score is None else point.score
    return _known(point.cost), _known(point.latency_ms), -score


def _known(value: int | None) -> tuple[bool, int]:
    return (True, 0) if value is None else (False, value)


def _beaten(place: _Place, stairs: Iterable[_Place]) -> bool:
    """Tell whether one that is no dearer, since it came before, is no slower and scores no less."""
    return any(before[1] <= place[1] and before[2] <= place[2] for before in stairs)
