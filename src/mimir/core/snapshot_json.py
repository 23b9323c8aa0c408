"""A snapshot as JSON, and back: everything in it that a decision depends on.

Rules:
1. Quotes stand by model and lanes by name; scorecards are a list, sorted by task class and model.
2. Why a model could not be quoted is left out: it decides nothing.
3. Every key is required, an unknown one is refused by its name.
4. A lane may have no name: that of a completion whose model has no provider is empty.
"""

from typing import Final

from mimir.core import instant as instants
from mimir.core import scorecard as scorecards
from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    field_name,
    integer,
    invalid,
    is_object,
    text,
)
from mimir.core.keys import exact_keys
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS, INTEGER_MAX, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import quote_json
from mimir.core.pricing.quote import Quote
from mimir.core.snapshot import Snapshot
from mimir.core.vocabulary import Lane, Model

_KEYS: Final = ("lanes", "quotes", "remaining", "scorecards", "taken_at")


def to_json(snapshot: Snapshot) -> dict[str, Json]:
    """Write ``snapshot`` in the form that ``parse`` reads.

    >>> from mimir.core.instant import Instant
    >>> world = Snapshot(
    ...     quotes={}, lanes={}, remaining=5, taken_at=Instant("2026-01-31T00:00:00Z"))
    >>> parse(to_json(world)).unwrap() == world
    True
    """
    quotes, lanes = snapshot.quotes.items(), snapshot.lanes.items()
    return {
        "lanes": {str(lane): state for lane, state in lanes},
        "quotes": {str(model): {**quote_json.to_json(quote)} for model, quote in quotes},
        "remaining": snapshot.remaining,
        "scorecards": scorecards.to_json(snapshot.scorecards.values()),
        "taken_at": snapshot.taken_at.text,
    }


def parse(raw: object) -> Outcome[Snapshot, InvalidField]:
    """Read what ``to_json`` wrote.

    :return: the snapshot, or ``InvalidField`` with code ``invalid_snapshot`` that names the field.

    >>> parse({"lanes": {}, "quotes": {}, "remaining": 5}).failure().field
    'scorecards'
    """
    if not is_object(raw):
        return Failure(invalid("snapshot", "", f"expected an object, got {excerpt(raw)}"))
    wrong = exact_keys(raw, "snapshot", _KEYS)
    if wrong is not None:
        return Failure(wrong)
    lanes, quotes = _lanes(raw.get("lanes")), _quotes(raw.get("quotes"))
    if isinstance(lanes, InvalidField):
        return Failure(lanes)
    if isinstance(quotes, InvalidField):
        return Failure(quotes)
    remaining = _remaining(raw.get("remaining"))
    if isinstance(remaining, InvalidField):
        return Failure(remaining)
    cards = scorecards.parse(raw.get("scorecards"))
    if isinstance(cards, Failure):
        return Failure(_moved(cards.failure(), "scorecards"))
    taken_at = instants.parse(raw.get("taken_at"), "taken_at")
    if isinstance(taken_at, Failure):
        return Failure(_moved(taken_at.failure(), ""))
    return Success(
        Snapshot(
            quotes=quotes,
            lanes=lanes,
            remaining=remaining,
            taken_at=taken_at.unwrap(),
            scorecards={(card.task_class, card.model): card for card in cards.unwrap()},
        )
    )


def unreadable(snapshot: Snapshot) -> InvalidField | None:
    """Say what of ``snapshot`` ``parse`` would refuse, of that which no parser has read.

    Lanes, remaining budget and time are arguments of ``take``; quotes and scorecards were parsed.

    >>> from mimir.core.instant import Instant
    >>> unreadable(Snapshot(
    ...     quotes={}, lanes={}, remaining=2**63, taken_at=Instant("2026-01-31T00:00:00Z"))).field
    'remaining'
    """
    lanes = _lanes({**snapshot.lanes})
    if isinstance(lanes, InvalidField):
        return lanes
    remaining = _remaining(snapshot.remaining)
    if isinstance(remaining, InvalidField):
        return remaining
    taken_at = instants.parse(snapshot.taken_at.text, "taken_at")
    return _moved(taken_at.failure(), "") if isinstance(taken_at, Failure) else None


def _moved(error: InvalidField, path: str) -> InvalidField:
    return invalid("snapshot", f"{path}{error.field}".rstrip("."), error.message)


def _remaining(raw: object) -> int | None | InvalidField:
    if raw is None:
        return None
    return integer(raw, "snapshot", "remaining", -INTEGER_MAX, "expected integer or null")


def _members(raw: object, path: str) -> dict[object, object] | InvalidField:
    if is_object(raw) and len(raw) <= CATALOG_MAX_ROWS:
        return raw
    message = f"expected an object of at most {CATALOG_MAX_ROWS} keys, got {excerpt(raw)}"
    return invalid("snapshot", path, message)


def _lanes(raw: object) -> dict[Lane, str] | InvalidField:
    members = _members(raw, "lanes")
    if isinstance(members, InvalidField):
        return members
    lanes: dict[Lane, str] = {}
    for key, item in members.items():
        lane = "" if key == "" else text(key, "snapshot", "lanes", ID_MAX_CHARS)
        if isinstance(lane, InvalidField):
            return lane
        state = text(item, "snapshot", "", NAME_MAX_CHARS)
        if isinstance(state, InvalidField):
            return _moved(state, f"lanes.{field_name(key)}")
        lanes[Lane(lane)] = state
    return lanes


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
