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
from mimir.core.descriptor import Descriptor, DescriptorError
from mimir.core.fields import InvalidField
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
    """Read a stored descriptor; the digest of ``stored`` is what it is expected to have.

    :return: the descriptor, or ``DamagedInput`` for other bytes, or for none of a descriptor.

    >>> from mimir.core.canonical import Digest
    >>> descriptor(Sealed(Digest("sha256:" + "0" * 64), b"{}")).failure().problem[:45]
    'the digest does not match the content: expect'
    """
    raw = _plain("descriptor", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = descriptors.parse(raw.unwrap(), quality_bars=True)
    if isinstance(parsed, Success):
        return parsed
    return _damaged("descriptor", stored, _problem(parsed.failure()))


def catalog(stored: Sealed) -> Outcome[Catalog, DamagedInput]:
    """Read a stored catalog; its entries have no specs.

    :return: the catalog, or ``DamagedInput`` for other bytes, or for none of a catalog.

    >>> from mimir.core.canonical import seal
    >>> catalog(seal([]).unwrap()).unwrap().entries
    ()
    """
    raw = _plain("catalog", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = catalogs.resolve(raw.unwrap())
    if isinstance(parsed, Success):
        return parsed
    return _damaged("catalog", stored, parsed.failure().message)


def policy(stored: Sealed) -> Outcome[Policy, DamagedInput]:
    """Read a stored policy.

    :return: the policy, or ``DamagedInput`` for other bytes, or for none of a policy.

    >>> from mimir.core.canonical import seal
    >>> policy(seal({"unpriced": "free"}).unwrap()).unwrap().unpriced
    'free'
    """
    raw = _plain("policy", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = policies.parse(raw.unwrap())
    if isinstance(parsed, Success):
        return parsed
    return _damaged("policy", stored, _problem(parsed.failure()))


def snapshot(stored: Sealed) -> Outcome[Snapshot, DamagedInput]:
    """Read a stored snapshot.

    :return: the snapshot, or ``DamagedInput`` for other bytes, or for none of a snapshot.

    >>> from mimir.core.canonical import seal
    >>> snapshot(seal({}).unwrap()).failure().problem
    'lanes: is required'
    """
    raw = _plain("snapshot", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = snapshots.parse(raw.unwrap())
    if isinstance(parsed, Success):
        return parsed
    return _damaged("snapshot", stored, _problem(parsed.failure()))


def ranker(stored: Sealed) -> Outcome[Ranker, DamagedInput]:
    """Read a stored ranker.

    :return: the ranker, or ``DamagedInput`` for other bytes, or for none of a ranker.

    >>> from mimir.core.canonical import seal
    >>> ranker(seal({"name": "fastest_first"}).unwrap()).unwrap()
    FastestFirst()
    """
    raw = _plain("ranker", stored)
    if isinstance(raw, Failure):
        return raw
    parsed = rankers.parse(raw.unwrap())
    if isinstance(parsed, Success):
        return parsed
    return _damaged("ranker", stored, _problem(parsed.failure()))


def _plain(kind: InputKind, stored: Sealed) -> Outcome[object, DamagedInput]:
    raw = read(stored.content, stored.digest)
    if isinstance(raw, Success):
        return raw
    return _damaged(kind, stored, raw.failure().message)


def _problem(error: DescriptorError) -> str:
    field = error.field if isinstance(error, InvalidField) else ""
    return f"{field}: {error.message}" if field else error.message


def _damaged(kind: InputKind, stored: Sealed, problem: str) -> Failure[DamagedInput]:
    return Failure(DamagedInput(kind, stored.digest, problem))
