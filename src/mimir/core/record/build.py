"""Building a decision record.

Rules:
1. The id of the decision, its time and the correlation ids are arguments: nothing is made here.
2. A grant is recorded by its id, never by its key: an id that looks like a key is an error.
3. ``decision_id`` is ``rd_`` and 26 characters of lower-case base32.
"""

import re
from typing import ClassVar, Final, TypeAlias

from attrs import frozen

from mimir.core.descriptor import Descriptor
from mimir.core.fields import InvalidField, excerpt, invalid, optional_text
from mimir.core.instant import Instant
from mimir.core.limits import ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.record.schema import DecisionRecord
from mimir.core.redaction.text import looks_like_key
from mimir.core.snapshot import Snapshot
from mimir.core.verdict import Decision, NoCandidate, Placement
from mimir.core.vocabulary import DecisionId

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
    grant_id: str | None = None,
    workflow_id: str | None = None,
    step_id: str | None = None,
) -> Outcome[DecisionRecord, RecordError]:
    """Put together the record of one decision.

    :return: the record, ``InvalidField`` with code ``invalid_record`` for an id that is malformed,
        or ``KeyInRecord`` for one that looks like a key.
    """
    ids = {"grant_id": grant_id, "workflow_id": workflow_id, "step_id": step_id}
    answer = decision.unwrap() if isinstance(decision, Success) else decision.failure()
    refusal = _refuse_ids(decision_id, ids) or _refuse_others(descriptor, snapshot, answer)
    if refusal is not None:
        return Failure(refusal)
    return Success(
        DecisionRecord(
            decision_id=decision_id,
            decided_at=decided_at,
            descriptor=descriptor,
            snapshot=snapshot,
            decision=answer,
            grant_id=grant_id,
            workflow_id=workflow_id,
            step_id=step_id,
        )
    )


def _refuse_ids(decision_id: str, ids: dict[str, str | None]) -> RecordError | None:
    if not _DECISION_ID.fullmatch(decision_id):
        message = f"expected rd_ and 26 characters of a-z and 2-7, got {excerpt(decision_id)}"
        return invalid("record", "decision_id", message)
    refusals = (_refuse(field, value) for field, value in ids.items())
    return next((refusal for refusal in refusals if refusal is not None), None)


def _refuse_others(
    descriptor: Descriptor, snapshot: Snapshot, decision: Decision
) -> InvalidField | None:
    """Refuse what is not what was decided on: the record would be of no decision."""
    inputs = decision.inputs
    if descriptor is not inputs.descriptor and descriptor != inputs.descriptor:
        return invalid("record", "descriptor", "is not the one that was placed")
    if snapshot is not inputs.snapshot and snapshot != inputs.snapshot:
        return invalid("record", "snapshot", "is not the one that was placed in")
    return None


def _refuse(field: str, value: str | None) -> RecordError | None:
    read = optional_text(value, "record", field, ID_MAX_CHARS)
    if isinstance(read, InvalidField):
        return read
    return KeyInRecord(field) if read is not None and looks_like_key(read) else None
