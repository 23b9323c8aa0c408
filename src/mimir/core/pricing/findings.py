"""What is wrong or odd in a price list, told apart by kind and kept out of the prices.

Rules:
1. A row is dropped: ``bad_key``, ``repeated_row`` (a key that stands twice is nobody's price),
   ``not_an_object``, ``no_provider`` (it names none; the list's own notes are such rows),
   ``alias_of_nothing`` (it is an alias of a row that is none, or of another alias).
2. A cell is dropped: ``not_a_number`` (a string, bool or NaN where a price belongs), ``negative``,
   ``outlier`` (above $1,000 per million tokens, which is how a figure per 1,000 tokens looks when
   it is stored per token, or above 2^63 - 1 femtodollars), ``repeated_field``, ``not_a_count``,
   ``not_a_flag``, ``not_a_text``, ``not_a_date``, ``too_deep``, ``too_many``.
3. A cell is kept, and shown: ``repaired`` (a price per token, rounded to 12 significant digits),
   ``inexact`` (no whole number of femtodollars), ``cache_read_dearer`` (than plain input),
   ``half_row`` (an input or an output price without the other).
"""

from typing import Final, Literal, TypeAlias, get_args

from attrs import frozen

from mimir.core.fields import excerpt, field_name
from mimir.core.pricing.table import Row

FindingKind: TypeAlias = Literal[
    "bad_key",
    "repeated_row",
    "not_an_object",
    "no_provider",
    "alias_of_nothing",
    "not_a_number",
    "negative",
    "outlier",
    "repeated_field",
    "not_a_count",
    "not_a_flag",
    "not_a_text",
    "not_a_date",
    "too_deep",
    "too_many",
    "repaired",
    "inexact",
    "cache_read_dearer",
    "half_row",
]
"""The kinds of rules 1 to 3, in their order."""

FINDING_KINDS: Final[tuple[FindingKind, ...]] = get_args(FindingKind)

KEPT: Final[frozenset[FindingKind]] = frozenset(
    {"repaired", "inexact", "cache_read_dearer", "half_row"}
)
"""The kinds whose cell stays in the table."""

_READ: Final = "cache_read_input_token_cost"
_INPUT: Final = "input_cost_per_token"
_OUTPUT: Final = "output_cost_per_token"


@frozen
class Finding:
    """One odd cell or row; ``row``, ``field`` and ``detail`` are scrubbed and bounded."""

    kind: FindingKind
    row: str
    field: str
    detail: str

    @property
    def message(self) -> str:
        """The finding in one line."""
        where = f"{self.row}: {self.field}" if self.field else self.row
        return f"{self.kind}: {where}: {self.detail}"


def finding(kind: FindingKind, row: object, path: str, value: object) -> Finding:
    """Make a finding that quotes ``value``.

    >>> finding("negative", "gpt-4o", "input_cost_per_token", "-1").message
    'negative: gpt-4o: input_cost_per_token: "-1"'
    """
    return Finding(kind, field_name(row), field_name(path), excerpt(value))


def audit(key: str, row: Row) -> tuple[Finding, ...]:
    """Look at the prices of one row beside each other: ``half_row`` and ``cache_read_dearer``.

    >>> [item.kind for item in audit("m", Row("p", prices={"input_cost_per_token": 5}))]
    ['half_row']
    """
    found: list[Finding] = []
    if (_INPUT in row.prices) != (_OUTPUT in row.prices):
        missing = _OUTPUT if _INPUT in row.prices else _INPUT
        found.append(finding("half_row", key, missing, None))
    for name, read in row.prices.items():
        plain = row.prices.get(name.replace(_READ, _INPUT)) if name.startswith(_READ) else None
        if isinstance(plain, int) and isinstance(read, int) and read > plain:
            found.append(finding("cache_read_dearer", key, name, read))
    return tuple(found)
