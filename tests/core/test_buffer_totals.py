"""The totals of an event buffer."""

from mimir.core.buffer_totals import BufferTotals, EventTotals, RequestTotals


def test_what_nobody_will_see_is_what_was_dropped_or_went_with_its_request() -> None:
    totals = EventTotals(appended=63, taken=1, dropped=2, expired=4, evicted=8, buffered=48)
    assert totals.lost == 2 + 4 + 8
    assert totals.appended == totals.taken + totals.lost + totals.buffered


def test_a_buffer_begins_with_nothing_counted() -> None:
    assert BufferTotals() == BufferTotals(events=EventTotals(), requests=RequestTotals(), bytes=0)
    assert EventTotals().lost == 0
