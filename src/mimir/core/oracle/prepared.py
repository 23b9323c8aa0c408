"""A prepared oracle: one catalog, policy, snapshot and ranker, placed on many times.

Rules:
1. Its answers are those of ``place``, whatever it has prepared.
2. A view holds what is the same for every descriptor with the same capabilities and runtime
   preference. Views are made on first use and kept: ``Prepared`` is a memo of them. There are at
   most as many as there are orders of capabilities and preferences.
3. A view is never changed once it is kept, so that threads may share a ``Prepared``: the worst that
   happens is that two of them make the same view.
4. The remaining budget changes with every call, and is no part of what is prepared.
5. A call that depends on more than a view knows (a quality bar, a context window that is too small,
   a context tier, another ranker, a lane that is probed first, a spent budget without expected
   tokens) runs the filters that are left.
"""

import enum
from typing import Final, Literal, TypeAlias

from attrs import Factory, field, frozen

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.exclusion import TooSlow
from mimir.core.inputs import Inputs
from mimir.core.oracle.cost import cap_microdollars
from mimir.core.oracle.filters import Filter, allowed, context, latency, quality
from mimir.core.oracle.place import answer, choose
from mimir.core.oracle.view import View, fill, make_view
from mimir.core.outcome import Outcome
from mimir.core.policy import Policy
from mimir.core.ranker import CHEAPEST_FIRST, CheapestFirst, Ranker
from mimir.core.ranking import expected_counts, projection
from mimir.core.snapshot import Snapshot, with_remaining
from mimir.core.verdict import Excluded, NoCandidate, Placement
from mimir.core.vocabulary import Capability, RuntimePreference


class _AsTaken(enum.Enum):
    AS_TAKEN = "as taken"


_AS_TAKEN: Final = _AsTaken.AS_TAKEN

_ViewKey: TypeAlias = tuple[tuple[Capability, ...], RuntimePreference]


def _too_slow(made: "Prepared") -> dict[int, Excluded]:
    p50s = {entry.p50_latency_ms for entry in made.catalog.entries}
    return {p50: Excluded(TooSlow(p50)) for p50 in p50s if p50 is not None}


def _least_step(made: "Prepared") -> int | None:
    stepped = (quote for quote in made.snapshot.quotes.values() if quote.above)
    return min((quote.above[0].above for quote in stepped), default=None)


@frozen
class Prepared:
    """What ``prepare`` makes: an oracle to be asked often."""

    catalog: Catalog
    policy: Policy
    snapshot: Snapshot
    ranker: Ranker = CHEAPEST_FIRST
    _too_slow: dict[int, Excluded] = field(
        init=False, repr=False, eq=False, default=Factory(_too_slow, takes_self=True)
    )
    _least_step: int | None = field(
        init=False, repr=False, eq=False, default=Factory(_least_step, takes_self=True)
    )
    _views: dict[_ViewKey, View] = field(
        init=False, repr=False, eq=False, factory=dict[_ViewKey, View]
    )

    def place(
        self,
        descriptor: Descriptor,
        remaining: int | None | Literal[_AsTaken.AS_TAKEN] = _AS_TAKEN,
    ) -> Outcome[Placement, NoCandidate]:
        """Choose the entry that ``descriptor`` is placed on, as ``place`` does.

        ``remaining`` is the budget left in microdollars, ``None`` for unlimited; without it the
        snapshot's own counts. The decision's inputs carry the snapshot with what counted.
        """
        world = self.snapshot
        if remaining is not _AS_TAKEN:
            world = with_remaining(world, remaining)
        inputs = Inputs(descriptor, self.catalog, self.policy, world, self.ranker)
        view = self._views.get((descriptor.capabilities, descriptor.runtime_preference))
        if view is None:
            view = self._view(descriptor)
        if not self._is_known(descriptor, world):
            return self._filtered(inputs, view)
        verdicts = view.template.copy()
        return answer(inputs, fill(view, descriptor, world, verdicts), verdicts)

    def _view(self, descriptor: Descriptor) -> View:
        words = tuple(dict.fromkeys(descriptor.capabilities))
        key = words, descriptor.runtime_preference
        view = self._views.get(key)
        if view is None:
            inputs = Inputs(descriptor, self.catalog, self.policy, self.snapshot, self.ranker)
            view = self._views[key] = make_view(inputs, self._too_slow)
        return view

    def _is_known(self, descriptor: Descriptor, snapshot: Snapshot) -> bool:
        """Tell whether a view knows all that the call depends on (rule 5)."""
        if descriptor.quality_bar is not None or not isinstance(self.ranker, CheapestFirst):
            return False
        if snapshot.probes and self.policy.probe_first:
            return False
        tokens, step = descriptor.expected_tokens, self._least_step
        if tokens is None:
            return (step is None or step >= 1) and cap_microdollars(descriptor, snapshot) > 0
        window = self.catalog.least_context_window
        fits = window is None or tokens.input + tokens.output <= window
        return fits and (step is None or tokens.input <= step)

    def _steps_at(self, given: int) -> bool:
        return self._least_step is not None and given > self._least_step

    def _filtered(self, inputs: Inputs, view: View) -> Outcome[Placement, NoCandidate]:
        """Run the filters that a view knows nothing of, and those that follow them."""
        descriptor, verdicts, still_open = inputs.descriptor, view.template.copy(), view.still_open
        entries = self.catalog.entries
        before = [
            context(self.catalog, descriptor),
            quality(entries, descriptor, self.snapshot),
            self._unpriced(descriptor),
        ]
        wanted = [check for check in before if check is not None]
        if wanted:
            still_open = view.capable
            for check in wanted:
                still_open = check(still_open, verdicts)
            still_open = [at for at in still_open if not isinstance(verdicts[at], Excluded)]
        still_open = latency(entries, descriptor)(still_open, verdicts)
        return choose(inputs, still_open, verdicts)

    def _unpriced(self, descriptor: Descriptor) -> Filter | None:
        """Return the policy's filter where a context tier may take a price away."""
        if self.policy.unpriced != "exclude" or not self._steps_at(expected_counts(descriptor)[0]):
            return None
        projected = projection(descriptor, self.snapshot)
        return allowed(self.catalog.entries, self.policy, lambda: projected)


def prepare(
    catalog: Catalog, policy: Policy, snapshot: Snapshot, ranker: Ranker = CHEAPEST_FIRST
) -> Prepared:
    """Prepare to place many descriptors on ``catalog`` while the rest stays as it is.

    >>> from mimir.core.instant import Instant
    >>> world = Snapshot(
    ...     quotes={}, lanes={}, remaining=None, taken_at=Instant("2026-01-31T00:00:00Z")
    ... )
    >>> oracle = prepare(Catalog(()), Policy(), world)
    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9
    ... )
    >>> oracle.place(wanted, remaining=3).failure().inputs.snapshot.remaining
    3
    """
    return Prepared(catalog, policy, snapshot, ranker)
