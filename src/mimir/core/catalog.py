"""The catalog: the entries that a workload may be placed on.

Rules:
1. ``resolve`` reads every row before it answers: one malformed row refuses the catalog, and the
   error names the row (deviation D3).
2. An id stands in one row only; the error for a repeated one names both rows (D3).
3. A resolver maps a model to an opaque spec or says ``UNKNOWN``; rows of unknown models are dropped
   and named in ``dropped``.
4. A spec is opaque: it stands outside equality, the canonical form and the record.
"""

import enum
from collections.abc import Callable
from typing import ClassVar, Final, TypeAlias

from attrs import Factory, evolve, field, frozen

from mimir.core.entry import Entry, read_row
from mimir.core.entry import to_json as row_json
from mimir.core.fields import InvalidField, Json, excerpt, invalid, is_list
from mimir.core.limits import CATALOG_MAX_ROWS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.vocabulary import EntryId, Model


class Unknown(enum.Enum):
    """What a resolver answers for a model that it does not know."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
"""A resolver's answer for a model that it does not know."""

Resolver: TypeAlias = Callable[[Model], object]
"""A model's opaque spec, or ``UNKNOWN``."""


def _least_context_window(made: "Catalog") -> int | None:
    windows = (entry.context_window for entry in made.entries)
    return min((window for window in windows if window is not None), default=None)


@frozen
class Catalog:
    """The entries, in the order of their rows, and the rows that were dropped."""

    entries: tuple[Entry, ...]
    dropped: tuple["DroppedRow", ...] = ()
    least_context_window: int | None = field(
        init=False, repr=False, eq=False, default=Factory(_least_context_window, takes_self=True)
    )
    """The smallest window that is known; ``None`` where none is. What fits into it fits all."""


@frozen
class DroppedRow:
    """A row whose model the resolver does not know. Rows count from 0."""

    row: int
    id: EntryId
    model: Model


@frozen
class InvalidRow:
    """A malformed row: whoever wrote the catalog is at fault. Rows count from 0."""

    code: ClassVar[str] = "invalid_catalog_row"
    row: int
    field: str
    problem: str

    @property
    def message(self) -> str:
        """Name the row, the field and the problem."""
        where = f"row {self.row}: {self.field}" if self.field else f"row {self.row}"
        return f"{where}: {self.problem}"


@frozen
class RepeatedId:
    """Two rows with one id. ``shown`` is a bounded excerpt of it."""

    code: ClassVar[str] = "repeated_entry_id"
    row: int
    first_row: int
    shown: str

    @property
    def message(self) -> str:
        """Name both rows and the id."""
        return f"row {self.row}: id: {self.shown} stands in row {self.first_row} already"


@frozen
class ResolverFailed:
    """The embedder's resolver raised. Rows count from 0; ``problem`` names the exception's type."""

    code: ClassVar[str] = "resolver_failed"
    row: int
    problem: str

    @property
    def message(self) -> str:
        """Name the row and the exception."""
        return f"row {self.row}: the resolver raised {self.problem}"


CatalogError: TypeAlias = InvalidField | InvalidRow | RepeatedId | ResolverFailed
"""Everything that ``resolve`` can refuse a catalog with."""


def known(_model: Model) -> None:
    """Resolve every model to no spec: for catalogs that need none."""


def resolve(rows: object, resolver: Resolver = known) -> Outcome[Catalog, CatalogError]:
    """Read a catalog from a list of rows, keeping the rows whose model ``resolver`` knows.

    :return: the catalog; ``InvalidField`` where ``rows`` is no list or longer than 100,000;
        ``InvalidRow``, ``RepeatedId`` or ``ResolverFailed`` for the first row that is wrong.

    >>> row = {"id": "a", "model": "openai:gpt-4o", "lane": "openai", "runtime": "managed"}
    >>> resolve([row]).unwrap().entries[0].priority
    100
    >>> resolve([row, row]).failure().message
    'row 1: id: "a" stands in row 0 already'
    """
    if not is_list(rows):
        return Failure(invalid("catalog", "", f"expected a list of rows, got {excerpt(rows)}"))
    if len(rows) > CATALOG_MAX_ROWS:
        return Failure(invalid("catalog", "", f"more than {CATALOG_MAX_ROWS} rows: {len(rows)}"))
    entries = _entries(rows)
    if isinstance(entries, InvalidRow | RepeatedId):
        return Failure(entries)
    kept, dropped = list[Entry](), list[DroppedRow]()
    for number, entry in enumerate(entries):
        resolved = _resolved(resolver, number, entry.model)
        if isinstance(resolved, Failure):
            return resolved
        spec = resolved.unwrap()
        if spec is UNKNOWN:
            dropped.append(DroppedRow(number, entry.id, entry.model))
        else:
            kept.append(entry if spec is None else evolve(entry, spec=spec))
    return Success(Catalog(tuple(kept), tuple(dropped)))


def to_json(catalog: Catalog) -> list[Json]:
    """Write the entries as the rows that ``resolve`` reads; what was dropped decides nothing.

    >>> to_json(Catalog(()))
    []
    """
    return [{**row_json(entry)} for entry in catalog.entries]


def _entries(rows: list[object]) -> list[Entry] | InvalidRow | RepeatedId:
    seen: dict[EntryId, int] = {}
    entries: list[Entry] = []
    for number, raw in enumerate(rows):
        entry = read_row(raw)
        if isinstance(entry, InvalidField):
            return InvalidRow(number, entry.field, entry.message)
        if entry.id in seen:
            return RepeatedId(number, seen[entry.id], excerpt(entry.id))
        seen[entry.id] = number
        entries.append(entry)
    return entries


def _resolved(resolver: Resolver, row: int, model: Model) -> Outcome[object, ResolverFailed]:
    # Boxed, since a spec is opaque: not even its class may be asked for.
    try:
        return Success(resolver(model))
    except Exception as error:  # the embedder's code may raise anything
        return Failure(ResolverFailed(row, excerpt(error).removeprefix("a ")))
