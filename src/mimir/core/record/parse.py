"""Reading a stored record: each schema by its own form, for ever. ``forms`` says what each has.

Rules:
1. Readers dispatch on ``schema``. A number that is not known is an error of its own: the record is
   of a later version, and nothing in it is guessed.
2. Schema 1 says neither inputs, policy, ranker, remaining budget nor costs; what it was decided by
   then is the first ranker, ``cheapest_first``. Its policy and its remaining budget are unknown.
   Schema 2 says neither probes nor what applied where no lane was healthy: there were none of both.
3. Every key of a form is required, an unknown one is refused by its name: in the descriptor, the
   policy and the ranker too, whose own parsers are more lenient.
4. ``document`` is the record as it was read; a reader does not change it.
"""

from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias, TypeGuard

from attrs import frozen

from mimir.core import instant as instants
from mimir.core.descriptor import Descriptor
from mimir.core.fields import (
    InvalidField,
    excerpt,
    is_list,
    is_object,
    is_text,
    members,
    optional_text,
    text,
)
from mimir.core.instant import Instant
from mimir.core.keys import exact_keys
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import Policy
from mimir.core.ranker import Ranker
from mimir.core.record import stated
from mimir.core.record.build import DECISION_ID_FORM, is_decision_id
from mimir.core.record.forms import SCHEMA, SCHEMAS, said
from mimir.core.record.parts import StoredCandidate, candidate, refused, words
from mimir.core.record.seal import InputDigests
from mimir.core.record.stated import Rules
from mimir.core.verdict import Unhealthy
from mimir.core.vocabulary import DecisionId, EntryId

OutcomeWord: TypeAlias = Literal["placement", "no_candidate"]
"""How a decision ended."""

_IDS: Final = ["workflow_id", "step_id", "grant_id"]
_KEYS: Final = [
    *("schema", "decision_id", "decided_at", *_IDS),
    *("descriptor", "snapshot", "verdict"),
    *("engine_version", "parent_decision_id", "inputs", "policy", "ranker"),
]
_VERDICT: Final = ["outcome", "reasons", "unhealthy", "candidates"]


@frozen
class UnknownSchema:
    """A record of a form that this version does not read: it was written by a later one."""

    code: ClassVar[str] = "unknown_schema"
    schema: str

    @property
    def message(self) -> str:
        """Name the number, and those that are read."""
        return f"schema {self.schema} is not known; this version reads 1 to {SCHEMA}"


RecordParseError: TypeAlias = InvalidField | UnknownSchema
"""Everything that ``parse`` can refuse a record with."""


@frozen(kw_only=True)
class StoredRecord:
    """A record as it was read. ``None`` is what its schema does not say."""

    schema: int
    decision_id: DecisionId
    decided_at: Instant
    descriptor: Descriptor
    policy: Policy | None
    ranker: Ranker
    digests: InputDigests | None
    outcome: OutcomeWord
    entry_id: EntryId | None
    reasons: tuple[str, ...]
    unhealthy: Unhealthy | None
    candidates: tuple[StoredCandidate, ...]
    document: dict[object, object]


_Head: TypeAlias = tuple[DecisionId, Instant, Descriptor]


class _Verdict(NamedTuple):
    outcome: OutcomeWord
    entry_id: EntryId | None
    reasons: tuple[str, ...]
    unhealthy: Unhealthy | None
    candidates: tuple[StoredCandidate, ...]


def parse(raw: object) -> Outcome[StoredRecord, RecordParseError]:
    """Read a record from plain data, as ``record_to_json`` of any version wrote it.

    :return: the record; ``InvalidField`` with code ``invalid_record`` that names the field;
        ``UnknownSchema`` for one of a later version.

    >>> parse({"schema": 9}).failure().message
    'schema 9 is not known; this version reads 1 to 3'
    """
    if not is_object(raw):
        return Failure(refused("", f"expected an object, got {excerpt(raw)}"))
    schema = members(raw).get("schema")
    if type(schema) is not int or schema not in SCHEMAS:
        return Failure(UnknownSchema(excerpt(schema)))
    wrong = exact_keys(raw, "record", said(_KEYS, "", schema))
    if wrong is not None:
        return Failure(wrong)
    head = _head(raw, schema)
    if isinstance(head, InvalidField):
        return Failure(head)
    rules = stated.rules(raw, schema)
    if isinstance(rules, InvalidField):
        return Failure(rules)
    unreadable = stated.snapshot(raw.get("snapshot"), schema)
    if unreadable is not None:
        return Failure(unreadable)
    verdict = _verdict(raw.get("verdict"), schema)
    if isinstance(verdict, InvalidField):
        return Failure(verdict)
    return Success(_stored(raw, schema, head, rules, verdict))


