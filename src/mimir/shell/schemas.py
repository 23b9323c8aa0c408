"""The published form of decision records: JSON Schema, one document for each schema number.

Rules:
1. The document of schema N is ``data/record-N.schema.json``, in the package; what it says of a
   number that was released does not change.
2. What a reader of this version accepts, its document accepts, but for what a reason says, which
   the reader keeps as it stands.
"""

import json
from pathlib import Path
from typing import ClassVar, TypeAlias

from attrs import frozen

from mimir.core.fields import Json
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.plain import NotPlain, plain_object
from mimir.core.record.forms import SCHEMA, SCHEMAS
from mimir.core.record.parse import UnknownSchema
from mimir.shell import _files
from mimir.shell.prices import DATA


@frozen
class SchemaUnusable:
    """A document of the package that cannot be read; ``problem`` says why."""

    code: ClassVar[str] = "schema_unusable"
    name: str
    problem: str

    @property
    def message(self) -> str:
        """Name the document and the problem."""
        return f"{self.name}: {self.problem}"


SchemaError: TypeAlias = UnknownSchema | SchemaUnusable
"""Why a schema cannot be had."""


def record_schema(number: int = SCHEMA) -> Outcome[dict[str, Json], SchemaError]:
    """Return the JSON Schema (2020-12) of decision records whose ``schema`` is ``number``.

    :return: the document, the caller's own; ``UnknownSchema`` for a number that this version does
        not read, ``SchemaUnusable`` where the package was damaged.

    >>> record_schema(1).unwrap()["title"]
    'Mimir decision record, schema 1'
    >>> record_schema(9).failure().message
    'schema 9 is not known; this version reads 1 to 3'
    """
    if number not in SCHEMAS:
        return Failure(UnknownSchema(str(number)))
    name = f"record-{number:d}.schema.json"
    content = _files.read(Path(DATA, name))
    if not isinstance(content, bytes):
        return Failure(SchemaUnusable(name, content.problem))
    try:
        raw: object = json.loads(content)
    except (ValueError, RecursionError):
        return Failure(SchemaUnusable(name, "is no JSON"))
    read = plain_object(raw)
    if isinstance(read, NotPlain):
        return Failure(SchemaUnusable(name, read.message))
    return Success(read)
