"""The gate: whether payloads are kept at all, and never unscrubbed.

Rules:
1. Without capture nothing is kept, and nothing is looked at.
2. With capture everything that is kept is scrubbed.
3. A payload that is no object is not kept: it is ``None``, as in the reference.
4. A payload that contains itself, is too deep or too large is an error, not a part of itself.
"""

from typing import ClassVar, Final, Literal, TypeAlias

from attrs import frozen

from mimir.core.limits import DEPTH_MAX
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.redaction.rules import DEFAULT_RULES, Rules
from mimir.core.redaction.walk import (
    CHARS_PER_WORK,
    WORK_MAX,
    Problem,
    Scrubbed,
    is_object,
    scrub_object,
)

_Side: TypeAlias = Literal["request", "response"]

_WHY: Final[dict[Problem, str]] = {
    "cycle": "contains itself",
    "depth": f"deeper than {DEPTH_MAX} levels",
    "size": f"more than {WORK_MAX} values, {CHARS_PER_WORK} characters counting as one",
}


@frozen
class Payloads:
    """What is kept of a call's request and response.

    >>> Payloads().request is None
    True
    """

    request: dict[str, Scrubbed] | None = None
    response: dict[str, Scrubbed] | None = None


@frozen
class PayloadTooDeep:
    """A payload that contains itself, is too deep or too large to be kept: the caller is at fault.

    ``path`` is the first place that could not be kept, such as ``.messages[0]``: scrubbed, at most
    256 characters, empty for the payload itself.

    >>> PayloadTooDeep("request", "cycle", ".messages[0]").message
    'request.messages[0]: contains itself'
    """

    code: ClassVar[Literal["payload_too_deep"]] = "payload_too_deep"
    payload: _Side
    problem: Problem = "depth"
    path: str = ""

    @property
    def message(self) -> str:
        """Which payload, where in it, and why."""
        return f"{self.payload}{self.path}: {_WHY[self.problem]}"


RedactionError: TypeAlias = PayloadTooDeep
"""Everything that ``redact`` can refuse a payload with."""


def redact(
    request: object, response: object, *, capture: bool, rules: Rules = DEFAULT_RULES
) -> Outcome[Payloads, RedactionError]:
    """Keep what may be kept of a call.

    :return: the payloads, or ``PayloadTooDeep`` naming the one that cannot be kept.

    >>> redact({"key": "sk-" + "a1" * 24}, None, capture=True).unwrap()
    Payloads(request={'key': '[REDACTED]'}, response=None)
    >>> redact({"a": 1}, {"b": 2}, capture=False).unwrap()
    Payloads(request=None, response=None)
    """
    if not capture:
        return Success(Payloads())
    asked = _kept(request, "request", rules)
    if isinstance(asked, PayloadTooDeep):
        return Failure(asked)
    answered = _kept(response, "response", rules)
    if isinstance(answered, PayloadTooDeep):
        return Failure(answered)
    return Success(Payloads(asked, answered))


def _kept(
    value: object, payload: _Side, rules: Rules
) -> dict[str, Scrubbed] | None | PayloadTooDeep:
    if not is_object(value):
        return None
    scrubbed, left_out = scrub_object(value, rules)
    if left_out is not None:
        return PayloadTooDeep(payload, left_out.problem, left_out.path)
    return scrubbed