def _stored(
    raw: dict[object, object], schema: int, head: _Head, rules: Rules, verdict: _Verdict
) -> StoredRecord:
    return StoredRecord(
        schema=schema,
        decision_id=head[0],
        decided_at=head[1],
        descriptor=head[2],
        policy=rules[0],
        ranker=rules[1],
        digests=rules[2],
        document=raw,
        outcome=verdict.outcome,
        entry_id=verdict.entry_id,
        reasons=verdict.reasons,
        unhealthy=verdict.unhealthy,
        candidates=verdict.candidates,
    )


def _head(raw: dict[object, object], schema: int) -> _Head | InvalidField:
    decision_id, parent = raw.get("decision_id"), raw.get("parent_decision_id")
    if not is_text(decision_id) or not is_decision_id(decision_id):
        return refused("decision_id", f"expected {DECISION_ID_FORM}, got {excerpt(decision_id)}")
    if parent is not None and not (is_text(parent) and is_decision_id(parent)):
        message = f"expected {DECISION_ID_FORM}, or null, got {excerpt(parent)}"
        return refused("parent_decision_id", message)
    for name in _IDS:
        value = optional_text(raw.get(name), "record", name, ID_MAX_CHARS)
        if isinstance(value, InvalidField):
            return value
    decided_at = instants.parse(raw.get("decided_at"), "decided_at")
    if isinstance(decided_at, Failure):
        return stated.within(decided_at.failure(), "")
    descriptor = stated.descriptor(raw.get("descriptor"), schema)
    if isinstance(descriptor, InvalidField):
        return descriptor
    return DecisionId(decision_id), decided_at.unwrap(), descriptor


def _verdict(raw: object, schema: int) -> _Verdict | InvalidField:
    if not is_object(raw):
        return refused("verdict", f"expected an object, got {excerpt(raw)}")
    given = members(raw)
    outcome, entry_id = given.get("outcome"), given.get("entry_id")
    if not _is_outcome(outcome):
        return refused("verdict.outcome", f"expected an outcome, got {excerpt(outcome)}")
    placed = ["model", "lane", "entry_id"] if outcome == "placement" else []
    keys = said([*_VERDICT, *placed], "verdict", schema)
    wrong = exact_keys(raw, "record", keys, "verdict.")
    if wrong is not None:
        return wrong
    for name in placed:
        named = text(raw.get(name), "record", f"verdict.{name}", ID_MAX_CHARS)
        if isinstance(named, InvalidField):
            return named
    reasons = words(raw.get("reasons"), "verdict.reasons")
    if isinstance(reasons, InvalidField):
        return reasons
    unhealthy = stated.unhealthy(raw.get("unhealthy"))
    if isinstance(unhealthy, InvalidField):
        return unhealthy
    judged = _candidates(raw.get("candidates"), schema)
    if isinstance(judged, InvalidField):
        return judged
    chosen = EntryId(str(entry_id)) if placed else None
    return _Verdict(outcome, chosen, reasons, unhealthy, judged)


def _candidates(raw: object, schema: int) -> tuple[StoredCandidate, ...] | InvalidField:
    if not is_list(raw) or len(raw) > CATALOG_MAX_ROWS:
        return refused("verdict.candidates", f"expected a list, got {excerpt(raw)}")
    judged: list[StoredCandidate] = []
    for at, item in enumerate(raw):
        read = candidate(item, f"verdict.candidates[{at}]", schema)
        if isinstance(read, InvalidField):
            return read
        judged.append(read)
    return tuple(judged)


def _is_outcome(value: object) -> TypeGuard[OutcomeWord]:
    return is_text(value) and value in ("placement", "no_candidate")
