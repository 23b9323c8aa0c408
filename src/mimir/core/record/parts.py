"""The parts that a stored record is read by.

Rules:
1. Every key of a form is required, an unknown one is refused by its name: a record that was changed
   does not read as one that was not.
2. An error's field is the path: ``verdict.candidates[3].rank``.
3. A decimal string is written as ``str`` writes an integer: no sign of plus, no zero in front.
4. What a reason says is kept as it stands: a replay derives it again and compares it.
"""

from typing import Final, Literal, TypeAlias, TypeGuard

from attrs import frozen

from mimir.core.fields import (
    InvalidField,
    excerpt,
    integer,
    invalid,
    is_list,
    is_object,
    is_text,
    members,
    text,
)
from mimir.core.keys import exact_keys
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS
from mimir.core.money import Femtodollars
from mimir.core.record.forms import SCHEMAS, said
from mimir.core.vocabulary import EntryId

VerdictWord: TypeAlias = Literal["chosen", "ranked", "excluded"]
"""What a record calls a verdict."""

_WORDS: Final[tuple[VerdictWord, ...]] = ("chosen", "ranked", "excluded")
_MARKS: Final = ("unpriced", "probe")
"""What a viable candidate is marked with: ``true``, or there is no such key."""

_PART: Final = "verdict.candidates"
_SHARED: Final = ("id", "verdict", "projected_femtodollars")
_EXCLUDED: Final = {schema: said([*_SHARED, "reason"], _PART, schema) for schema in SCHEMAS}
_VIABLE: Final = {
    schema: said([*_SHARED, *_MARKS, "rank", "rank_key"], _PART, schema) for schema in SCHEMAS
}
_DECIMAL_MAX_CHARS: Final = 64
_RANK_PARTS: Final = 8


@frozen
class StoredCandidate:
    """What a record says of one entry; ``reason`` is plain data of an excluded one.

    ``projected`` is femtodollars. Records of schema 1 say neither cost nor rank; those before
    schema 3 don't say ``probe``, that its lane may be probed.
    """

    id: EntryId
    word: VerdictWord
    reason: object = None
    unpriced: bool = False
    projected: Femtodollars | None = None
    rank: int | None = None
    rank_key: tuple[int, ...] | None = None
    probe: bool = False


def candidate(raw: object, path: str, schema: int) -> StoredCandidate | InvalidField:
    """Read one candidate of a record of ``schema``.

    >>> candidate({"id": "a", "verdict": "chosen"}, "c", 1).word
    'chosen'
    >>> candidate({"id": "a", "verdict": "best"}, "c", 1).field
    'c.verdict'
    """
    if not is_object(raw):
        return refused(path, f"expected an object, got {excerpt(raw)}")
    word = members(raw).get("verdict")
    if not _is_word(word):
        return refused(f"{path}.verdict", f"expected a verdict, got {excerpt(word)}")
    wrong = exact_keys(raw, "record", _keys(members(raw), word, schema), f"{path}.")
    if wrong is not None:
        return wrong
    name = text(raw.get("id"), "record", f"{path}.id", ID_MAX_CHARS)
    if isinstance(name, InvalidField):
        return name
    for mark in _MARKS:
        if raw.get(mark, True) is not True:
            return refused(f"{path}.{mark}", "expected true, or no such key")
    unpriced, probe = (mark in raw for mark in _MARKS)
    read = StoredCandidate(EntryId(name), word, raw.get("reason"), unpriced, probe=probe)
    return read if schema == 1 else _costed(raw, path, read)


def words(raw: object, path: str, *, empty: bool = False) -> tuple[str, ...] | InvalidField:
    """Read a list of texts, which may be empty where ``empty`` says so.

    >>> words([""], "lanes", empty=True), words([""], "lanes").field
    (('',), 'lanes[0]')
    """
    if not is_list(raw) or len(raw) > CATALOG_MAX_ROWS:
        return refused(path, f"expected a list of texts, got {excerpt(raw)}")
    found: list[str] = []
    for at, item in enumerate(raw):
        nothing = empty and is_text(item) and not item
        word = "" if nothing else text(item, "record", f"{path}[{at}]", ID_MAX_CHARS)
        if isinstance(word, InvalidField):
            return word
        found.append(word)
    return tuple(found)


def refused(field: str, message: str) -> InvalidField:
    """Make the error of one field."""
    return invalid("record", field, message)


def _keys(raw: dict[str, object], word: VerdictWord, schema: int) -> list[str]:
    if word == "excluded":
        return _EXCLUDED[schema]
    absent = [mark for mark in _MARKS if mark not in raw]
    return [key for key in _VIABLE[schema] if key not in absent]


def _costed(
    raw: dict[object, object], path: str, read: StoredCandidate
) -> StoredCandidate | InvalidField:
    """Read what records have said of cost and rank since schema 2."""
    stated = raw["projected_femtodollars"]
    cost = None if stated is None else _decimal(stated, f"{path}.projected_femtodollars")
    if isinstance(cost, InvalidField):
        return cost
    if cost is not None and cost < 0:
        return refused(f"{path}.projected_femtodollars", f"expected 0 or more, got {cost}")
    projected = None if cost is None else Femtodollars(cost)
    if read.word == "excluded":
        return StoredCandidate(read.id, read.word, read.reason, projected=projected)
    rank = integer(raw.get("rank"), "record", f"{path}.rank", 1, "expected positive integer")
    if isinstance(rank, InvalidField):
        return rank
    key = _rank_key(raw.get("rank_key"), f"{path}.rank_key")
    if isinstance(key, InvalidField):
        return key
    return StoredCandidate(
        read.id, read.word, None, read.unpriced, projected, rank, key, read.probe
    )


def _rank_key(raw: object, path: str) -> tuple[int, ...] | InvalidField:
    if not is_list(raw) or not 0 < len(raw) <= _RANK_PARTS:
        return refused(path, f"expected a list of decimal strings, got {excerpt(raw)}")
    parts: list[int] = []
    for at, item in enumerate(raw):
        part = _decimal(item, f"{path}[{at}]")
        if isinstance(part, InvalidField):
            return part
        parts.append(part)
    return tuple(parts)


def _decimal(raw: object, path: str) -> int | InvalidField:
    if is_text(raw) and 0 < len(raw) <= _DECIMAL_MAX_CHARS and raw.removeprefix("-").isdecimal():
        number = int(raw)
        if str(number) == raw:
            return number
    return refused(path, f"expected a decimal string, got {excerpt(raw)}")


def _is_word(value: object) -> TypeGuard[VerdictWord]:
    return is_text(value) and value in _WORDS
