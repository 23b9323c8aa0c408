"""Reading stored inputs back: bytes to the values that were decided on.

Rules:
1. Bytes that don't match their digest are refused before anything of them is read.
2. What was digested is read by the parser of its kind; a spec is no part of what is stored.
"""

from typing import ClassVar, Literal, TypeAlias

from attrs import frozen

from mimir.core import catalog as catalogs
from mimir.core import descriptor as descriptors
from mimir.core import policy as policies
from mimir.core import ranker as rankers
from mimir.core import snapshot_json as snapshots
from mimir.core.canonical import Sealed, read
from mimir.core.catalog import Catalog
from mimir.core.descriptor import Descriptor
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import Policy
from mimir.core.ranker import Ranker
from mimir.core.snapshot import Snapshot

InputKind: TypeAlias = Literal["descriptor", "catalog", "policy", "snapshot", "ranker"]
"""What is stored of a decision."""


@frozen
class DamagedInput:
    """A stored input that cannot be read: its bytes were changed or cut short."""

    code: ClassVar[str] = "damaged_input"
    kind: InputKind
    digest: str
    problem: str

    @property
    def message(self) -> str:
        """Name the input, its digest and the problem."""
        return f"{self.kind} {self.digest}: {self.problem}"


def descriptor(stored: Sealed) -> Outcome[Descriptor, DamagedInput]:
    """Read a stored descriptor; the digest of ``stored`` is what it is expected to have."""
    raw = _plain("descriptor", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = descriptors.parse(raw.unwrap(), quality_bars=True)
    if isinstance(parsed, Success):
        return parsed
    return _damaged("descriptor", stored, parsed.failure().message)


def catalog(stored: Sealed) -> Outcome[Catalog, DamagedInput]:
    """Read a stored catalog; its entries have no specs."""
    raw = _plain("catalog", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = catalogs.resolve(raw.unwrap())
    if isinstance(parsed, Success):
        return parsed
    return _damaged("catalog", stored, parsed.failure().message)


def policy(stored: Sealed) -> Outcome[Policy, DamagedInput]:
    """Read a stored policy."""
    raw = _plain("policy", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = policies.parse(raw.unwrap())
    if isinstance(parsed, Success):
        return parsed
    return _damaged("policy", stored, parsed.failure().message)


def snapshot(stored: Sealed) -> Outcome[Snapshot, DamagedInput]:
    """Read a stored snapshot."""
    raw = _plain("snapshot", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = snapshots.parse(raw.unwrap())
    if isinstance(parsed, Success):
        return parsed
    return _damaged("snapshot", stored, parsed.failure().message)


def ranker(stored: Sealed) -> Outcome[Ranker, DamagedInput]:
    """Read a stored ranker."""
    raw = _plain("ranker", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = rankers.parse(raw.unwrap())
    if isinstance(parsed, Success):
        return parsed
    return _damaged("ranker", stored, parsed.failure().message)


def _plain(kind: InputKind, stored: Sealed) -> Outcome[object, DamagedInput]:
    raw = read(stored.content, stored.digest)
    if isinstance(raw, Success):
        return raw
    return _damaged(kind, stored, raw.failure().message)


def _damaged(kind: InputKind, stored: Sealed, problem: str) -> Failure[DamagedInput]:
    return Failure(DamagedInput(kind, stored.digest, problem))
