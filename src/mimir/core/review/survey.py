"""The survey of a catalog: all that each entry fails, what it would need, and how they rank.

Rules:
1. What an entry fails is what the oracle's own filters say of it, each asked by itself. A model
   that is not allowed is asked about its price all the same.
2. An entry needs a tolerance of its own latency and a cap of its own cost, rounded up. Where there
   is no cost to compare with a cap, the filters tell: what do they say where nothing remains?
3. Entries rank by the oracle's own key, the excluded ones too: it depends on no filter.
"""

from typing import Final, NamedTuple, TypeAlias

from attrs import evolve

from mimir.core.entry import Entry
from mimir.core.exclusion import Exclusion, ModelNotAllowed, TooExpensive
from mimir.core.inputs import Inputs
from mimir.core.limits import INTEGER_MAX
from mimir.core.money import to_microdollars_up
from mimir.core.oracle.filters import Filter, filters
from mimir.core.ranking import Projection, RankKey, projection, rank_keys
from mimir.core.vocabulary import EXCLUSION_CLASSES, Model

Fails: TypeAlias = frozenset[type[Exclusion]]
"""What an entry fails, as the classes of its reasons."""

VIABLE: Final[Fails] = frozenset()

_Filters: TypeAlias = tuple[Filter, ...]
_NOTHING: Final = -INTEGER_MAX


class Judged(NamedTuple):
    """One entry: its place in the catalog, what it fails, what it needs and its key.

    ``cap`` is the least cap in microdollars, ``tolerance`` the least tolerance in milliseconds.
    """

    at: int
    entry: Entry
    reasons: list[Exclusion]
    fails: Fails
    cap: int
    tolerance: int
    key: RankKey


class Survey(NamedTuple):
    """Every entry as it ranks, viable or not, and the one that is chosen."""

    inputs: Inputs
    projected: Projection
    ranked: list[Judged]
    chosen: Judged | None


def survey(inputs: Inputs) -> Survey:
    """Judge every entry of ``inputs``."""
    projected = projection(inputs.descriptor, inputs.snapshot)
    checks = filters(inputs.descriptor, inputs.policy, inputs.snapshot, projected)
    others, spent = _unhidden(inputs, projected), _spent(inputs, projected)
    key = rank_keys(inputs, projected)
    judged: list[Judged] = []
    for at, entry in enumerate(inputs.catalog.entries):
        reasons = _reasons(entry, checks, others)
        fails = frozenset([type(reason) for reason in reasons]) if reasons else VIABLE
        cap, tolerance = _cap(entry, inputs, projected, spent), entry.p50_latency_ms or 0
        judged.append(Judged(at, entry, reasons, fails, cap, tolerance, key(entry)))
    ranked = sorted(judged, key=lambda one: one.key)
    chosen = next((one for one in ranked if not one.fails), None)
    return Survey(inputs, projected, ranked, chosen)


def _reasons(entry: Entry, checks: _Filters, others: _Filters) -> list[Exclusion]:
    found = _failed(entry, checks)
    if others and ModelNotAllowed() in found:
        both = dict.fromkeys([*found, *_failed(entry, others)])
        return sorted(both, key=lambda one: EXCLUSION_CLASSES.index(one.exclusion_class))
    return found


def _failed(entry: Entry, checks: _Filters) -> list[Exclusion]:
    return [failed.reason for check in checks if (failed := check(entry)) is not None]


def _unhidden(inputs: Inputs, projected: Projection) -> _Filters:
    """Return the filters that tell what the first half of the policy's may hide; often none."""
    policy = inputs.policy
    if policy.unpriced != "exclude" or not policy.allowed_models:
        return ()
    every = evolve(policy, allowed_models=frozenset[Model]())
    return filters(inputs.descriptor, every, inputs.snapshot, projected)


def _spent(inputs: Inputs, projected: Projection) -> _Filters:
    """Return the filters of a world in which nothing remains."""
    spent = evolve(inputs.snapshot, remaining=-1)
    return filters(inputs.descriptor, inputs.policy, spent, projected)


def _cap(entry: Entry, inputs: Inputs, projected: Projection, spent: _Filters) -> int:
    cost = projected(entry.model)
    if cost is not None and inputs.descriptor.expected_tokens is not None:
        return to_microdollars_up(cost)
    costs = (reason for reason in _failed(entry, spent) if isinstance(reason, TooExpensive))
    reason = next(costs, None)
    if reason is None:
        return _NOTHING
    return 1 if reason.projected is None else reason.projected
