"""The route log: who asked, which step, how it ended, with the decision record.

Rules:
1. A placed step and one without a candidate are both ``success``: the oracle answered.
2. A grant that failed is ``error`` with class ``grant_failed``; its detail is scrubbed and bounded.
3. The decision record is a JSON object of plain data, copied in.
4. The first event of a log is the ``routing_decision``, number 1, with the record. What a buffer
   kept of the same request follows it, numbered on; no time is before the decision's.
5. What is written is kept, so it is scrubbed: the texts and keys of every event (deviation D28).
"""

import json
from typing import ClassVar, Final, Literal, TypeAlias

from attrs import frozen

from mimir.core.event import Event
from mimir.core.event import to_json as event_to_json
from mimir.core.fields import InvalidField, Json, excerpt, invalid, is_text, optional_text
from mimir.core.limits import ERROR_TEXT_MAX_CHARS, ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.plain import NotPlain, plain_object
from mimir.core.redaction.text import scrub
from mimir.core.redaction.walk import scrub_object

EVENT_TYPE: Final = "routing_decision"
"""The type of the first event that a route log holds."""

LANE: Final = "router"
"""The lane of every route log: the router itself, not the lane that was chosen."""


@frozen
class Caller:
    """Who asked: the id of the caller's key (never the key) and, where known, the tenant's."""

    id: str | None
    tenant_id: str | None = None


@frozen
class Correlation:
    """The step that was asked for; any id may be unknown."""

    workflow_id: str | None = None
    step_id: str | None = None
    parent_step_id: str | None = None


@frozen
class GrantFailed:
    """The step was placed, but no key could be minted for it; ``reason`` says why."""

    reason: str

    error_class: ClassVar[Literal["grant_failed"]] = "grant_failed"


LogOutcome: TypeAlias = Literal["placed", "no_candidate"] | GrantFailed
"""How a routed request ended."""


@frozen
class RouteLog:
    """One routed request; make it with ``route_log``, which checks."""

    request_id: str
    caller: Caller
    correlation: Correlation
    outcome: LogOutcome
    decision_record: dict[str, Json]


def route_log(
    request_id: str,
    caller: Caller,
    correlation: Correlation,
    outcome: LogOutcome,
    decision_record: object,
) -> Outcome[RouteLog, InvalidField]:
    """Make a route log; ids are at most 512 characters, and the record is copied.

    :return: the log, or ``InvalidField`` with code ``invalid_route_log``: an id past its bound, or
        a record that is no object of plain JSON data.

    >>> route_log("req_route_1", Caller("k1"), Correlation(), "placed", []).failure().message
    'expected an object, got a list of 0 items'
    """
    if not is_text(request_id):
        message = f"expected string, got {excerpt(request_id)}"
        return Failure(invalid("route_log", "request_id", message))
    ids = {
        "request_id": request_id,
        "caller.id": caller.id,
        "caller.tenant_id": caller.tenant_id,
        "workflow_id": correlation.workflow_id,
        "step_id": correlation.step_id,
        "parent_step_id": correlation.parent_step_id,
    }
    for name, value in ids.items():
        if isinstance(read := optional_text(value, "route_log", name, ID_MAX_CHARS), InvalidField):
            return Failure(read)
    record = plain_object(decision_record)
    if isinstance(record, NotPlain):
        return Failure(invalid("route_log", f"decision_record{record.path}", record.message))
    return Success(RouteLog(request_id, caller, correlation, outcome, record))


def to_meta(log: RouteLog, ts: int, events: tuple[Event, ...] = ()) -> dict[str, Json]:
    """Write the request-log object of ``log``.

    :param ts: the time of the decision, in nanoseconds since 1970-01-01 UTC.
    :param events: what was taken of the buffer for the same request, in order.

    >>> log = RouteLog("r1", Caller("k1"), Correlation(), GrantFailed("expired"), {})
    >>> [to_meta(log, 42)[key] for key in ("status", "error_class", "error_detail")]
    ['error', 'grant_failed', 'expired']
    """
    decision = Event(1, ts, EVENT_TYPE, _kept_record(log.decision_record))
    followed = enumerate(events, 2)
    failed = log.outcome if isinstance(log.outcome, GrantFailed) else None
    return {
        "request_id": log.request_id,
        "virtual_key_id": log.caller.id,
        "tenant_id": log.caller.tenant_id,
        "workflow_id": log.correlation.workflow_id,
        "step_id": log.correlation.step_id,
        "parent_step_id": log.correlation.parent_step_id,
        "lane": LANE,
        "status": "error" if failed else "success",
        "error_class": failed.error_class if failed else None,
        "error_detail": scrub(failed.reason)[:ERROR_TEXT_MAX_CHARS] if failed else None,
        "gen_ai_events": [
            event_to_json(decision),
            *(_kept(Event(seq, max(ts, event.ts), *event[2:])) for seq, event in followed),
        ],
    }


def _kept(event: Event) -> dict[str, Json]:
    """Write an event, scrubbed; of a payload that is plain and bounded nothing is left out."""
    gen_ai, _ = scrub_object(dict(event.gen_ai.items()))
    return event_to_json(event._replace(type=scrub(event.type), gen_ai={**gen_ai}))


def _kept_record(record: dict[str, Json]) -> dict[str, Json]:
    """Scrub a record; the text of one that is too large for a walk, so that it stays whole."""
    scrubbed, left_out = scrub_object(dict(record.items()))
    if left_out is None or left_out.problem != "size":
        return {**scrubbed}
    read: dict[str, Json] = json.loads(scrub(json.dumps(record)))
    return read
