"""A folder of decision records and of the inputs that they followed from.

Rules:
1. A record is ``DIR/rd_....json``. An input is ``DIR/inputs/HEX.json`` by the digest of its bytes,
   and is there once, however many records name it.
2. A file appears whole or not at all, whoever else writes at the same time, and nothing is
   overwritten. The inputs go before the record that names them.
3. What is read often is kept: a store remembers the last catalogs, policies, snapshots and rankers
   that it could read.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final, NoReturn, TypeAlias, TypeVar

from attrs import frozen

from mimir.core.canonical import Digest, Sealed, encode
from mimir.core.inputs import Inputs
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.record import stored_inputs
from mimir.core.record.parse import RecordParseError, StoredRecord, UnknownSchema, parse
from mimir.core.record.schema import DecisionRecord, to_json
from mimir.core.record.seal import InputSeal
from mimir.core.record.stored_inputs import DamagedInput, InputKind
from mimir.core.redaction.text import scrub
from mimir.shell import _files

V = TypeVar("V")

_KEPT: Final = 64
_INPUTS: Final = "inputs"


@frozen
class StoreRefused:
    """A file of a store that cannot be written or read: ``path`` is scrubbed, ``problem`` why."""

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


class _UnreadError(Exception):
    """Carries an error past what remembers values; it never leaves this module."""

    def __init__(self, error: InputError) -> None:
        super().__init__()
        self.error = error


class Store:
    """One folder; it is made when something is first written to it.

    Threads may share a store, and any number of stores and processes a folder.

    >>> Store("audit").root.name
    'audit'
    """

    def __init__(self, root: str | Path) -> None:
        """Look at the folder ``root``; nothing is read or written yet."""
        self.root = Path(root)
        self._catalog = self._kept("catalog", stored_inputs.catalog)
        self._policy = self._kept("policy", stored_inputs.policy)
        self._snapshot = self._kept("snapshot", stored_inputs.snapshot)
        self._ranker = self._kept("ranker", stored_inputs.ranker)

    def write(self, record: DecisionRecord, seal: InputSeal) -> Outcome[Path, StoreRefused]:
        """Write the inputs of a decision, and then its record.

        :return: the record's path; ``StoreRefused`` for a file that cannot be written, or that is
            there already and holds something else. Nothing is overwritten.
        """
        path = self.root / f"{record.decision_id}.json"
        content = encode(to_json(record))
        if isinstance(content, Failure):
            return Failure(_refused(path, content.failure().message))
        contents = [(self._path(sealed.digest), sealed.content) for sealed in seal.contents]
        for file, stored in [*contents, (path, content.unwrap())]:
            refused = _files.put(file, stored)
            if refused is not None:
                return Failure(_refused(file, refused.problem))
        return Success(path)

    def inputs(self, record: StoredRecord) -> Outcome[Inputs, InputError]:
        """Read the inputs that ``record`` followed from.

        :return: the inputs; ``NotSealed`` for a record that names none, ``MissingInput`` for one
            that is not in the store, ``DamagedInput`` for one whose bytes are not those that its
            digest names, ``StoreRefused`` for a file that cannot be read.
        """
        digests = record.digests
        if digests is None:
            return Failure(NotSealed(record.decision_id))
        descriptor = self._read("descriptor", digests.descriptor, stored_inputs.descriptor)
        if isinstance(descriptor, Failure):
            return descriptor
        catalog = self._catalog(digests.catalog)
        if isinstance(catalog, Failure):
            return catalog
        policy = self._policy(digests.policy)
        if isinstance(policy, Failure):
            return policy
        snapshot = self._snapshot(digests.snapshot)
        if isinstance(snapshot, Failure):
            return snapshot
        ranker = self._ranker(digests.ranker)
        if isinstance(ranker, Failure):
            return ranker
        world = catalog.unwrap(), policy.unwrap(), snapshot.unwrap(), ranker.unwrap()
        return Success(Inputs(descriptor.unwrap(), *world))

    def _kept(
        self, kind: InputKind, parse: Callable[[Sealed], Outcome[V, DamagedInput]]
    ) -> Callable[[Digest], Outcome[V, InputError]]:
        """Return what reads inputs of one kind, and remembers those that could be read."""

        @lru_cache(_KEPT)
        def read(digest: Digest) -> V:
            outcome = self._read(kind, digest, parse)
            if isinstance(outcome, Failure):
                raise _UnreadError(outcome.failure())  # what is raised is not remembered
            return outcome.unwrap()

        def ask(digest: Digest) -> Outcome[V, InputError]:
            try:
                return Success(read(digest))
            except _UnreadError as unread:
                return Failure(unread.error)

        return ask

    def _read(
        self,
        kind: InputKind,
        digest: Digest,
        parse_stored: Callable[[Sealed], Outcome[V, DamagedInput]],
    ) -> Outcome[V, InputError]:
        path = self._path(digest)
        content = _files.read(path)
        if isinstance(content, bytes):
            stored = parse_stored(Sealed(digest, content))
            return stored if isinstance(stored, Success) else Failure(stored.failure())
        if content.absent:
            return Failure(MissingInput(kind, digest))
        return Failure(_refused(path, content.problem))

    def _path(self, digest: Digest) -> Path:
        return self.root / _INPUTS / f"{digest.rpartition(':')[2]}.json"


def read_record(path: str | Path) -> Outcome[StoredRecord, ReadError]:
    """Read one record from its file, which need not be in a store: UTF-8, at most 128 MiB.

    :return: the record; ``StoreRefused`` for a file that cannot be read or is no record, with the
        reason; ``UnknownSchema`` for a record of a later version.

    >>> read_record("nowhere.json").failure().message
    'nowhere.json: no such file or directory'
    """
    content = _files.read(Path(path))
    if not isinstance(content, bytes):
        return Failure(_refused(path, content.problem))
    try:
        text = content.decode("utf-8")
        raw: object = json.loads(text, object_pairs_hook=_members, parse_constant=_constant)
    except UnicodeDecodeError as error:
        return Failure(_refused(path, f"is not UTF-8 at byte {error.start}"))
    except (ValueError, RecursionError) as error:
        problem = f"is no JSON: {error}" if isinstance(error, ValueError) else "is nested too deep"
        return Failure(_refused(path, problem))
    record = parse(raw)
    if isinstance(record, Success):
        return record
    return Failure(_at(path, record.failure()))


def _refused(path: str | Path, problem: str) -> StoreRefused:
    return StoreRefused(scrub(str(path)), problem)


def _at(path: str | Path, error: RecordParseError) -> StoreRefused | UnknownSchema:
    if isinstance(error, UnknownSchema):
        return error
    return _refused(path, error.line)


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        _stop("a key stands twice in one object")
    return members


def _constant(name: str) -> NoReturn:
    _stop(f"it holds {name}")


def _stop(problem: str) -> NoReturn:
    raise ValueError(problem)
