"""What the oracle takes and gives: policies, situations and decisions.

Rules:
1. The parts of a situation fit: its quotes, allowed models and lanes are those of its catalog.
2. A quarter of the situations or more have a placement, a twelfth or more several viable entries
   for a ranker to order, and every exclusion class occurs. Some entries tie, and some stand on a
   lane that may be probed. In a sixth no lane is ok, and little else excludes an entry.
"""

from typing import Final, NamedTuple

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.limits import INTEGER_MAX
from mimir.core.oracle.place import place
from mimir.core.outcome import Outcome
from mimir.core.policy import UNPRICED, WHEN_UNHEALTHY, Policy
from mimir.core.ranker import CHEAPEST_FIRST, FASTEST_FIRST, Ranker, Weighted
from mimir.core.scorecard import Scorecard, ScoreKey
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import NoCandidate, Placement
from mimir.core.vocabulary import Lane, Model
from mimir.testing.catalogs import catalogs
from mimir.testing.descriptors import descriptors
from mimir.testing.prices import quotes
from mimir.testing.snapshots import lane_states, lane_waits, remaining_budgets, scorecards
from mimir.testing.words import instants, models


class Situation(NamedTuple):
    """The arguments of ``place``."""

    descriptor: Descriptor
    catalog: Catalog
    policy: Policy
    snapshot: Snapshot
    ranker: Ranker = CHEAPEST_FIRST


# Made once: a strategy costs more to make than to draw from.
_DESCRIPTORS: Final = descriptors()
_QUOTES: Final = quotes()
_STATES: Final = lane_states()
_OUT: Final = st.sampled_from(["degraded", "probing", "probing", "held"])
_WAITS: Final = lane_waits()
_REMAINING: Final = remaining_budgets()
_INSTANTS: Final = instants()
_UNPRICED: Final = st.sampled_from(UNPRICED)
_WHEN_UNHEALTHY: Final = st.sampled_from(WHEN_UNHEALTHY)
_CARDS: Final = scorecards()
_COIN: Final = st.booleans()
_DIE: Final = st.integers(1, 6)


def policies() -> SearchStrategy[Policy]:
    """Make a policy; half of them allow every model.

    >>> from hypothesis import find
    >>> find(policies(), lambda policy: policy.unpriced == "exclude").allowed_models
    frozenset()
    """
    allowed = st.just(frozenset[Model]()) | st.frozensets(models(), max_size=4)
    return st.builds(
        Policy,
        allowed_models=allowed,
        unpriced=_UNPRICED,
        probe_first=_COIN,
        when_unhealthy=_WHEN_UNHEALTHY,
    )


def raw_policies() -> SearchStrategy[dict[str, object]]:
    """Make the raw data of a policy; any field may be absent.

    >>> from hypothesis import find
    >>> find(raw_policies(), lambda raw: True)
    {}
    """
    allowed = st.none() | st.lists(models(), max_size=4)
    return st.fixed_dictionaries(
        {},
        optional={
            "allowed_models": allowed,
            "unpriced": _UNPRICED,
            "probe_first": _COIN,
            "when_unhealthy": _WHEN_UNHEALTHY,
        },
    )


def rankers() -> SearchStrategy[Ranker]:
    """Make a ranker; half of the time weights, of which there are the most kinds.

    >>> from hypothesis import find
    >>> find(rankers(), lambda ranker: True)
    CheapestFirst()
    """
    weights = st.integers(0, 3)
    made = st.builds(Weighted, cost=weights, latency=weights, priority=weights)
    weighted = made.filter(lambda one: one != Weighted())
    default: SearchStrategy[Ranker] = st.just(CHEAPEST_FIRST)
    return default | st.just(FASTEST_FIRST) | weighted | weighted


_RANKERS: Final = rankers()


