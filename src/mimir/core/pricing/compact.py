"""A public price list's JSON text, read into an exact price table and a list of findings.

Rules:
1. Numbers are read as the text that stands in the file; no float is made of them.
2. The list is one object of rows. A row whose key stands twice is dropped, both of them.
3. A list in which no row states a price is an error, not an empty table.
4. A row that is an ``alias_of`` another is that row, under its own key. Nothing else follows from
   it: an alias of an alias, or of no row, is dropped.
5. Lists and objects are counted before they are made.
6. Every finding is kept, in the order of the rows; those of aliases come last.
"""

import json
from collections import Counter
from typing import Final, TypeAlias

from attrs import frozen

from mimir.core.fields import InvalidField, excerpt, is_text
from mimir.core.limits import CATALOG_MAX_ROWS, ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.cells import Members, NumberText, read_row
from mimir.core.pricing.findings import Finding, audit, finding
from mimir.core.pricing.pools import refused
from mimir.core.pricing.table import PriceTable, Row, Source
from mimir.core.texts import is_unicode

Pairs: TypeAlias = list[tuple[str, object]]

_ALIAS: Final = "alias_of"


@frozen
class Compacted:
    """A table made of a price list, the number of rows the list had, and what was odd in them."""

    table: PriceTable
    listed: int
    findings: tuple[Finding, ...]


def compact(text: str, source: Source) -> Outcome[Compacted, InvalidField]:
    """Read a price list of at most 100,000 rows; the format is LiteLLM's.

    The error's subject is ``price_table``: no JSON, no object, or nothing that can be used.

    >>> row = '{"gpt": {"litellm_provider": "openai", "input_cost_per_token": 2.5e-06}}'
    >>> made = compact(row, Source("list", "1", "2026-01-01", "MIT", "sha256:0")).unwrap()
    >>> made.table.rows["gpt"].prices["input_cost_per_token"], made.findings[0].kind
    (2500000000, 'half_row')
    >>> compact("[]", made.table.source).failure().message
    'expected an object of rows, got a list of 0 items'
    """
    if text.count("{") + text.count("[") > CATALOG_MAX_ROWS:
        return Failure(refused("rows", f"more than {CATALOG_MAX_ROWS} lists and objects"))
    raw = _decode(text)
    if isinstance(raw, InvalidField):
        return Failure(raw)
    if not isinstance(raw, Members) or len(raw.values) > CATALOG_MAX_ROWS:
        return Failure(refused("rows", f"expected an object of rows, got {_shown(raw)}"))
    findings: list[Finding] = []
    rows = _rows(raw, findings)
    if not any(row.prices for row in rows.values()):
        return Failure(refused("rows", f"none of {len(raw.values)} rows states a price"))
    return Success(Compacted(PriceTable(source, rows), len(raw.values), tuple(findings)))


def _decode(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_members,
            parse_float=NumberText,
            parse_int=NumberText,
            parse_constant=NumberText,
        )
    except ValueError as error:
        return refused("", f"no JSON: {error}")
    except RecursionError:
        return refused("", "no JSON: nested too deep")


def _members(pairs: Pairs) -> Members:
    values = dict(pairs)
    if len(values) == len(pairs):
        return Members(values, frozenset())
    counts = Counter(key for key, _ in pairs)
    return Members(values, frozenset(key for key, count in counts.items() if count > 1))


def _rows(raw: Members, findings: list[Finding]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    aliases: dict[str, object] = {}
    for key, value in raw.values.items():
        if isinstance(value, Members) and _ALIAS in value.values and key not in raw.repeated:
            aliases[key] = value.values[_ALIAS]
            continue
        row = _row(key, value, key in raw.repeated, findings)
        if row is not None:
            rows[key] = row
            findings.extend(audit(key, row))
    return rows | _targets(aliases, rows, findings)


def _targets(
    aliases: dict[str, object], rows: dict[str, Row], findings: list[Finding]
) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for key, target in aliases.items():
        row = rows.get(target) if is_text(target) else None
        if _is_bad(key):
            findings.append(finding("bad_key", key, "", None))
        elif row is None:
            findings.append(finding("alias_of_nothing", key, _ALIAS, _plain(target)))
        else:
            found[key] = row
    return found


def _row(key: str, value: object, repeated: bool, findings: list[Finding]) -> Row | None:
    if _is_bad(key):
        findings.append(finding("bad_key", key, "", None))
    elif repeated:
        findings.append(finding("repeated_row", key, "", None))
    elif not isinstance(value, Members):
        findings.append(finding("not_an_object", key, "", _plain(value)))
    else:
        return read_row(key, value, findings)
    return None


def _is_bad(key: str) -> bool:
    return not 0 < len(key) <= ID_MAX_CHARS or not is_unicode(key)


def _plain(value: object) -> object:
    return value.text if isinstance(value, NumberText) else value


def _shown(raw: object) -> str:
    if isinstance(raw, Members):
        return f"an object of {len(raw.values)} keys"
    return excerpt(_plain(raw))
