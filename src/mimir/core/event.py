"""The envelope of a turn event: the one shape that buffer and route log share.

Rules:
1. ``seq`` counts from 1 within one request; ``ts`` is nanoseconds since 1970-01-01 UTC and never
   decreases in the order of ``seq``.
2. ``type`` is text; ``gen_ai`` is a JSON object whose keys are OpenTelemetry's ``gen_ai.*`` names.
3. Whatever shows an event as JSON writes it by ``to_json``.
"""

from typing import NamedTuple

from mimir.core.fields import Json


class Event(NamedTuple):
    """One ordered event of one request."""

    seq: int
    ts: int
    type: str
    gen_ai: dict[str, Json]


def to_json(event: Event) -> dict[str, Json]:
    """Write ``event`` as plain JSON data.

    >>> to_json(Event(1, 42, "usage", {"gen_ai.usage.input_tokens": 7}))
    {'seq': 1, 'ts': 42, 'type': 'usage', 'gen_ai': {'gen_ai.usage.input_tokens': 7}}
    """
    return {"seq": event.seq, "ts": event.ts, "type": event.type, "gen_ai": event.gen_ai}
