"""The filters: each says which entries are no candidates, and why.

Rules:
1. They run in the order capability, context, quality, policy, runtime, health, latency, cost: what
   an entry can do, whether it may be used, where it is, and what it costs now. The first that fails
   is the entry's reason. The cost has a module of its own.
2. A filter that cannot exclude anything in this call is not made.
3. A filter goes over everything that is still open at once: a call for each entry would cost more
   than the work.
4. Capabilities compare as sets (deviation D4).
5. An unknown latency passes; a latency equal to the tolerance passes.
6. Equal reasons are one object: a call makes one verdict per capability set, runtime and lane.
7. The expected tokens, in and out together, must fit into the context window; where either is
   unknown, nothing is excluded.
8. A quality bar is cleared by the scorecard of the descriptor's task class and the entry's model;
   a model without one has not cleared it.
9. A lane passes in the state ``ok``, and in ``probing`` where the snapshot's ``probes`` names it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.entry import Entry
from mimir.core.exclusion import (
    BelowQualityBar,
    ContextTooSmall,
    LaneNotOk,
    MissingCapabilities,
    ModelNotAllowed,
    ModelUnpriced,
    OtherRuntime,
    QualityUnknown,
)
from mimir.core.inputs import Inputs
from mimir.core.policy import Policy
from mimir.core.ranking import Projection, projection
from mimir.core.scorecard import Scorecard, clears, lower_bound
from mimir.core.snapshot import OK, Snapshot, free_probes
from mimir.core.verdict import Excluded, Verdict, too_slow
from mimir.core.vocabulary import Capability, Lane, Model

Entries: TypeAlias = tuple[Entry, ...]
"""The entries of a catalog, which a number in ``Filter`` is an index of."""

Verdicts: TypeAlias = list[Verdict]
"""The verdict of every entry, as far as it is known."""

Filter: TypeAlias = Callable[[Iterable[int], Verdicts], list[int]]
"""Takes the entries that are still open, writes the verdict of each that it excludes, and returns
the others, in their order."""

_Check: TypeAlias = Callable[[Entry], Excluded | None]


def filters(inputs: Inputs) -> list[Filter]:
    """Return the filters that apply to this call, in rule 1's order, all but that of the cost."""
    catalog, descriptor, world = inputs.catalog, inputs.descriptor, inputs.snapshot
    entries = catalog.entries
    made = (
        capability(entries, descriptor),
        context(catalog, descriptor),
        quality(entries, descriptor, world),
        allowed(entries, inputs.policy, lambda: projection(descriptor, world)),
        runtime(entries, descriptor),
        health(entries, world),
        latency(entries, descriptor),
    )
    return [check for check in made if check is not None]


def capability(entries: Entries, descriptor: Descriptor) -> Filter | None:
    """Exclude what lacks a capability, or return nothing where none is required."""
    required = descriptor.required
    if not required:
        return None
    ordered = dict.fromkeys(descriptor.capabilities)
    alone = descriptor.capabilities[0] if len(required) == 1 else None
    shared: dict[frozenset[Capability], Excluded] = {}

    def run(still_open: Iterable[int], verdicts: Verdicts) -> list[int]:
        kept: list[int] = []
        for at in still_open:
            has = entries[at].capabilities
            if (alone in has) if alone else (required <= has):
                kept.append(at)
            else:
                failure = shared.get(has)
                if failure is None:
                    failure = shared[has] = _missing(ordered, has)
                verdicts[at] = failure
        return kept

    return run


def _missing(ordered: Iterable[Capability], has: frozenset[Capability]) -> Excluded:
    return Excluded(MissingCapabilities(tuple([word for word in ordered if word not in has])))


def context(catalog: Catalog, descriptor: Descriptor) -> Filter | None:
    """Exclude what is too small for the expected tokens, or return nothing where they fit all."""
    tokens, least = descriptor.expected_tokens, catalog.least_context_window
    if tokens is None or least is None or tokens.input + tokens.output <= least:
        return None
    expected = tokens.input + tokens.output

    def check(entry: Entry) -> Excluded | None:
        window = entry.context_window
        if window is None or expected <= window:
            return None
        return Excluded(ContextTooSmall(expected, window))

    return _each(catalog.entries, check)


