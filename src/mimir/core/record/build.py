"""Building a decision record.

Rules:
1. The id of the decision, its time and the correlation ids are arguments: nothing is made here.
2. A grant is recorded by its id, never by its key: an id that looks like a key is an error.
3. ``decision_id`` is ``rd_`` and 26 characters of lower-case base32. A decision that was made after
   a failure names the one before it.
4. The time is one that a reader reads.
5. Descriptor, snapshot and seal are those of the decision: a record of anything else is refused.
"""

import re
from typing import ClassVar, Final, TypeAlias

from attrs import frozen

from mimir.core import instant as instants
from mimir.core.descriptor import Descriptor
from mimir.core.fields import InvalidField, excerpt, invalid, is_text, optional_text
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.limits import ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.record.schema import DecisionRecord
from mimir.core.record.seal import InputSeal
from mimir.core.redaction.text import looks_like_key
from mimir.core.snapshot import Snapshot
from mimir.core.texts import is_unicode
from mimir.core.verdict import NoCandidate, Placement, decision_of
from mimir.core.vocabulary import DecisionId

DECISION_ID_FORM: Final = "rd_ and 26 characters of a-z and 2-7"
"""Rule 3's form, in words."""

_DECISION_ID: Final = re.compile(r"rd_[a-z2-7]{26}", re.ASCII)


@frozen
class KeyInRecord:
    """An id that is to be recorded looks like a key: the caller passed the wrong thing."""

    code: ClassVar[str] = "key_in_record"
    field: str

    @property
    def message(self) -> str:
        """Name the field; the value is not shown."""
        return f"{self.field} looks like a key; record the id of the grant, never its key"


RecordError: TypeAlias = InvalidField | KeyInRecord
"""Everything that ``build`` can refuse a record with."""


def build(
    *,
    decision_id: DecisionId,
    decided_at: Instant,
    descriptor: Descriptor,
    snapshot: Snapshot,
    decision: Outcome[Placement, NoCandidate],
    seal: InputSeal | None = None,
    parent_decision_id: DecisionId | None = None,
    grant_id: str | None = None,
    workflow_id: str | None = None,
    step_id: str | None = None,
) -> Outcome[DecisionRecord, RecordError]:
    """Put together the record of one decision; ``seal`` puts the digests of its inputs in it.

    :return: the record, ``InvalidField`` with code ``invalid_record`` for an id or a time that is
        malformed, or ``KeyInRecord`` for an id that looks like a key.

    >>> from mimir.core.catalog import Catalog
    >>> from mimir.core.oracle.place import place
    >>> from mimir.core.policy import DEFAULT_POLICY
    >>> now = Instant("2026-01-01T00:00:00Z")
    >>> wanted = Descriptor(
    ...     task_class="chat", budget_ceiling_microdollars=5, latency_tolerance_ms=9)
    >>> world = Snapshot(quotes={}, lanes={}, remaining=None, taken_at=now)
    >>> build(decision_id=DecisionId("rd_1"), decided_at=now, descriptor=wanted, snapshot=world,
    ...     decision=place(wanted, Catalog(()), DEFAULT_POLICY, world)).failure().field
    'decision_id'
    """
    ids = {"grant_id": grant_id, "workflow_id": workflow_id, "step_id": step_id}
    answer = decision_of(decision)
    refusal = (
        _refuse_decision_ids(decision_id, parent_decision_id)
        or _refuse_time(decided_at)
        or _refuse_ids(ids)
        or _refuse_others(descriptor, snapshot, seal, answer.inputs)
    )
    if refusal is not None:
        return Failure(refusal)
    return Success(
        DecisionRecord(
            decision_id=decision_id,
            decided_at=decided_at,
            decision=answer,
            digests=None if seal is None else seal.digests,
            parent_decision_id=parent_decision_id,
            grant_id=grant_id,
            workflow_id=workflow_id,
            step_id=step_id,
        )
    )


def _refuse_decision_ids(decision_id: str, parent: str | None) -> InvalidField | None:
    for field, value in (("decision_id", decision_id), ("parent_decision_id", parent)):
        if value is not None and not is_decision_id(value):
            message = f"expected {DECISION_ID_FORM}, got {excerpt(value)}"
            return invalid("record", field, message)
    if decision_id == parent:
        return invalid("record", "parent_decision_id", "is the decision itself")
    return None


def _refuse_time(decided_at: Instant) -> InvalidField | None:
    read = instants.parse(decided_at.text, "decided_at")
    if isinstance(read, Failure):
        return invalid("record", "decided_at", read.failure().message)
    return None


def is_decision_id(value: str) -> bool:
    """Tell whether ``value`` has the form of rule 3.

    >>> is_decision_id("rd_" + "a2" * 13), is_decision_id("rd_1")
    (True, False)
    """
    return _DECISION_ID.fullmatch(value) is not None


def _refuse_ids(ids: dict[str, str | None]) -> RecordError | None:
    for field, value in ids.items():
        refusal = None if value is None else _refuse(field, value)
        if refusal is not None:
            return refusal
    return None


def _refuse_others(
    descriptor: Descriptor, snapshot: Snapshot, seal: InputSeal | None, inputs: Inputs
) -> InvalidField | None:
    if descriptor is not inputs.descriptor and descriptor != inputs.descriptor:
        return invalid("record", "descriptor", "is not the one that was placed")
    if snapshot is not inputs.snapshot and snapshot != inputs.snapshot:
        return invalid("record", "snapshot", "is not the one that was placed in")
    if seal is not None and seal.inputs is not inputs and seal.inputs != inputs:
        return invalid("record", "seal", "is not of the inputs that were decided on")
    return None


def _refuse(field: str, value: str | None) -> RecordError | None:
    if is_text(value) and len(value) <= ID_MAX_CHARS:
        if looks_like_key(value):
            return KeyInRecord(field)
        if is_unicode(value):  # and so no id that `optional_text` refuses: it is scrubbed once
            return None
    read = optional_text(value, "record", field, ID_MAX_CHARS)
    return read if isinstance(read, InvalidField) else None
