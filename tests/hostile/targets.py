"""What each target is: the public function that is handed a hostile value, and its outcome.

Rules:
1. A surface takes the value as it comes and gives an ``Outcome``; whatever it raises is a fault.
2. What never fails, such as ``scrub``, is a ``Success`` of what it returned.
3. A scenario checks what it is about and fails the test itself.
"""

import builtins
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from loader import ROW, Scenario

from mimir import (
    Lane,
    Model,
    parse_completion,
    parse_descriptor,
    parse_policy,
    parse_rates_config,
    parse_record,
    parse_usage,
    read_json,
    redact,
    resolve,
    scrub,
)
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.redaction.walk import scrub_data
from mimir.core.route import response
from mimir.shell.events import EventBuffer
from mimir.shell.health import LANES_MAX, LaneHealth
from mimir.shell.price_refresh import compacted
from mimir.shell.price_sources import RawList
from mimir.shell.prices import TABLE_FILE, load_from

Surface = Callable[[Any], Outcome[Any, Any]]

HOUR_NS: Final = 3_600 * 1_000_000_000


def descriptor_text(value: Any) -> Outcome[Any, Any]:
    read = read_json(value)
    return read if isinstance(read, Failure) else parse_descriptor(read.unwrap())


def wire_response(value: Any) -> Outcome[Any, Any]:
    body = value["body"] if "body" in value else value["text"].encode("utf-8", "surrogatepass")
    return response.read(value["status"], value["headers"], body)


def price_list(value: Any) -> Outcome[Any, Any]:
    content = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return compacted(RawList("hostile", "0", "unstated", content), "2026-01-31")


def price_table(value: bytes) -> Outcome[Any, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / TABLE_FILE
        path.write_bytes(value)
        return load_from(path)


def redaction(value: Any) -> Outcome[Any, Any]:
    return Success(scrub(value)) if type(value) is str else redact(value, None, capture=True)


def scrubbed(value: Any) -> Outcome[Any, Any]:
    return Success(scrub_data(value))


def turn_event(value: Any) -> Outcome[Any, Any]:
    if isinstance(value, Scenario):
        return _SCENARIOS[value.name](*value.arguments)
    buffer = EventBuffer()
    stored = buffer.append(*value)
    buffer.take(value[0])
    return stored


def health_lane(value: Any) -> Outcome[Any, Any]:
    if isinstance(value, Scenario):
        return _SCENARIOS[value.name](*value.arguments)
    health = LaneHealth()
    health.attach()
    parsed = parse_completion({"lane": value, "outcome": "error"}, at=0)
    if isinstance(parsed, Failure):
        return parsed
    health.observe(parsed.unwrap())
    return health.hold(value, "maintenance")


def catalog_resolver(what: str) -> Outcome[Any, Any]:
    """Resolve one row with a resolver that does what ``what`` says."""
    raises = re.search(r"raises (\w+)", what)

    def resolver(_model: Model) -> object:
        if raises is not None:
            raise getattr(builtins, raises[1], RuntimeError)(what)
        if "sleep" in what:
            time.sleep(0.001)
        return what

    try:
        return resolve([ROW], resolver)
    except (KeyboardInterrupt, SystemExit, GeneratorExit) as stop:
        return Success(type(stop))  # what stops a program passes, and is no failure of a row


def many_ids(count: int = 100_000) -> Outcome[Any, Any]:
    buffer = EventBuffer()
    for number in range(count):
        buffer.append(f"r{number}", "t", {})
    totals = buffer.totals()
    assert totals.requests.begun == count
    assert totals.requests.living <= 10_000
    return Success(totals)


def many_events(count: int = 100_000) -> Outcome[Any, Any]:
    buffer = EventBuffer()
    last: Outcome[Any, Any] = Success(None)
    for _ in range(count):
        last = buffer.append("r", "t", {})
    kept = buffer.take("r")
    assert len(kept.events) == min(count, 256)
    assert kept.dropped == max(0, count - 256)
    return Success(last)


def many_lanes(count: int = 100_000) -> Outcome[Any, Any]:
    health = LaneHealth()
    for number in range(count):
        health.record_failure(Lane(f"l{number}"))
    kept = health.all()
    assert len(kept) == min(count, LANES_MAX)
    assert health.ignored == count - len(kept)
    return Success(len(kept))


def mutate_after_append() -> Outcome[Any, Any]:
    buffer, given = EventBuffer(), {"a": {"b": 1}}
    stored = buffer.append("r", "t", given)
    given["a"]["b"] = 2
    given["c"] = {}
    assert buffer.take("r").events[0].gen_ai == {"a": {"b": 1}}
    return stored


def clock_jumps_back() -> Outcome[Any, Any]:
    wall = [2 * HOUR_NS]
    buffer = EventBuffer(now=lambda: 0, unix_now=lambda: wall[0])
    buffer.append("r", "t", {})
    wall[0] -= HOUR_NS
    stored = buffer.append("r", "t", {})
    taken = buffer.take("r")
    assert [event.seq for event in taken.events] == [1, 2]
    assert taken.dropped == 0
    return stored


_SCENARIOS: Final[dict[str, Callable[..., Outcome[Any, Any]]]] = {
    made.__name__: made
    for made in (many_ids, many_events, many_lanes, mutate_after_append, clock_jumps_back)
}

TARGETS: Final[dict[str, tuple[Surface, ...]]] = {
    "descriptor": (parse_descriptor,),
    "descriptor_text": (descriptor_text,),
    "catalog": (resolve,),
    "catalog_resolver": (catalog_resolver,),
    "policy": (parse_policy,),
    "usage": (lambda value: parse_usage(value, extra="ignore"),),
    "rate": (parse_rates_config,),
    "pricing_db_text": (price_list,),
    "pricing_db_bytes": (price_table,),
    "wire_response": (wire_response,),
    "record": (parse_record,),
    "redact": (redaction, scrubbed),
    "turn_event": (turn_event,),
    "health_lane": (health_lane,),
}
"""The public functions of each target; every one of them has to do what is expected."""