def quality(entries: Entries, descriptor: Descriptor, snapshot: Snapshot) -> Filter | None:
    """Exclude what has not cleared the quality bar, or return nothing where there is none."""
    bar = descriptor.quality_bar
    if bar is None:
        return None
    task_class, cards = descriptor.task_class, snapshot.scorecards
    unknown = Excluded(QualityUnknown(bar))
    shared: dict[Model, Excluded | None] = {}

    def check(entry: Entry) -> Excluded | None:
        model = entry.model
        if model not in shared:
            card = cards.get((task_class, model))
            shared[model] = unknown if card is None else _below(bar, card)
        return shared[model]

    return _each(entries, check)


def _below(bar: int, card: Scorecard) -> Excluded | None:
    passed, runs = card.passed, card.runs
    if clears(passed, runs, bar):
        return None
    return Excluded(BelowQualityBar(bar, lower_bound(passed, runs), passed, runs))


def allowed(entries: Entries, policy: Policy, project: Callable[[], Projection]) -> Filter | None:
    """Exclude what the policy does, or return nothing where it allows every model.

    ``project`` is asked for the projection where the policy depends on it.
    """
    models, needs_price = policy.allowed_models, policy.unpriced == "exclude"
    if not models and not needs_price:
        return None
    not_allowed, unpriced = Excluded(ModelNotAllowed()), Excluded(ModelUnpriced())
    projected = project()

    def check(entry: Entry) -> Excluded | None:
        if models and entry.model not in models:
            return not_allowed
        return unpriced if needs_price and projected(entry.model) is None else None

    return _each(entries, check)


def runtime(entries: Entries, descriptor: Descriptor) -> Filter | None:
    """Exclude what runs elsewhere than preferred, or return nothing where any runtime will do."""
    preferred = descriptor.runtime_preference
    if preferred == "any":
        return None
    other = Excluded(OtherRuntime(preferred))
    return _each(entries, lambda entry: None if entry.runtime == preferred else other)


def health(entries: Entries, snapshot: Snapshot) -> Filter | None:
    """Exclude what stands on a lane that does not pass, or return nothing where all do."""
    free = free_probes(snapshot)
    failing: Mapping[Lane, Excluded] = {
        lane: Excluded(LaneNotOk(state))
        for lane, state in snapshot.lanes.items()
        if state != OK and lane not in free
    }
    if not failing:
        return None

    def run(still_open: Iterable[int], verdicts: Verdicts) -> list[int]:
        kept: list[int] = []
        for at in still_open:
            failure = failing.get(entries[at].lane)
            if failure is None:
                kept.append(at)
            else:
                verdicts[at] = failure
        return kept

    return run


def latency(entries: Entries, descriptor: Descriptor) -> Filter:
    """Exclude what is known to be slower than tolerated."""
    tolerance = descriptor.latency_tolerance_ms

    def run(still_open: Iterable[int], verdicts: Verdicts) -> list[int]:
        kept: list[int] = []
        slow: list[int] = []
        p50s: list[int] = []
        for at in still_open:
            p50 = entries[at].p50_latency_ms
            if p50 is None or p50 <= tolerance:
                kept.append(at)
            else:
                slow.append(at)
                p50s.append(p50)
        if slow:
            for at, verdict in zip(slow, too_slow(p50s), strict=True):
                verdicts[at] = verdict
        return kept

    return run


def _each(entries: Entries, check: _Check) -> Filter:
    """Ask ``check`` for each entry: for the filters that few calls have."""

    def run(still_open: Iterable[int], verdicts: Verdicts) -> list[int]:
        kept: list[int] = []
        for at in still_open:
            failure = check(entries[at])
            if failure is None:
                kept.append(at)
            else:
                verdicts[at] = failure
        return kept

    return run