def situations(*, min_size: int = 0, max_size: int = 6) -> SearchStrategy[Situation]:
    """Make the arguments of ``place``, for a catalog of ``min_size`` to ``max_size`` entries.

    >>> from hypothesis import given, settings
    >>> @settings(deadline=None)
    ... @given(situations())
    ... def every_quote_is_of_a_model_of_the_catalog(made: Situation) -> None:
    ...     assert set(made.snapshot.quotes) <= {entry.model for entry in made.catalog.entries}
    >>> every_quote_is_of_a_model_of_the_catalog()
    """
    made = catalogs(min_size=min_size, max_size=max_size)

    @st.composite
    def about(draw: st.DrawFn) -> Situation:
        ranker, catalog = draw(_RANKERS), _twinned(draw, draw(made))
        named = list(dict.fromkeys(entry.model for entry in catalog.entries))
        failing = list(dict.fromkeys(entry.lane for entry in catalog.entries))
        all_out = draw(_DIE) == 1
        policy = _policy(draw, [] if all_out else named)
        wanted, world = _wanted(draw, easy=all_out), _snapshot(draw, named, failing)
        if all_out:
            world = evolve(world, lanes={lane: draw(_OUT) for lane in failing})
        if wanted.quality_bar is not None:
            world = evolve(world, scorecards=_scorecards(draw, named, wanted.task_class))
        return Situation(wanted, catalog, policy, world, ranker)

    return about()


def decisions() -> SearchStrategy[Outcome[Placement, NoCandidate]]:
    """Make what ``place`` answers.

    >>> from hypothesis import given, settings
    >>> from mimir.core.outcome import Success
    >>> @settings(deadline=None)
    ... @given(decisions())
    ... def a_placement_is_on_an_entry_of_its_catalog(decision):
    ...     if isinstance(decision, Success):
    ...         assert decision.unwrap().chosen in decision.unwrap().catalog.entries
    >>> a_placement_is_on_an_entry_of_its_catalog()
    """
    return situations().map(lambda made: place(*made))


def _twinned(draw: st.DrawFn, catalog: Catalog) -> Catalog:
    """Make the last entry equal to the first but for its id, a third of the time: they tie."""
    rows = catalog.entries
    if len(rows) < 2 or draw(_DIE) > 2:
        return catalog
    return Catalog((*rows[:-1], evolve(rows[0], id=rows[-1].id)))


def _wanted(draw: st.DrawFn, *, easy: bool) -> Descriptor:
    wanted = draw(_DESCRIPTORS)
    if not easy and draw(_DIE) < 4:
        return wanted
    # Asks for little, so that several entries are viable.
    return evolve(
        wanted,
        budget_ceiling_microdollars=INTEGER_MAX,
        capabilities=(),
        runtime_preference="any",
        latency_tolerance_ms=12,
        expected_tokens=wanted.expected_tokens if draw(_COIN) else None,
        quality_bar=wanted.quality_bar if draw(_COIN) else None,
    )


def _policy(draw: st.DrawFn, named: list[Model]) -> Policy:
    some = named if draw(_DIE) < 3 else []
    allowed = frozenset(model for model in some if draw(_COIN))
    return Policy(
        allowed_models=allowed,
        unpriced=draw(_UNPRICED),
        probe_first=draw(_DIE) < 5,
        when_unhealthy=draw(_WHEN_UNHEALTHY),
    )


def _scorecards(draw: st.DrawFn, named: list[Model], task_class: str) -> dict[ScoreKey, Scorecard]:
    cards = (evolve(draw(_CARDS), task_class=task_class, model=model) for model in named)
    return {(card.task_class, card.model): card for card in cards if draw(_DIE) < 5}


def _snapshot(draw: st.DrawFn, named: list[Model], failing: list[Lane]) -> Snapshot:
    return Snapshot(
        quotes={model: evolve(draw(_QUOTES), model=model) for model in named if draw(_DIE) < 5},
        lanes={lane: draw(_STATES) for lane in failing if draw(_DIE) < 3},
        remaining=draw(_REMAINING),
        taken_at=draw(_INSTANTS),
        probes=frozenset(lane for lane in failing if draw(_DIE) < 5),
        waits={lane: draw(_WAITS) for lane in failing if draw(_COIN)},
    )
