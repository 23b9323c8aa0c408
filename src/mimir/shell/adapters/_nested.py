"""Which of the calls that were reported stand inside another one.

Rules:
1. A span that holds a reported call, as its direct parent, is the same call told once more.
2. What is known of a span is forgotten when it ends. At most ``HOLDERS_MAX`` are kept, the oldest
   go first: a parent that is not recorded never ends here.
"""

from threading import RLock
from typing import Final, TypeAlias

SpanKey: TypeAlias = tuple[int, int]
"""The trace's id and the span's."""

HOLDERS_MAX: Final = 10_000
"""Open spans that are kept."""


class Nested:
    """The open spans that hold a reported call. Any thread may ask.

    >>> nested = Nested()
    >>> nested.ends((1, 3), (1, 2), is_call=True), nested.ends((1, 2), None, is_call=True)
    (True, False)
    """

    def __init__(self) -> None:
        """Start with none."""
        self._lock = RLock()
        self._holders: dict[SpanKey, None] = {}

    def ends(self, span: SpanKey | None, parent: SpanKey | None, *, is_call: bool) -> bool:
        """Tell whether the span that ends is a call, and holds no other one."""
        with self._lock:
            holds = span in self._holders
            if span is not None:
                self._holders.pop(span, None)
            if is_call and parent is not None:
                self._holders[parent] = None
                if len(self._holders) > HOLDERS_MAX:
                    del self._holders[next(iter(self._holders))]
        return is_call and not holds
