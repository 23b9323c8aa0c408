"""The inputs of a decision as they are stored: canonical bytes and digests.

Rules:
1. Descriptor, catalog, policy, snapshot and ranker are stored each by itself: what many decisions
   share is digested once and stored once.
2. What is sealed is asked for: ``seal_world`` is called once for a catalog, a policy, a snapshot
   and a ranker, and its answer is handed to every ``seal_inputs`` of theirs.
3. What a stored snapshot may not hold is not sealed: a record of it could never be derived again.
4. A seal is of the very values that it was made of; another world's is not used.
5. A world is sealed in the form that a schema of records had: so the digests of an old record are
   derived again.
"""

from attrs import frozen

from mimir.core import catalog as catalogs
from mimir.core import descriptor as descriptors
from mimir.core import policy as policies
from mimir.core import ranker as rankers
from mimir.core import snapshot_json as snapshots
from mimir.core.canonical import Digest, NotCanonical, Sealed, seal
from mimir.core.catalog import Catalog
from mimir.core.fields import Json
from mimir.core.inputs import Inputs
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import Policy
from mimir.core.ranker import CHEAPEST_FIRST, Ranker
from mimir.core.record.forms import SCHEMA, as_of
from mimir.core.snapshot import Snapshot


@frozen
class InputDigests:
    """Under which digests the inputs of a decision are stored."""

    descriptor: Digest
    catalog: Digest
    policy: Digest
    snapshot: Digest
    ranker: Digest


@frozen(eq=False)
class WorldSeal:
    """A catalog, a policy, a snapshot and a ranker, and what is stored of them."""

    catalog: Catalog
    policy: Policy
    snapshot: Snapshot
    ranker: Ranker
    sealed_catalog: Sealed
    sealed_policy: Sealed
    sealed_snapshot: Sealed
    sealed_ranker: Sealed

    def is_of(self, inputs: Inputs) -> bool:
        """Tell whether these are the very values of ``inputs``."""
        return (
            self.catalog is inputs.catalog
            and self.policy is inputs.policy
            and self.snapshot is inputs.snapshot
            and self.ranker == inputs.ranker
        )


@frozen(eq=False)
class InputSeal:
    """The inputs of one decision, and what is stored of them."""

    inputs: Inputs
    descriptor: Sealed
    world: WorldSeal

    @property
    def digests(self) -> InputDigests:
        """The five digests."""
        world = self.world
        return InputDigests(
            self.descriptor.digest,
            world.sealed_catalog.digest,
            world.sealed_policy.digest,
            world.sealed_snapshot.digest,
            world.sealed_ranker.digest,
        )

    @property
    def contents(self) -> tuple[Sealed, ...]:
        """What is to be stored: descriptor, catalog, policy, snapshot, ranker."""
        world = self.world
        return (
            self.descriptor,
            world.sealed_catalog,
            world.sealed_policy,
            world.sealed_snapshot,
            world.sealed_ranker,
        )


def seal_world(
    catalog: Catalog,
    policy: Policy,
    snapshot: Snapshot,
    ranker: Ranker = CHEAPEST_FIRST,
    *,
    schema: int = SCHEMA,
) -> Outcome[WorldSeal, NotCanonical]:
    """Seal what many decisions share; ``schema`` is that of the records of them.

    :return: the seal, or ``NotCanonical`` for a text that UTF-8 cannot carry, and for lanes,
        probes, waits, a remaining budget or a time that are out of their bounds.

    >>> from mimir.core.instant import Instant
    >>> from mimir.core.policy import DEFAULT_POLICY
    >>> world = Snapshot(
    ...     quotes={}, lanes={}, remaining=None, taken_at=Instant("2026-01-31T00:00:00Z"))
    >>> seal_world(Catalog(()), DEFAULT_POLICY, world).unwrap().sealed_catalog.content
    b'[]'
    """
    entries = seal(catalogs.to_json(catalog))
    if isinstance(entries, Failure):
        return entries
    rules = seal(as_of(policies.to_json(policy), schema, "policy"))
    if isinstance(rules, Failure):
        return rules
    unreadable = snapshots.unreadable(snapshot)
    if unreadable is not None:
        return Failure(NotCanonical(f".{unreadable.field}", unreadable.message))
    world = seal(as_of(snapshots.to_json(snapshot), schema, "inputs.snapshot"))
    if isinstance(world, Failure):
        return world
    order = seal(rankers.to_json(ranker))
    if isinstance(order, Failure):
        return order
    sealed = entries.unwrap(), rules.unwrap(), world.unwrap(), order.unwrap()
    return Success(WorldSeal(catalog, policy, snapshot, ranker, *sealed))


def seal_inputs(inputs: Inputs, world: WorldSeal | None = None) -> Outcome[InputSeal, NotCanonical]:
    """Seal the inputs of a decision; ``world`` spares what was sealed before.

    :return: the seal, or ``NotCanonical``, as of ``seal_world``.

    >>> from mimir.core.descriptor import Descriptor
    >>> from mimir.core.instant import Instant
    >>> from mimir.core.policy import DEFAULT_POLICY
    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9)
    >>> world = Snapshot(
    ...     quotes={}, lanes={}, remaining=None, taken_at=Instant("2026-01-31T00:00:00Z"))
    >>> made = seal_inputs(Inputs(wanted, Catalog(()), DEFAULT_POLICY, world)).unwrap()
    >>> made.digests.descriptor == made.contents[0].digest
    True
    """
    if world is None or not world.is_of(inputs):
        made = seal_world(inputs.catalog, inputs.policy, inputs.snapshot, inputs.ranker)
        if isinstance(made, Failure):
            return made
        world = made.unwrap()
    asked: dict[str, Json] = descriptors.to_json(inputs.descriptor)
    descriptor = seal(asked)
    if isinstance(descriptor, Failure):
        return descriptor
    return Success(InputSeal(inputs, descriptor.unwrap(), world))
