"""Documents that parsers read, for the tests that spoil them."""

from typing import Final

DESCRIPTOR: Final = {
    "task_class": "chat",
    "budget_ceiling_microdollars": 1_000,
    "latency_tolerance_ms": 2_000,
    "capabilities": ["tools"],
    "runtime_preference": "any",
    "expected_tokens": {"in": 1, "out": 2},
    "agent": {"digest": "sha256:0", "name": "n", "version": "v"},
    "max_outcome_iterations": 3,
}
