"""Reading stored inputs back: bytes to the values that were decided on.

Rules:
1. Bytes that don't match their digest are refused before anything of them is read.
2. What was digested is read by the parser of its kind; a spec is no part of what is stored.
"""

from collections.abc import Callable
from typing import ClassVar, Literal, TypeAlias, TypeVar

from attrs import frozen

from mimir.core import catalog as catalogs
from mimir.core import descriptor as descriptors
from mimir.core import policy as policies
from mimir.core import ranker as rankers
from mimir.core import snapshot_json as snapshots
from mimir.core.canonical import Sealed, read
from mimir.core.catalog import Catalog, CatalogError
from mimir.core.descriptor import Descriptor, DescriptorError
from mimir.core.outcome import Failure, Outcome
from mimir.core.policy import Policy
from mimir.core.ranker import Ranker
from mimir.core.snapshot import Snapshot

InputKind: TypeAlias = Literal["descriptor", "catalog", "policy", "snapshot", "ranker"]
"""What is stored of a decision."""


V = TypeVar("V")
E = TypeVar("E", bound=DescriptorError | CatalogError)


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
    return _read("descriptor", stored, lambda raw: descriptors.parse(raw, quality_bars=True))


def catalog(stored: Sealed) -> Outcome[Catalog, DamagedInput]:
    """Read a stored catalog; its entries have no specs."""
    return _read("catalog", stored, catalogs.resolve)


def policy(stored: Sealed) -> Outcome[Policy, DamagedInput]:
    """Read a stored policy."""
    return _read("policy", stored, policies.parse)


def snapshot(stored: Sealed) -> Outcome[Snapshot, DamagedInput]:
    """Read a stored snapshot."""
    return _read("snapshot", stored, snapshots.parse)


def ranker(stored: Sealed) -> Outcome[Ranker, DamagedInput]:
    """Read a stored ranker."""
    return _read("ranker", stored, rankers.parse)


def _read(
    kind: InputKind, stored: Sealed, parse: Callable[[object], Outcome[V, E]]
) -> Outcome[V, DamagedInput]:
    raw = read(stored.content, stored.digest)
    if isinstance(raw, Failure):
        return _damaged(kind, stored, raw.failure().message)
    parsed = parse(raw.unwrap())
    if isinstance(parsed, Failure):
        return _damaged(kind, stored, parsed.failure().message)
    return parsed


def _damaged(kind: InputKind, stored: Sealed, problem: str) -> Failure[DamagedInput]:
    return Failure(DamagedInput(kind, stored.digest, problem))
