"""What the command line names of a decision's inputs, read from files.

Rules:
1. Whatever cannot be read is one line: the file, the field, the problem.
2. Rows of a catalog count from 0.
"""

from typing import Final

from mimir.core import catalog as catalogs
from mimir.core import descriptor as descriptors
from mimir.core import policy as policies
from mimir.core.catalog import Catalog, InvalidRow, RepeatedId
from mimir.core.descriptor import Descriptor
from mimir.core.fields import InvalidField, excerpt, field_name, is_list, is_object
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.policy import DEFAULT_POLICY, Policy
from mimir.core.pricing import rates
from mimir.core.pricing.rates import Rates
from mimir.core.quality_bar import QualityBarUnsupported
from mimir.core.vocabulary import Model
from mimir.shell.cli import files

_ENTRY: Final = "entry"


def read_descriptor(path: str) -> Outcome[Descriptor, str]:
    """Read a descriptor, which may state a quality bar."""
    raw = files.read_json(path, files.DOCUMENT_MAX_BYTES)
    if isinstance(raw, Failure):
        return Failure(raw.failure().message)
    descriptor = descriptors.parse(raw.unwrap(), quality_bars=True)
    return _at(path, descriptor.failure()) if isinstance(descriptor, Failure) else descriptor


def read_policy(path: str | None) -> Outcome[Policy, str]:
    """Read a policy from JSON or TOML; without a file it is the default."""
    if path is None:
        return Success(DEFAULT_POLICY)
    raw = files.read_data(path, files.POLICY_MAX_BYTES)
    if isinstance(raw, Failure):
        return Failure(raw.failure().message)
    policy = policies.parse(raw.unwrap())
    return _at(path, policy.failure()) if isinstance(policy, Failure) else policy


def read_rates(path: str | None) -> Outcome[dict[Model, Rates], str]:
    """Read configured rates from JSON or TOML; without a file there are none."""
    if path is None:
        return Success({})
    raw = files.read_data(path, files.TABLE_MAX_BYTES)
    if isinstance(raw, Failure):
        return Failure(raw.failure().message)
    config = rates.parse_config(raw.unwrap())
    return _at(path, config.failure()) if isinstance(config, Failure) else config


def read_catalog(path: str) -> Outcome[Catalog, str]:
    """Read a catalog file: TOML with ``[[entry]]`` tables, at least one, and nothing beside."""
    read = files.read_toml(path, files.TABLE_MAX_BYTES)
    if isinstance(read, Failure):
        return Failure(read.failure().message)
    rows = _rows(read.unwrap())
    if isinstance(rows, Failure):
        return Failure(f"{files.shown(path)}: {rows.failure()}")
    catalog = catalogs.resolve(rows.unwrap())
    if isinstance(catalog, Success):
        return catalog
    error = catalog.failure()
    base = " (rows count from 0)" if isinstance(error, InvalidRow | RepeatedId) else ""
    return Failure(f"{files.shown(path)}: {error.message}{base}")


def _rows(raw: object) -> Outcome[list[object], str]:
    document = raw if is_object(raw) else {}
    for key in document:
        if key != _ENTRY:
            return Failure(f"unknown key {field_name(key)}; a catalog has [[entry]] tables only")
    rows = document.get(_ENTRY, [])
    if not is_list(rows):
        return Failure(f"entry: expected [[entry]] tables, got {excerpt(rows)}")
    return Success(rows) if rows else Failure("holds no [[entry]] table")


def _at(path: str, error: InvalidField | QualityBarUnsupported) -> Failure[str]:
    """Name the file and the field of what was refused in it."""
    line = error.line if isinstance(error, InvalidField) else error.message
    return Failure(f"{files.shown(path)}: {line}")
