"""Stored bytes back to the values that were decided on."""

from collections.abc import Callable

import pytest

from mimir.core.canonical import Sealed, digest
from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.inputs import Inputs
from mimir.core.instant import Instant
from mimir.core.outcome import Outcome, Success
from mimir.core.policy import Policy
from mimir.core.record import stored_inputs
from mimir.core.record.seal import seal_inputs
from mimir.core.record.stored_inputs import DamagedInput
from mimir.core.snapshot import Snapshot

INPUTS = Inputs(
    Descriptor(
        task_class="chat",
        budget_ceiling_microdollars=5,
        latency_tolerance_ms=9,
        quality_bar=9_500,
    ),
    Catalog(()),
    Policy(unpriced="exclude"),
    Snapshot(quotes={}, lanes={}, remaining=7, taken_at=Instant("2026-01-31T00:00:00Z")),
)
READERS: list[tuple[str, Callable[[Sealed], Outcome[object, DamagedInput]]]] = [
    ("descriptor", stored_inputs.descriptor),
    ("catalog", stored_inputs.catalog),
    ("policy", stored_inputs.policy),
    ("snapshot", stored_inputs.snapshot),
    ("ranker", stored_inputs.ranker),
]


def test_what_was_sealed_reads_back() -> None:
    descriptor, catalog, policy, snapshot, ranker = seal_inputs(INPUTS).unwrap().contents
    assert stored_inputs.descriptor(descriptor) == Success(INPUTS.descriptor)
    assert stored_inputs.catalog(catalog) == Success(INPUTS.catalog)
    assert stored_inputs.policy(policy) == Success(INPUTS.policy)
    assert stored_inputs.snapshot(snapshot) == Success(INPUTS.snapshot)
    assert stored_inputs.ranker(ranker) == Success(INPUTS.ranker)


@pytest.mark.parametrize(("kind", "read"), READERS)
def test_other_bytes_are_refused_before_they_are_read(
    kind: str, read: Callable[[Sealed], Outcome[object, DamagedInput]]
) -> None:
    refused = read(Sealed(digest(b"{}"), b"{ ")).failure()
    assert (refused.kind, refused.digest) == (kind, digest(b"{}"))
    assert refused.message.startswith(f"{kind} sha256:44136f")
    assert "does not match" in refused.message


@pytest.mark.parametrize(("kind", "read"), READERS)
def test_what_is_no_such_input_is_refused(
    kind: str, read: Callable[[Sealed], Outcome[object, DamagedInput]]
) -> None:
    refused = read(Sealed(digest(b"7"), b"7")).failure()
    assert (refused.kind, refused.code) == (kind, "damaged_input")
    assert refused.problem.endswith("got 7")
