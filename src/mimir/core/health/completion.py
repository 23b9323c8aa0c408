"""A completion: how one call ended, as health sees it.

Rules:
1. ``outcome`` is ``ok`` for a success; any other word is a failure.
2. A completion names its lane. Where it does not, the lane is the model up to its first colon, or
   the whole model where there is none (deviation D11).
3. A time is monotonic nanoseconds, and an argument: no clock is read here.
4. ``started_at`` and ``retry_after`` may say too much or too little: what cannot be read of them is
   not there, since no failure may be lost for a header. A Retry-After below 0 is none, one past any
   bound is the largest, a part of a second is a whole one.
"""

from math import inf
from typing import Final, TypeGuard

from attrs import frozen

from mimir.core.fields import (
    InvalidField,
    excerpt,
    invalid,
    is_integer,
    is_object,
    is_text,
    members,
    optional_text,
)
from mimir.core.health.failure import FailureClass, class_of
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.texts import is_unicode
from mimir.core.vocabulary import Lane, Model, split_provider

OK: Final = "ok"
"""The outcome of a success."""

CANCELLED: Final = "cancelled"
"""The outcome of a call that its caller gave up: it counts against nobody, and ends a lease."""

_DIGITS_MAX: Final = 32


@frozen(kw_only=True)
class Completion:
    """How one call ended. ``at`` and ``started_at`` are monotonic nanoseconds, of one clock.

    ``failure_class`` is a word of the table in ``failure``, or an HTTP status in digits;
    ``retry_after`` is whole seconds, as the header of that name has them.
    """

    lane: Lane
    outcome: str
    at: int
    model: Model | None = None
    failure_class: str | None = None
    started_at: int | None = None
    retry_after: int | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the call succeeded."""
        return self.outcome == OK

    @property
    def counts_as(self) -> FailureClass | None:
        """What the failure says about the lane; ``None`` of a success."""
        return None if self.outcome == OK else class_of(self.failure_class, self.outcome)


def lane_of(model: str) -> Lane:
    """Return the lane of a model that names none: its provider, or the whole of it.

    >>> lane_of("openai:gpt-4o"), lane_of("gpt-4o")
    ('openai', 'gpt-4o')
    """
    provider, model_id = split_provider(model)
    return Lane(model_id if provider is None else provider)


def is_lane(value: object) -> TypeGuard[Lane]:
    """Tell whether ``value`` can be a lane: text of at most 512 characters, empty too.

    >>> is_lane(""), is_lane("\\ud800"), is_lane("x" * 513)
    (True, False, False)
    """
    return is_text(value) and len(value) <= ID_MAX_CHARS and is_unicode(value)


def is_sound(value: object) -> TypeGuard[Completion]:
    """Tell whether ``value`` is a completion whose parts are what the parser would let in.

    The class checks nothing, and what is sent through a signal was typed by nobody.

    >>> is_sound(Completion(lane=Lane("a"), outcome="ok", at=0)), is_sound({"outcome": "ok"})
    (True, False)
    """
    if type(value) is not Completion:
        return False
    try:
        return (
            is_lane(value.lane)
            and is_text(value.outcome)
            and (value.failure_class is None or is_text(value.failure_class))
            and (value.started_at is None or type(value.started_at) is int)
            and (value.retry_after is None or type(value.retry_after) is int)
        )
    except AttributeError:  # made without its constructor
        return False


def parse(raw: object, at: int) -> Outcome[Completion, InvalidField]:
    """Read a completion from the metadata of an event: ``outcome``, and ``lane`` or ``model``; and
    where they are there ``failure_class``, ``started_at`` and ``retry_after`` in seconds.

    :param at: when it was seen, in monotonic nanoseconds.
    :return: the completion, or ``InvalidField`` with code ``invalid_completion``.

    >>> parse({"model": "openai:gpt-4o", "outcome": "timeout"}, at=5).unwrap().lane
    'openai'
    >>> parse({"outcome": "ok"}, at=5).failure().field
    'model'
    """
    if not is_object(raw):
        return Failure(invalid("completion", "", f"expected an object, got {excerpt(raw)}"))
    fields = members(raw)
    if isinstance(model := _text(fields, "model", ID_MAX_CHARS), InvalidField):
        return Failure(model)
    if isinstance(lane := _text(fields, "lane", ID_MAX_CHARS), InvalidField):
        return Failure(lane)
    if isinstance(outcome := _text(fields, "outcome", NAME_MAX_CHARS), InvalidField):
        return Failure(outcome)
    if isinstance(failure := _failure(fields), InvalidField):
        return Failure(failure)
    if outcome is None:
        return Failure(invalid("completion", "outcome", "required string, got null"))
    if model is None and lane is None:
        return Failure(invalid("completion", "model", "required where no lane is named"))
    return Success(
        Completion(
            lane=lane_of(model or "") if lane is None else Lane(lane),
            outcome=outcome,
            at=at,
            model=None if model is None else Model(model),
            failure_class=failure,
            started_at=_start(fields.get("started_at")),
            retry_after=seconds(fields.get("retry_after")),
        )
    )


def seconds(raw: object) -> int | None:
    """Read a Retry-After in seconds: a number, or its digits; ``None`` is what is none.

    >>> seconds(1.2), seconds("30"), seconds(-5), seconds(float("nan")), seconds("soon")
    (2, 30, None, None, None)
    """
    if is_text(raw) and len(raw) <= _DIGITS_MAX and raw.isascii() and raw.isdecimal():
        return min(int(raw), INTEGER_MAX)
    if type(raw) is float:
        return min(-int(-raw // 1), INTEGER_MAX) if 0 <= raw < inf else None
    return min(raw, INTEGER_MAX) if type(raw) is int and raw >= 0 else None


def _failure(fields: dict[str, object]) -> str | None | InvalidField:
    """Read what is stated of a failure: a word, or an HTTP status as text or as a number."""
    stated = fields.get("failure_class")
    return str(stated) if is_integer(stated) else _text(fields, "failure_class", NAME_MAX_CHARS)


def _start(raw: object) -> int | None:
    return raw if is_integer(raw) else None


def _text(fields: dict[str, object], name: str, limit: int) -> str | None | InvalidField:
    return optional_text(fields.get(name), "completion", name, limit)
