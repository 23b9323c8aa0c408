"""The envelope of a turn event."""

import json

from hypothesis import given

from mimir.core.event import Event, to_json
from mimir.testing.events import events


def test_an_event_is_written_with_its_four_fields_in_order() -> None:
    written = to_json(Event(3, 42, "usage", {"gen_ai.usage.input_tokens": 7}))
    assert list(written.items()) == [
        ("seq", 3),
        ("ts", 42),
        ("type", "usage"),
        ("gen_ai", {"gen_ai.usage.input_tokens": 7}),
    ]


@given(events())
def test_an_event_survives_json(event: Event) -> None:
    read = json.loads(json.dumps(to_json(event)))
    assert Event(**read) == event
