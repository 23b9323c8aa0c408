"""Margins: by how much an entry fails a filter.

Rules:
1. A shortfall is the reason that the filter gives, and the margin where the reason is a matter of
   how much: of a lane's state, a runtime or a permission there is no margin.
2. A margin is above 0, and so large that the filter passes once it is made up: amounts of money are
   rounded up to whole microdollars.
"""

from typing import Literal, NamedTuple, TypeAlias

from mimir.core.descriptor import Descriptor
from mimir.core.exclusion import (
    BelowQualityBar,
    ContextTooSmall,
    Exclusion,
    MissingCapabilities,
    TooExpensive,
    TooSlow,
)

Unit: TypeAlias = Literal["capabilities", "tokens", "basis_points", "milliseconds", "microdollars"]
"""What a margin counts."""


class Margin(NamedTuple):
    """By how much: words too many, tokens over the window, basis points below the bar,
    milliseconds over the tolerance, or microdollars over the cap."""

    amount: int
    unit: Unit


class Shortfall(NamedTuple):
    """A filter that an entry fails: why, and by how much. ``None`` is no matter of how much."""

    reason: Exclusion
    margin: Margin | None


def shortfall(reason: Exclusion, descriptor: Descriptor) -> Shortfall:
    """Put beside ``reason`` by how much the entry fails ``descriptor``.

    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=900)
    >>> shortfall(TooSlow(2_100), wanted).margin
    Margin(amount=1200, unit='milliseconds')
    """
    if isinstance(reason, TooSlow):
        over = reason.p50_latency_ms - descriptor.latency_tolerance_ms
        return Shortfall(reason, Margin(over, "milliseconds"))
    if isinstance(reason, TooExpensive):
        return Shortfall(reason, Margin(_over(reason), "microdollars"))
    return Shortfall(reason, _other(reason))


def _over(reason: TooExpensive) -> int:
    """Return what the cap lacks: without a projection it needs to be above 0."""
    projected = reason.projected
    return (1 if projected is None else projected) - reason.cap


def _other(reason: Exclusion) -> Margin | None:
    if isinstance(reason, MissingCapabilities):
        return Margin(len(reason.missing), "capabilities")
    if isinstance(reason, ContextTooSmall):
        return Margin(reason.expected_tokens - reason.context_window, "tokens")
    if isinstance(reason, BelowQualityBar):
        return Margin(reason.bar - reason.lower_bound, "basis_points")
    return None
