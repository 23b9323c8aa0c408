"""What the oracle says of each entry, and of all of them.

Rules:
1. Every entry gets exactly one verdict: ``Chosen``, ``Ranked`` or ``Excluded`` with its reason.
2. ``NoCandidate`` is an answer, not an error.
3. An answer carries the inputs that it follows from.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import ClassVar, Literal, NamedTuple, TypeAlias

from attrs import frozen

from mimir.core.catalog import Catalog
from mimir.core.entry import Entry
from mimir.core.exclusion import Exclusion, TooExpensive, TooSlow
from mimir.core.inputs import Inputs
from mimir.core.outcome import Outcome, Success
from mimir.core.policy import WhenUnhealthy
from mimir.core.ranking import keys_of
from mimir.core.vocabulary import ExclusionClass, Lane

PlacementReason: TypeAlias = Literal[
    "capability_match",
    "cheapest_viable",
    "cheapest_by_rate",
    "only_unpriced",
    "fastest_viable",
    "least_weighted",
    "probe_first",
    "least_bad",
]
"""Why the chosen entry was chosen. ``only_unpriced``: no viable entry had a price (D6);
``probe_first``: its lane may be probed; ``least_bad``: nothing was viable, its lane is due soonest.
"""

_slow: Callable[[type[TooSlow], tuple[int]], TooSlow] = tuple[int].__new__
_dear: Callable[[type[TooExpensive], tuple[int, int]], TooExpensive] = tuple[int, int].__new__


@frozen
class Chosen:
    """The entry that the workload is placed on."""

    word: ClassVar[Literal["chosen"]] = "chosen"
    unpriced: bool = False


@frozen
class Ranked:
    """An entry that would do, and that another one ranks before."""

    word: ClassVar[Literal["ranked"]] = "ranked"
    unpriced: bool = False


class _Reason(NamedTuple):
    reason: Exclusion


class Excluded(_Reason):
    """An entry that would not do, with the first reason in the order of the filters."""

    __slots__ = ()
    word: ClassVar[Literal["excluded"]] = "excluded"


Verdict: TypeAlias = Chosen | Ranked | Excluded
"""What the oracle says of one entry."""


_out: Callable[[type[Excluded], tuple[Exclusion]], Excluded] = tuple[Exclusion].__new__
"""What the constructors do, without a call of Python's for each: nothing else takes as long."""


def too_slow(p50s: Iterable[int]) -> Iterator[Excluded]:
    """Exclude an entry for each p50 latency, in milliseconds.

    >>> [*too_slow([9])]
    [Excluded(reason=TooSlow(p50_latency_ms=9))]
    """
    reasons = map(_slow, repeat(TooSlow), zip(p50s))
    return map(_out, repeat(Excluded), zip(reasons))


def too_expensive(costs: Iterable[int], cap: int) -> Iterator[Excluded]:
    """Exclude an entry for each exact cost, in femtodollars, under one cap in microdollars.

    >>> [*too_expensive([7], 0)]
    [Excluded(reason=TooExpensive(exact=7, cap=0))]
    """
    reasons = map(_dear, repeat(TooExpensive), zip(costs, repeat(cap)))
    return map(_out, repeat(Excluded), zip(reasons))


@frozen
class Unhealthy:
    """What the policy said where nothing was viable and some entry failed health alone.

    ``lane`` is the one that is due soonest, ``wait_ms`` how many milliseconds after the snapshot
    was taken; ``None`` is a lane of which nobody knows, and ``fail``, which does not ask.
    """

    rule: WhenUnhealthy
    lane: Lane | None = None
    wait_ms: int | None = None


@frozen
class Placement:
    """Where the workload goes, why, and the verdict of every entry in catalog order."""

    chosen: Entry
    reasons: tuple[PlacementReason, ...]
    inputs: Inputs
    verdicts: tuple[Verdict, ...]
    unhealthy: Unhealthy | None = None

    @property
    def catalog(self) -> Catalog:
        """The catalog that was placed on."""
        return self.inputs.catalog

    @property
    def plan(self) -> tuple[Entry, ...]:
        """The other viable entries as they rank: where to go next. Sorted each time it is read."""
        inputs = self.inputs
        judged = zip(inputs.catalog.entries, self.verdicts, strict=True)
        ranked = [entry for entry, verdict in judged if isinstance(verdict, Ranked)]
        keys = keys_of(inputs, ranked)
        return tuple(ranked[at] for at in sorted(range(len(keys)), key=keys.__getitem__))


@frozen
class NoCandidate:
    """No entry will do: the distinct exclusion classes in order of first appearance, and the
    verdict of every entry in catalog order."""

    reasons: tuple[ExclusionClass, ...]
    inputs: Inputs
    verdicts: tuple[Excluded, ...]
    unhealthy: Unhealthy | None = None

    @property
    def catalog(self) -> Catalog:
        """The catalog that was placed on."""
        return self.inputs.catalog


Decision: TypeAlias = Placement | NoCandidate
"""What the oracle answers."""


def decision_of(outcome: Outcome[Placement, NoCandidate]) -> Decision:
    """Take the answer out of what ``place`` returns: both ends of it are one."""
    return outcome.unwrap() if isinstance(outcome, Success) else outcome.failure()
