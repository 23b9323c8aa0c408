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
from mimir.core.fields import InvalidField
from mimir.core.outcome import Failure, Outcome
from mimir.core.policy import Policy
from mimir.core.ranker import Ranker
from mimir.core.snapshot import Snapshot

V = TypeVar("V")
E = TypeVar("E", bound=DescriptorError | CatalogError)

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
    """Read a stored descriptor; the digest of ``stored`` is what it is expected to have.

    :return: the descriptor, or ``DamagedInput`` for other bytes, or for none of a descriptor.

    >>> from mimir.core.canonical import Digest
    >>> descriptor(Sealed(Digest("sha256:" + "0" * 64), b"{}")).failure().problem[:45]
    'the digest does not match the content: expect'
    """
    return _read("descriptor", stored, lambda raw: descriptors.parse(raw, quality_bars=True))


def catalog(stored: Sealed) -> Outcome[Catalog, DamagedInput]:
    """Read a stored catalog; its entries have no specs.

    :return: the catalog, or ``DamagedInput`` for other bytes, or for none of a catalog.

    >>> from mimir.core.canonical import seal
    >>> catalog(seal([]).unwrap()).unwrap().entries
    ()
    """
    return _read("catalog", stored, catalogs.resolve)


def policy(stored: Sealed) -> Outcome[Policy, DamagedInput]:
    """Read a stored policy.

    :return: the policy, or ``DamagedInput`` for other bytes, or for none of a policy.

    >>> from mimir.core.canonical import seal
    >>> policy(seal({"unpriced": "free"}).unwrap()).unwrap().unpriced
    'free'
    """
    return _read("policy", stored, policies.parse)


def snapshot(stored: Sealed) -> Outcome[Snapshot, DamagedInput]:
    """Read a stored snapshot.

    :return: the snapshot, or ``DamagedInput`` for other bytes, or for none of a snapshot.

    >>> from mimir.core.canonical import seal
    >>> snapshot(seal({}).unwrap()).failure().problem
    'lanes: is required'
    """
    return _read("snapshot", stored, snapshots.parse)


def ranker(stored: Sealed) -> Outcome[Ranker, DamagedInput]:
    """Read a stored ranker.

    :return: the ranker, or ``DamagedInput`` for other bytes, or for none of a ranker.

    >>> from mimir.core.canonical import seal
    >>> ranker(seal({"name": "fastest_first"}).unwrap()).unwrap()
    FastestFirst()
    """
    return _read("ranker", stored, rankers.parse)


def _read(
    kind: InputKind, stored: Sealed, parse: Callable[[object], Outcome[V, E]]
) -> Outcome[V, DamagedInput]:
    raw = read(stored.content, stored.digest)
    if isinstance(raw, Failure):
        return Failure(DamagedInput(kind, stored.digest, raw.failure().message))
    parsed = parse(raw.unwrap())
    if isinstance(parsed, Failure):
        return Failure(DamagedInput(kind, stored.digest, _problem(parsed.failure())))
    return parsed


def _problem(error: DescriptorError | CatalogError) -> str:
    return error.line if isinstance(error, InvalidField) else error.message
