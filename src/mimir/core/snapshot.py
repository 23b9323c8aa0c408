"""The snapshot: the explicit operational world that a decision is made in.

Rules:
1. ``take`` looks every model of the catalog up once; ``place`` sees quotes, never a price table.
2. A lane that ``lanes`` does not name is ``ok``. ``ok`` is eligible, ``probing`` only where
   ``probes`` names the lane: it is the caller's to place one call on it. No other state is.
3. ``remaining`` is microdollars, may be negative, and ``None`` is unlimited.
4. A model that cannot be quoted is unpriced: the policy says what that means. Why it could not be
   quoted stands in ``unquoted``, outside equality: it decides nothing.
5. ``scorecards`` hold how often a model passed on a class of tasks; what is not in them is unknown.
6. ``waits`` says of a lane that is not eligible in how many milliseconds after ``taken_at`` it may
   be tried again; of a lane that is not in it nobody knows.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import field, frozen

from mimir.core.catalog import Catalog
from mimir.core.instant import Instant
from mimir.core.outcome import Success
from mimir.core.pricing.find import Prices
from mimir.core.pricing.price import PricingError
from mimir.core.pricing.quote import Quote, look_up
from mimir.core.scorecard import Scorecard, ScoreKey
from mimir.core.vocabulary import Lane, Model

OK: Final = "ok"
"""The state of a lane that may be placed on."""

PROBING: Final = "probing"
"""The state of a lane that one call may try out at a time."""


@frozen(kw_only=True)
class Snapshot:
    """Prices, lane states, scorecards and budget at one instant.

    Do not change the mappings after the fact.
    """

    quotes: Mapping[Model, Quote]
    lanes: Mapping[Lane, str]
    remaining: int | None
    taken_at: Instant
    unquoted: Mapping[Model, PricingError] = field(factory=dict[Model, PricingError], eq=False)
    scorecards: Mapping[ScoreKey, Scorecard] = field(factory=dict[ScoreKey, Scorecard])
    probes: frozenset[Lane] = frozenset()
    waits: Mapping[Lane, int] = field(factory=dict[Lane, int])


def take(
    catalog: Catalog,
    prices: Prices,
    lanes: Mapping[Lane, str],
    remaining: int | None,
    taken_at: Instant,
    *,
    scorecards: Iterable[Scorecard] = (),
    probes: Iterable[Lane] = (),
    waits: Mapping[Lane, int] | None = None,
) -> Snapshot:
    """Look up every model of ``catalog`` and keep the quotes with the rest of the world.

    ``lanes`` maps a lane to its state, ``remaining`` is the budget left in microdollars (``None``
    for unlimited). Of two scorecards of one task class and model the one that comes last counts.
    """
    quotes: dict[Model, Quote] = {}
    unquoted: dict[Model, PricingError] = {}
    for model in {entry.model: None for entry in catalog.entries}:
        found = look_up(model, prices)
        if isinstance(found, Success):
            quotes[model] = found.unwrap()
        else:
            unquoted[model] = found.failure()
    return Snapshot(
        quotes=quotes,
        lanes=dict(lanes),
        remaining=remaining,
        taken_at=taken_at,
        unquoted=unquoted,
        scorecards={(card.task_class, card.model): card for card in scorecards},
        probes=frozenset(probes),
        waits={} if waits is None else dict(waits),
    )


def with_remaining(snapshot: Snapshot, remaining: int | None) -> Snapshot:
    """Return ``snapshot`` with another remaining budget, in microdollars.

    It is written out: this happens at every call of a prepared oracle.
    """
    return Snapshot(
        quotes=snapshot.quotes,
        lanes=snapshot.lanes,
        remaining=remaining,
        taken_at=snapshot.taken_at,
        unquoted=snapshot.unquoted,
        scorecards=snapshot.scorecards,
        probes=snapshot.probes,
        waits=snapshot.waits,
    )


def free_probes(snapshot: Snapshot) -> frozenset[Lane]:
    """Return the lanes that may be placed on to try them out: ``probing``, and in ``probes``."""
    probes, lanes = snapshot.probes, snapshot.lanes
    return frozenset([lane for lane in probes if lanes.get(lane) == PROBING]) if probes else probes


def degraded_lanes(snapshot: Snapshot) -> tuple[Lane, ...]:
    """Return every lane whose state is not ``ok``, sorted."""
    return tuple(sorted(lane for lane, state in snapshot.lanes.items() if state != OK))
