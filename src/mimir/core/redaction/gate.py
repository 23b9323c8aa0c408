"""The gate: whether payloads are kept at all, and never unscrubbed.

Rules:
1. Without capture nothing is kept.
2. With capture everything that is kept is scrubbed.
3. A payload that is no object is not kept: it is ``None``, as in the reference.
4. A payload that is cyclic, too deep or too large is an error, not a part of itself.
"""

from typing import ClassVar, Literal, TypeAlias

from attrs import frozen

from mimir.core.limits import DEPTH_MAX
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.redaction.rules import DEFAULT_RULES, Rules
from mimir.core.redaction.walk import NODES_MAX, Scrubbed, is_object, scrub_whole


@frozen
class Payloads:
    """What is kept of a call's request and response."""

    request: dict[str, Scrubbed] | None = None
    response: dict[str, Scrubbed] | None = None


@frozen
class PayloadTooDeep:
    """A payload that is cyclic, too deep or too large to be kept: the caller is at fault."""

    code: ClassVar[Literal["payload_too_deep"]] = "payload_too_deep"
    payload: Literal["request", "response"]

    @property
    def message(self) -> str:
        """Which payload, and the bounds."""
        return f"{self.payload}: cyclic, deeper than {DEPTH_MAX} levels or over {NODES_MAX} values"


RedactionError: TypeAlias = PayloadTooDeep


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
    value: object, payload: Literal["request", "response"], rules: Rules
) -> dict[str, Scrubbed] | None | PayloadTooDeep:
    if not is_object(value):
        return None
    scrubbed, whole = scrub_whole(value, rules)
    return scrubbed if whole and type(scrubbed) is dict else PayloadTooDeep(payload)
