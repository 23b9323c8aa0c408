"""A folder of decision records and of the inputs that they followed from.

Rules:
1. A record is ``DIR/rd_....json``. An input is ``DIR/inputs/HEX.json`` by the digest of its bytes,
   and is there once, however many records name it.
2. A file appears whole or not at all, whoever else writes at the same time: it is written under
   another name, flushed to the disk and linked. The inputs go before the record that names them.
3. Nothing is overwritten. A file that is there already and holds the same is left as it is; one
   that holds anything else is an error.
4. What is read often is kept: a store remembers the last catalogs, policies and snapshots it read.
"""

import contextlib
import json
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final, NoReturn, TypeAlias

from attrs import frozen

from mimir.core.canonical import Digest, Sealed, encode
from mimir.core.catalog import Catalog
from mimir.core.fields import InvalidField
from mimir.core.inputs import Inputs
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import Policy
from mimir.core.record import stored_inputs
from mimir.core.record.parse import RecordParseError, StoredRecord, UnknownSchema, parse
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.record.seal import InputSeal
from mimir.core.record.stored_inputs import DamagedInput, InputKind
from mimir.core.snapshot import Snapshot

RECORD_MAX_BYTES: Final = 128 * 1024 * 1024
"""Bytes of a record or of an input: those of a catalog of 100,000 rows fit."""

_KEPT: Final = 64
_INPUTS: Final = "inputs"


@frozen
class StoreRefused:
    """A file of a store that cannot be written or read; ``problem`` says why."""

    code: ClassVar[str] = "store_refused"
    path: str
    problem: str

    @property
    def message(self) -> str:
        """Name the file and the problem."""
        return f"{self.path}: {self.problem}"


@frozen
class MissingInput:
    """An input that a record names and the store does not have."""

    code: ClassVar[str] = "missing_input"
    kind: InputKind
    digest: Digest

    @property
    def message(self) -> str:
        """Name the input and its digest."""
        return f"{self.kind} {self.digest} is not in the store"


@frozen
class NotSealed:
    """A record without the digests of its inputs: there is nothing to read them by."""

    code: ClassVar[str] = "not_sealed"
    decision_id: str

    @property
    def message(self) -> str:
        """Name the record."""
        return f"{self.decision_id} names no inputs: it was made without a store"


InputError: TypeAlias = StoreRefused | MissingInput | DamagedInput | NotSealed
"""Why the inputs of a record cannot be had."""

ReadError: TypeAlias = StoreRefused | RecordParseError
"""Why a record cannot be read."""


