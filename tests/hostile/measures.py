"""How long a call takes and how much it holds: the only place of the tests that looks at a clock.

Rules:
1. Time is the processor's, the best of three; the first that is short enough is good enough.
   Nothing in a parser waits: what could, a file, has tests of its own.
2. A slow machine is given more: as much more as a loop of known work takes beside the call.
3. Memory is measured in a call of its own: what measures it makes the call several times slower.
4. The value is made before either measure begins.
"""

import time
import tracemalloc
from collections.abc import Callable
from typing import Any, Final

LOOP_MS: Final = 0.3
"""What the calibration loop takes on the machine that the limits were set on."""

_MB: Final = 1_000_000


def loop_ms() -> float:
    """Return what the calibration loop takes here and now: the best of five."""
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        total = 0
        for number in range(5_000):
            total += number * number % 7
        best = min(best, (time.process_time() - began) * 1_000)
    return best


def allowed_ms(limit: float) -> float:
    """Return what ``limit`` milliseconds are on this machine."""
    return limit * max(1.0, loop_ms() / LOOP_MS)


def timed(make: Callable[[], Any], call: Callable[[Any], Any], limit: float) -> tuple[Any, float]:
    """Call ``call`` with a fresh value; return what came back, and the calibrated milliseconds."""
    best, answer = float("inf"), None
    for _ in range(3):
        value = make()
        began = time.process_time()
        answer = call(value)
        took = (time.process_time() - began) * 1_000
        best = min(best, took * limit / allowed_ms(limit))
        if best <= limit:
            break
    return answer, best


def peak_mb(make: Callable[[], Any], call: Callable[[Any], Any]) -> float:
    """Return the most megabytes that ``call`` held at a time beside its argument."""
    value = make()
    tracemalloc.start()
    try:
        call(value)
        return tracemalloc.get_traced_memory()[1] / _MB
    finally:
        tracemalloc.stop()
