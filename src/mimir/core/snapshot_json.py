"""A snapshot as JSON, and back: everything in it that a decision depends on.

Rules:
1. Quotes stand by model, lanes and waits by lane; scorecards are a list, sorted by task class and
   model, and probes are one, sorted, no lane twice.
2. Why a model could not be quoted is left out: it decides nothing.
3. Every key is required, an unknown one is refused by its name.
4. A lane may have no name: that of a completion whose model has no provider is empty.
5. What was written before there were probes and waits has neither key, and is read as it was: there
   are none.
6. A wait is whole milliseconds, 0 or more.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from mimir.core import instant as instants
from mimir.core import scorecard as scorecards
from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    field_name,
    integer,
    invalid,
    is_list,
    is_object,
    is_text,
    optional_integer,
    text,
)
from mimir.core.instant import Instant
from mimir.core.keys import exact_keys, known_keys
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS, INTEGER_MAX, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import quote_json
from mimir.core.pricing.quote import Quote
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import Lane, Model

_KEYS_BEFORE: Final = ("lanes", "quotes", "remaining", "scorecards", "taken_at")
_KEYS: Final = (*_KEYS_BEFORE, "probes", "waits")

V = TypeVar("V")


class _Given(NamedTuple):
    """What is an argument of ``take``, and was read by no parser before."""

    lanes: dict[Lane, str]
    probes: frozenset[Lane]
    waits: dict[Lane, int]
    remaining: int | None
    taken_at: Instant


def to_json(snapshot: Snapshot) -> dict[str, Json]:
    """Write ``snapshot`` in the form that ``parse`` reads.

    >>> from mimir.core.instant import Instant
    >>> world = Snapshot(
    ...     quotes={}, lanes={}, remaining=5, taken_at=Instant("2026-01-31T00:00:00Z"))
    >>> parse(to_json(world)).unwrap() == world
    True
    """
    quotes = snapshot.quotes.items()
    return {
        "lanes": {str(lane): state for lane, state in snapshot.lanes.items()},
        "quotes": {str(model): {**quote_json.to_json(quote)} for model, quote in quotes},
        "remaining": snapshot.remaining,
        "scorecards": scorecards.to_json(snapshot.scorecards.values()),
        "taken_at": snapshot.taken_at.text,
        "probes": [*sorted(snapshot.probes)],
        "waits": {str(lane): wait for lane, wait in snapshot.waits.items()},
    }


def parse(raw: object) -> Outcome[Snapshot, InvalidField]:
    """Read what ``to_json`` wrote.

    :return: the snapshot, or ``InvalidField`` with code ``invalid_snapshot`` that names the field.

    >>> parse({"lanes": {}, "quotes": {}, "remaining": 5}).failure().field
    'scorecards'
    """
    if not is_object(raw):
        return Failure(invalid("snapshot", "", f"expected an object, got {excerpt(raw)}"))
    wrong = _wrong_keys(raw)
    if wrong is not None:
        return Failure(wrong)
    given, quotes = _given(raw), _quotes(raw.get("quotes"))
    if isinstance(given, InvalidField):
        return Failure(given)
    if isinstance(quotes, InvalidField):
        return Failure(quotes)
    cards = scorecards.parse(raw.get("scorecards"))
    if isinstance(cards, Failure):
        return Failure(_moved(cards.failure(), "scorecards"))
    return Success(
        Snapshot(
            quotes=quotes,
            lanes=given.lanes,
            remaining=given.remaining,
            taken_at=given.taken_at,
            scorecards={(card.task_class, card.model): card for card in cards.unwrap()},
            probes=given.probes,
            waits=given.waits,
        )
    )


def unreadable(snapshot: Snapshot) -> InvalidField | None:
    """Say what of ``snapshot`` ``parse`` would refuse, of that which no parser has read.

    Lanes, probes, waits, remaining budget and time are arguments of ``take``; quotes and scorecards
    were parsed.

    >>> from mimir.core.instant import Instant
    >>> unreadable(Snapshot(
    ...     quotes={}, lanes={}, remaining=2**63, taken_at=Instant("2026-01-31T00:00:00Z"))).field
    'remaining'
    """
    given = _given(
        {
            "lanes": {**snapshot.lanes},
            "remaining": snapshot.remaining,
            "taken_at": snapshot.taken_at.text,
            "probes": [*sorted(snapshot.probes)],
            "waits": {**snapshot.waits},
        }
    )
    return given if isinstance(given, InvalidField) else None


def _wrong_keys(raw: dict[object, object]) -> InvalidField | None:
    unknown = known_keys(raw, "snapshot", _KEYS)
    if unknown is not None:
        return unknown
    since = "probes" in raw or "waits" in raw
    return exact_keys(raw, "snapshot", _KEYS if since else _KEYS_BEFORE)


def _moved(error: InvalidField, path: str) -> InvalidField:
    return invalid("snapshot", f"{path}{error.field}".rstrip("."), error.message)


def _members(raw: object, path: str) -> dict[object, object] | InvalidField:
    if is_object(raw) and len(raw) <= CATALOG_MAX_ROWS:
        return raw
    message = f"expected an object of at most {CATALOG_MAX_ROWS} keys, got {excerpt(raw)}"
    return invalid("snapshot", path, message)


def _given(raw: dict[object, object]) -> _Given | InvalidField:
    lanes = _by_lane(raw.get("lanes"), "lanes", _state)
    if isinstance(lanes, InvalidField):
        return lanes
    probes = _probes(raw.get("probes", []))
    if isinstance(probes, InvalidField):
        return probes
    waits = _by_lane(raw.get("waits", {}), "waits", _wait)
    if isinstance(waits, InvalidField):
        return waits
    wanted = "expected integer or null"
    left = optional_integer(raw.get("remaining"), "snapshot", "remaining", -INTEGER_MAX, wanted)
    if isinstance(left, InvalidField):
        return left
    taken_at = instants.parse(raw.get("taken_at"), "taken_at")
    if isinstance(taken_at, Failure):
        return _moved(taken_at.failure(), "")
    return _Given(lanes, probes, waits, left, taken_at.unwrap())


def _by_lane(
    raw: object, path: str, read: Callable[[object], V | InvalidField]
) -> dict[Lane, V] | InvalidField:
    members = _members(raw, path)
    if isinstance(members, InvalidField):
        return members
    found: dict[Lane, V] = {}
    for key, item in members.items():
        lane, value = _lane(key, path), read(item)
        if isinstance(lane, InvalidField):
            return lane
        if isinstance(value, InvalidField):
            return _moved(value, f"{path}.{field_name(key)}")
        found[lane] = value
    return found


def _probes(raw: object) -> frozenset[Lane] | InvalidField:
    if not is_list(raw) or len(raw) > CATALOG_MAX_ROWS:
        message = f"expected a list of at most {CATALOG_MAX_ROWS} lanes, got {excerpt(raw)}"
        return invalid("snapshot", "probes", message)
    found: set[Lane] = set()
    for at, item in enumerate(raw):
        lane = _lane(item, f"probes[{at}]")
        if isinstance(lane, InvalidField):
            return lane
        if lane in found:
            return invalid("snapshot", f"probes[{at}]", "this lane stands earlier already")
        found.add(lane)
    return frozenset(found)


def _lane(raw: object, path: str) -> Lane | InvalidField:
    lane = "" if is_text(raw) and not raw else text(raw, "snapshot", path, ID_MAX_CHARS)
    return lane if isinstance(lane, InvalidField) else Lane(lane)


def _state(raw: object) -> str | InvalidField:
    return text(raw, "snapshot", "", NAME_MAX_CHARS)


def _wait(raw: object) -> int | InvalidField:
    return integer(raw, "snapshot", "", 0, "expected milliseconds, 0 or more")


def _quotes(raw: object) -> dict[Model, Quote] | InvalidField:
    members = _members(raw, "quotes")
    if isinstance(members, InvalidField):
        return members
    quotes: dict[Model, Quote] = {}
    for key, item in members.items():
        model = text(key, "snapshot", "quotes", ID_MAX_CHARS)
        if isinstance(model, InvalidField):
            return model
        quote = quote_json.parse(item, Model(model))
        if isinstance(quote, InvalidField):
            return _moved(quote, f"quotes.{field_name(key)}.")
        quotes[quote.model] = quote
    return quotes