class Store:
    """One folder; it is made when something is first written to it."""

    def __init__(self, root: str | Path) -> None:
        """Look at the folder ``root``; nothing is read or written yet."""
        self.root = Path(root)
        self._catalog = lru_cache(_KEPT)(self._read_catalog)
        self._policy = lru_cache(_KEPT)(self._read_policy)
        self._snapshot = lru_cache(_KEPT)(self._read_snapshot)

    def write(self, record: DecisionRecord, seal: InputSeal) -> Outcome[Path, StoreRefused]:
        """Write the inputs of a decision, and then its record; return the record's path."""
        path = self.root / f"{record.decision_id}.json"
        content = encode(to_json(record))
        if isinstance(content, Failure):
            return Failure(StoreRefused(str(path), content.failure().message))
        for sealed in seal.contents:
            put = _put(self._path(sealed.digest), sealed.content)
            if isinstance(put, StoreRefused):
                return Failure(put)
        put = _put(path, content.unwrap())
        return Failure(put) if isinstance(put, StoreRefused) else Success(path)

    def inputs(self, record: StoredRecord) -> Outcome[Inputs, InputError]:
        """Read the inputs that ``record`` followed from."""
        digests = record.digests
        if digests is None:
            return Failure(NotSealed(record.decision_id))
        descriptor = self._content("descriptor", digests.descriptor)
        if isinstance(descriptor, Failure):
            return descriptor
        asked = stored_inputs.descriptor(descriptor.unwrap())
        if isinstance(asked, Failure):
            return asked
        catalog, policy = self._catalog(digests.catalog), self._policy(digests.policy)
        if isinstance(catalog, Failure):
            return catalog
        if isinstance(policy, Failure):
            return policy
        snapshot = self._snapshot(digests.snapshot)
        if isinstance(snapshot, Failure):
            return snapshot
        world = catalog.unwrap(), policy.unwrap(), snapshot.unwrap()
        return Success(Inputs(asked.unwrap(), *world, record.ranker))

    def _read_catalog(self, digest: Digest) -> Outcome[Catalog, InputError]:
        content = self._content("catalog", digest)
        if isinstance(content, Failure):
            return content
        return stored_inputs.catalog(content.unwrap())

    def _read_policy(self, digest: Digest) -> Outcome[Policy, InputError]:
        content = self._content("policy", digest)
        if isinstance(content, Failure):
            return content
        return stored_inputs.policy(content.unwrap())

    def _read_snapshot(self, digest: Digest) -> Outcome[Snapshot, InputError]:
        content = self._content("snapshot", digest)
        if isinstance(content, Failure):
            return content
        return stored_inputs.snapshot(content.unwrap())

    def _path(self, digest: Digest) -> Path:
        return self.root / _INPUTS / f"{digest.rpartition(':')[2]}.json"

    def _content(self, kind: InputKind, digest: Digest) -> Outcome[Sealed, InputError]:
        path = self._path(digest)
        if not path.exists():
            return Failure(MissingInput(kind, digest))
        content = _bytes(path)
        if isinstance(content, StoreRefused):
            return Failure(content)
        return Success(Sealed(digest, content))


def read_record(path: str | Path) -> Outcome[StoredRecord, ReadError]:
    """Read one record from its file, which need not be in a store."""
    content = _bytes(Path(path))
    if isinstance(content, StoreRefused):
        return Failure(content)
    try:
        raw: object = json.loads(content, object_pairs_hook=_members, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        problem = f"is no JSON: {error}" if isinstance(error, ValueError) else "is nested too deep"
        return Failure(StoreRefused(str(path), problem))
    record = parse(raw)
    if isinstance(record, Success):
        return record
    return Failure(_at(path, record.failure()))


def _at(path: str | Path, error: RecordParseError) -> StoreRefused | UnknownSchema:
    if isinstance(error, UnknownSchema):
        return error
    return StoreRefused(str(path), _described(error))


def _described(error: InvalidField) -> str:
    return f"{error.field}: {error.message}" if error.field else error.message


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        _stop("a key stands twice in one object")
    return members


def _constant(name: str) -> NoReturn:
    _stop(f"it holds {name}")


def _stop(problem: str) -> NoReturn:
    raise ValueError(problem)


def _bytes(path: Path) -> bytes | StoreRefused:
    try:
        with path.open("rb") as file:
            content = file.read(RECORD_MAX_BYTES + 1)
    except OSError as error:
        return _refused(path, error)
    if len(content) > RECORD_MAX_BYTES:
        return StoreRefused(str(path), f"is larger than {RECORD_MAX_BYTES} bytes")
    return content


def _put(path: Path, content: bytes) -> StoreRefused | None:
    """Write ``content`` under ``path`` by rules 2 and 3."""
    try:
        if path.exists():
            return _same(path, content)
        path.parent.mkdir(parents=True, exist_ok=True)
        return _linked(path, content)
    except OSError as error:
        return _refused(path, error)


def _linked(path: Path, content: bytes) -> StoreRefused | None:
    scratch = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with scratch.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(scratch, path)
    except FileExistsError:
        return _same(path, content)
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink()
    return None


def _same(path: Path, content: bytes) -> StoreRefused | None:
    there = _bytes(path)
    if isinstance(there, StoreRefused) or there == content:
        return there if isinstance(there, StoreRefused) else None
    return StoreRefused(str(path), "is there already and holds something else; nothing was written")


def _refused(path: Path, error: OSError) -> StoreRefused:
    return StoreRefused(str(path), (error.strerror or type(error).__name__).lower())
