"""The rank: which of the viable entries goes first.

Rules:
1. The order is projected cost (without expected tokens: the input rate), p50 latency, priority,
   catalog order.
2. An unknown latency ranks after every known one, however slow; so does a null priority (deviation
   D17: the reference counts an unknown latency as 999,999,999 ms).
3. A model without a quote counts as free under the policy ``free``, and otherwise ranks after every
   priced one (deviation D6).
"""

from collections.abc import Callable
from typing import TypeAlias

from mimir.core.entry import Entry
from mimir.core.oracle.filters import Projection
from mimir.core.policy import Policy

RankKey: TypeAlias = tuple[bool, int, bool, int, bool, int]
"""Unpriced, cost, latency unknown, latency, priority unknown, priority: the least goes first."""

Ranker: TypeAlias = Callable[[Entry], RankKey]


def ranker(policy: Policy, projected: Projection) -> Ranker:
    """Return the function that gives a viable entry its place in rule 1's order."""
    unpriced_last = policy.unpriced != "free"

    def key(entry: Entry) -> RankKey:
        cost = projected(entry.model)
        latency, priority = entry.p50_latency_ms, entry.priority
        return (
            cost is None and unpriced_last,
            cost or 0,
            latency is None,
            latency or 0,
            priority is None,
            priority or 0,
        )

    return key
