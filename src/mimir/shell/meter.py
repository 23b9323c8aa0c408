"""The meter: what calls cost so far, and what could not be priced.

Rules:
1. ``record`` prices one call and adds it to the exact sum; a call without a price fails nothing.
2. What cannot be priced adds nothing (or, with ``on_missing="partial"``, the part that can), counts
   as a miss of its model, and is told to the hook.
3. Misses are kept for ``MODELS_MAX`` models; those of further models count under ``OTHERS``.
4. The hook is called outside the lock, in the thread of the call. An ``Exception`` of its own is
   swallowed and counted; ``KeyboardInterrupt`` and its like pass.
5. Methods may be called from any thread; a snapshot of the figures belongs together.
"""

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from attrs import frozen

from mimir.core.fields import field_name
from mimir.core.instant import Instant
from mimir.core.money import Femtodollars, to_microdollars
from mimir.core.outcome import Success
from mimir.core.pricing.cost import Cost
from mimir.core.pricing.dimensions import SearchContext
from mimir.core.pricing.find import Prices
from mimir.core.pricing.price import OnMissing, PricingError, price
from mimir.core.pricing.usage import Usage

MODELS_MAX: Final = 10_000
"""Models whose misses are counted apart."""

OTHERS: Final = "(others)"
"""Whom the misses of further models count for."""

Hook: TypeAlias = Callable[[str, PricingError], object]
"""Called with the model, scrubbed and bounded, and the error."""


@frozen
class Reading:
    """What a meter has seen: exact femtodollars, calls, and misses by model.

    ``calls`` counts every recorded call, misses too; ``hook_failures`` the hook's exceptions.
    """

    femtodollars: Femtodollars
    calls: int
    misses: Mapping[str, int]
    hook_failures: int

    @property
    def microdollars(self) -> int:
        """The exact sum, rounded once, half to even."""
        return to_microdollars(self.femtodollars)


class Meter:
    """Prices calls, sums them exactly, and counts what it could not price.

    >>> from mimir.core.pricing.providers import ProviderAliases
    >>> from mimir.core.pricing.rates import Rates
    >>> from mimir.core.pricing.table import EMPTY
    >>> from mimir.core.vocabulary import Model
    >>> config = {Model("house:small"): Rates(input=2_500_000, output=10_000_000)}
    >>> meter = Meter(Prices(config, EMPTY, ProviderAliases()))
    >>> meter.record("house:small", Usage(input_tokens=1_000))
    2500
    >>> meter.record("house:smal", Usage(input_tokens=1_000))
    0
    >>> meter.reading().microdollars, dict(meter.reading().misses)
    (2500, {'house:smal': 1})
    """

    def __init__(
        self, prices: Prices, *, on_missing: OnMissing = "refuse", hook: Hook | None = None
    ) -> None:
        """Start at zero; ``hook`` is told of every miss."""
        self._prices = prices
        self._on_missing: OnMissing = on_missing
        self._hook = hook
        self._lock = threading.Lock()
        self._femtodollars = 0
        self._calls = 0
        self._misses: dict[str, int] = {}
        self._hook_failures = 0

    def record(
        self,
        model: str,
        usage: Usage,
        *,
        tier: str = "standard",
        at: Instant | None = None,
        region: str | None = None,
        search_context: SearchContext = "medium",
    ) -> int:
        """Add one call and return its microdollars: 0 for what cannot be priced.

        The arguments are those of ``price``.
        """
        outcome = price(
            model,
            usage,
            self._prices,
            tier=tier,
            at=at,
            region=region,
            search_context=search_context,
            on_missing=self._on_missing,
        )
        if isinstance(outcome, Success):
            cost = outcome.unwrap()
            self._add(cost.femtodollars)
            if cost.missing:
                self._missed(model, cost.missing[0])
            return cost.microdollars
        self._add(Cost.zero.femtodollars)
        self._missed(model, outcome.failure())
        return 0

    def reading(self) -> Reading:
        """Return the figures so far."""
        with self._lock:
            misses = MappingProxyType(dict(self._misses))
            total = Femtodollars(self._femtodollars)
            return Reading(total, self._calls, misses, self._hook_failures)

    def _add(self, femtodollars: Femtodollars) -> None:
        with self._lock:
            self._calls += 1
            self._femtodollars += femtodollars

    def _missed(self, model: str, error: PricingError) -> None:
        name = field_name(model)
        with self._lock:
            known = name in self._misses or len(self._misses) < MODELS_MAX
            counted = name if known else OTHERS
            self._misses[counted] = self._misses.get(counted, 0) + 1
        if self._hook is None:
            return
        try:
            self._hook(name, error)
        except Exception:  # rule 4: a broken hook breaks no call
            with self._lock:
                self._hook_failures += 1
