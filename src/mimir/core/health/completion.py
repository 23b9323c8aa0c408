"""A completion: how one call ended, as health sees it.

Rules:
1. ``outcome`` is ``ok`` for a success; any other word is a failure.
2. A completion names its lane. Where it does not, the lane is the model up to its first colon, or
   the whole model where there is none (deviation D11).
3. A time is monotonic nanoseconds, and an argument: no clock is read here.
4. ``started_at`` and ``retry_after`` may say too much or too little: what cannot be read of them is
   not there, since no failure may be lost for a header. A Retry-After below 0 is none, a part of a
   second is a whole one.
"""

from typing import Final

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
from mimir.core.vocabulary import Lane, Model, split_provider

OK: Final = "ok"
"""The outcome of a success."""

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
    if isinstance(failure := _text(fields, "failure_class", NAME_MAX_CHARS), InvalidField):
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
        return -int(-raw // 1) if 0 <= raw <= INTEGER_MAX else None
    return raw if is_integer(raw) and raw >= 0 else None


def _start(raw: object) -> int | None:
    return raw if is_integer(raw) else None


def _text(fields: dict[str, object], name: str, limit: int) -> str | None | InvalidField:
    return optional_text(fields.get(name), "completion", name, limit)
