"""The clocks, read in one place.

Rules:
1. Durations and expiry are measured by the monotonic clock, in nanoseconds.
2. Instants are UTC, written as RFC 3339 with microseconds and ``Z``.
"""

import time
from datetime import UTC, datetime
from typing import Final


def utc_now() -> str:
    """Return the present instant.

    >>> utc_now().endswith("Z")
    True
    """
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


monotonic_ns: Final = time.monotonic_ns
"""Nanoseconds that never run backwards, from an arbitrary start."""


def unix_ns() -> int:
    """Return nanoseconds since 1970-01-01 UTC."""
    return time.time_ns()
