"""Deriving a decision again from its record and its inputs.

Rules:
1. No clock is read, nothing is made: the inputs are placed again, and the record of that is written
   with the recorded id and time.
2. Compared are the digests, the descriptor, the policy, the ranker, the snapshot's part and the
   whole verdict: outcome, reasons, verdicts, costs and ranks. Not compared are the version of the
   engine, the ids and the grant.
3. A record matches exactly when every compared value is the same, of the same type; otherwise every
   difference is named by its path.
4. A record of an old schema is compared in the form of that schema, and so are its digests.
"""

from collections.abc import Iterator
from typing import ClassVar, Final

from attrs import frozen

from mimir.core.fields import Json, excerpt, field_name, is_list, is_object
from mimir.core.inputs import Inputs
from mimir.core.oracle.place import place_inputs
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.record.forms import as_of
from mimir.core.record.parse import StoredRecord
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.record.seal import InputDigests, seal_inputs, seal_world
from mimir.core.verdict import decision_of
from mimir.core.vocabulary import DecisionId

COMPARED: Final = ("inputs", "descriptor", "policy", "ranker", "snapshot", "verdict")
"""The members of a record that a replay compares."""


@frozen
class Match:
    """The record says what its inputs give."""

    decision_id: DecisionId


@frozen
class Difference:
    """One value that differs: its path, and excerpts of what is recorded and what is derived."""

    path: str
    recorded: str
    derived: str


@frozen
class Drift:
    """The record says something else than its inputs give: one of them was changed."""

    code: ClassVar[str] = "drift"
    decision_id: DecisionId
    differences: tuple[Difference, ...]

    @property
    def message(self) -> str:
        """Name the first difference and how many there are."""
        first, more = self.differences[0], len(self.differences) - 1
        rest = f", and {more} more" if more else ""
        return f"{first.path}: recorded {first.recorded}, derived {first.derived}{rest}"


def replay(record: StoredRecord, inputs: Inputs) -> Outcome[Match, Drift]:
    """Decide again on ``inputs`` and compare with ``record``.

    :return: the match, or ``Drift`` with every difference. Inputs that have no canonical form were
        never sealed: they differ from those of every record that has digests.

    >>> from attrs import evolve
    >>> from mimir.core.catalog import Catalog
    >>> from mimir.core.descriptor import Descriptor
    >>> from mimir.core.instant import Instant
    >>> from mimir.core.policy import DEFAULT_POLICY
    >>> from mimir.core.record.parse import parse
    >>> from mimir.core.snapshot import Snapshot
    >>> now = Instant("2026-01-01T00:00:00Z")
    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9)
    >>> world = Snapshot(quotes={}, lanes={}, remaining=None, taken_at=now)
    >>> inputs = Inputs(wanted, Catalog(()), DEFAULT_POLICY, world)
    >>> made = DecisionRecord(decision_id=DecisionId("rd_" + "a" * 26), decided_at=now,
    ...     decision=place_inputs(inputs).failure(), digests=seal_inputs(inputs).unwrap().digests)
    >>> recorded = parse({**to_json(made)}).unwrap()
    >>> replay(recorded, inputs).unwrap().decision_id == made.decision_id
    True
    >>> spent = evolve(inputs, snapshot=evolve(world, remaining=0))
    >>> replay(recorded, spent).failure().differences[-1].path
    'snapshot.remaining_microdollars'
    """
    digests = None if record.digests is None else _digests(inputs, record.schema)
    again = DecisionRecord(
        decision_id=record.decision_id,
        decided_at=record.decided_at,
        decision=decision_of(place_inputs(inputs)),
        digests=digests,
    )
    derived = as_of(to_json(again), record.schema)
    differences = tuple(_differences(record.document, derived))
    if differences:
        return Failure(Drift(record.decision_id, differences))
    return Success(Match(record.decision_id))


def _digests(inputs: Inputs, schema: int) -> InputDigests | None:
    shared = inputs.catalog, inputs.policy, inputs.snapshot, inputs.ranker
    world = seal_world(*shared, schema=schema)
    sealed = world if isinstance(world, Failure) else seal_inputs(inputs, world.unwrap())
    return sealed.unwrap().digests if isinstance(sealed, Success) else None


def _differences(recorded: dict[object, object], derived: dict[str, Json]) -> Iterator[Difference]:
    for name in COMPARED:
        if name in derived and not _is_same(recorded.get(name), derived[name]):
            yield from _compare(recorded.get(name), derived[name], name)


def _compare(recorded: object, derived: object, path: str) -> Iterator[Difference]:
    if is_object(recorded) and is_object(derived):
        for key in dict.fromkeys([*derived, *recorded]):
            where = f"{path}.{field_name(key)}"
            if key in recorded and key in derived:
                yield from _compare(recorded[key], derived[key], where)
            else:
                yield Difference(where, _shown(key, recorded), _shown(key, derived))
    elif is_list(recorded) and is_list(derived) and len(recorded) == len(derived):
        for at, (ours, theirs) in enumerate(zip(recorded, derived, strict=True)):
            if not _is_same(ours, theirs):
                yield from _compare(ours, theirs, f"{path}[{at}]")
    elif type(recorded) is not type(derived) or recorded != derived:
        yield Difference(path, excerpt(recorded), excerpt(derived))


def _is_same(recorded: object, derived: object) -> bool:
    """Tell whether both are the same, and of the same types: 1 is neither 1.0 nor true."""
    if is_object(recorded) and is_object(derived):
        return recorded.keys() == derived.keys() and all(
            _is_same(value, derived[key]) for key, value in recorded.items()
        )
    if is_list(recorded) and is_list(derived):
        return len(recorded) == len(derived) and all(map(_is_same, recorded, derived))
    return type(recorded) is type(derived) and recorded == derived


def _shown(key: object, members: dict[object, object]) -> str:
    return excerpt(members[key]) if key in members else "nothing"
