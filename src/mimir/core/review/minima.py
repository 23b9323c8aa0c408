"""The least change of each variant that makes an entry the chosen one, computed directly.

Rules:
1. A change of one thing lets in no entry that fails another. So a variant's minimum is found among
   the entries that fail nothing but what the variant changes, in the order in which they are
   chosen.
2. Where a value must be high enough, an entry is chosen at the value that it needs, provided that
   every entry before it needs more: at a lower value it is not viable, and whatever is let in at a
   higher one stays in.
3. The same holds of dropped words, where what an entry needs is the set of those that it lacks.
4. Where a value names what is let in (a runtime, a model, a lane), the first that it lets in is
   chosen, provided that it goes before the one that is chosen now.
5. A lane that is made ok gives its entries the usual standing. One that passes already would gain
   nothing by it: it has that standing, or the better one of a probe.
6. Nothing is shown of the chosen entry.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from mimir.core.exclusion import (
    LaneNotOk,
    MissingCapabilities,
    ModelNotAllowed,
    OtherRuntime,
    TooExpensive,
    TooSlow,
)
from mimir.core.limits import INTEGER_MAX
from mimir.core.review.change import (
    AllowModel,
    Budget,
    Change,
    DropCapabilities,
    LaneOk,
    PreferRuntime,
    Remaining,
    Tolerance,
)
from mimir.core.review.survey import USUAL, VIABLE, Fails, Judged, Survey
from mimir.core.vocabulary import Capability, Lane, Model, Runtime

Found: TypeAlias = Iterator[tuple[int, Change]]
"""Entries, by their place in the catalog, each with a change that makes it the chosen one."""

_COST: Final[Fails] = frozenset([TooExpensive])
_LATENCY: Final[Fails] = frozenset([TooSlow])
_CAPABILITY: Final[Fails] = frozenset([MissingCapabilities])
_RUNTIME: Final[Fails] = frozenset([OtherRuntime])
_MODEL: Final[Fails] = frozenset([ModelNotAllowed])
_LANE: Final[Fails] = frozenset([LaneNotOk])


def minima(survey: Survey) -> Found:
    """Yield the changes of everything but rates, variant by variant."""
    asked, world = survey.inputs.descriptor, survey.inputs.snapshot
    remaining = INTEGER_MAX if world.remaining is None else world.remaining
    budgets = _cost_needs(survey, remaining)
    yield from _least(survey, budgets, 1, Budget)
    amounts = _cost_needs(survey, asked.budget_ceiling_microdollars)
    yield from _least(survey, amounts, 0, Remaining)
    times = ((one, one.tolerance) for one in survey.in_order if one.fails <= _LATENCY)
    yield from _least(survey, times, 1, Tolerance)
    yield from _capabilities(survey)
    yield from _runtimes(survey)
    yield from _models(survey)
    yield from _lanes(survey)


def _cost_needs(survey: Survey, other: int) -> Iterator[tuple[Judged, int]]:
    """Yield what the entries need of one half of the cap that the other half allows at all."""
    return ((one, one.cap) for one in survey.in_order if one.cap <= other and one.fails <= _COST)


def _least(
    survey: Survey,
    needs: Iterator[tuple[Judged, int]],
    least: int,
    change: Callable[[int], Change],
) -> Found:
    """Yield rule 2's values, of which ``least`` is the smallest."""
    lowest = INTEGER_MAX + 1
    for one, need in needs:
        value = max(need, least)
        if value < lowest:
            lowest = value
            if one is not survey.chosen:
                yield one.at, change(value)
            if value == least:
                return


def _capabilities(survey: Survey) -> Found:
    before: list[set[Capability]] = []
    for one in survey.in_order:
        if one.fails == VIABLE:
            return
        if one.fails == _CAPABILITY:
            reason = one.reasons[0]
            words = reason.missing if isinstance(reason, MissingCapabilities) else ()
            if not any(lacked.issubset(words) for lacked in before):
                before.append({*words})
                yield one.at, DropCapabilities(words)


def _runtimes(survey: Survey) -> Found:
    preferred = survey.inputs.descriptor.runtime_preference
    first: dict[Runtime, Judged] = {}
    for one in survey.in_order:
        if one.fails <= _RUNTIME:
            first.setdefault(one.entry.runtime, one)
    best = next(iter(first.values()), None)
    for runtime, one in first.items():
        if one is survey.chosen:
            continue
        wish = "any" if one is best and preferred != "any" else runtime
        yield one.at, PreferRuntime(wish)


def _models(survey: Survey) -> Found:
    """Yield rule 4's models: the first entry of each that stands before the chosen one."""
    seen: set[Model] = set()
    for one in survey.in_order:
        if one is survey.chosen:
            return
        model = one.entry.model
        if one.fails == _MODEL and model not in seen:
            seen.add(model)
            yield one.at, AllowModel(model)


def _lanes(survey: Survey) -> Found:
    """Yield rule 5's lanes: the first entry of each, if it went before the chosen one."""
    chosen, seen = survey.chosen, set[Lane]()
    for one in survey.in_order:
        lane = one.entry.lane
        if lane in seen or not one.fails <= _LANE:
            continue
        seen.add(lane)
        out = one.fails == _LANE or one.standing > USUAL
        if out and one is not chosen and (chosen is None or one.before(chosen, USUAL)):
            yield one.at, LaneOk(lane)
