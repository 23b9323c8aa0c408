"""The price table: every row of a public price list in a compact, exact form, and how it is read.

Rules:
1. A row stands under the price list's own key and states its provider itself.
2. A price is a whole number of femtodollars per unit, the unit being what the field's name says
   (``input_cost_per_token``: a token; ``output_cost_per_image``: an image). A price that is no
   whole number stays as the exact decimal text of its femtodollars.
3. A nested field is a path: ``tiered_pricing[0].input_cost_per_token``. What belongs to prices but
   is none (tier ranges, hours, multipliers, free counts) is a term: text under its path.
4. ``supports`` holds the ``supports_*`` flags that the list states as true.
5. The compact form keeps what rows share once, in ``pools``; ``columns`` point into them, item by
   item beside ``keys``. ``parse`` checks every item, and takes no table without rows. A row is put
   together when it is asked for, since a program prices few of thousands.
6. ``aliases`` says which names of the list a caller's provider means; see ``providers``.
7. The list is LiteLLM's ``model_prices_and_context_window``; the names of fields are its own.
"""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias

from attrs import frozen
from typing_extensions import override

from mimir.core.fields import InvalidField, excerpt, is_integer, is_object, text
from mimir.core.limits import ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.columns import parse as parse_columns
from mimir.core.pricing.pools import Pools, refused
from mimir.core.pricing.pools import parse as parse_pools
from mimir.core.pricing.providers import NO_ALIASES, ProviderAliases
from mimir.core.pricing.providers import parse as parse_aliases

FORMAT: Final = 2
"""The number of the compact form; another one is refused."""

OUTLIER_FEMTODOLLARS_PER_TOKEN: Final = 10**12
"""$1,000 per million tokens; a price per token above it is taken for an error of the list."""

_PER_TOKEN: Final = re.compile(r"per(?:_[a-z]+)?_token(?!s)|token_cost")

SOURCE_KEYS: Final = ("name", "version", "date", "licence", "digest")

_NO_PRICES: Final[Mapping[str, int | str]] = {}
_NO_TERMS: Final[Mapping[str, str]] = {}


class Source(NamedTuple):
    """Where a table comes from: the list's name and version, the date it was fetched (UTC), its
    licence, and ``sha256:`` with the hex digest of the list as it was fetched.
    """

    name: str
    version: str
    date: str
    licence: str
    digest: str


class Row(NamedTuple):
    """One row of the price list: what it costs and what it can do."""

    provider: str
    mode: str | None = None
    max_input_tokens: int | None = None
    max_output_tokens: int | None = None
    max_tokens: int | None = None
    deprecation_date: str | None = None
    supports: frozenset[str] = frozenset()
    prices: Mapping[str, int | str] = _NO_PRICES
    terms: Mapping[str, str] = _NO_TERMS


class _Columns(NamedTuple):
    """The positions of each row in the pools."""

    provider: tuple[int, ...]
    mode: tuple[int, ...]
    max_input_tokens: tuple[int, ...]
    max_output_tokens: tuple[int, ...]
    max_tokens: tuple[int, ...]
    deprecation_date: tuple[int, ...]
    supports: tuple[int, ...]
    prices: tuple[int, ...]
    terms: tuple[int, ...]


@frozen(eq=False, repr=False)
class Rows(Mapping[str, Row]):
    """The rows of a compact table by key. Their parts are checked; a row is made when asked for."""

    positions: Mapping[str, int]
    columns: _Columns
    pools: Pools

    @override
    def __getitem__(self, key: str) -> Row:
        """Put one row together."""
        at, of, pools = self.positions[key], self.columns, self.pools
        return Row(
            pools.providers[of.provider[at]],
            pools.modes[of.mode[at]],
            pools.counts[of.max_input_tokens[at]],
            pools.counts[of.max_output_tokens[at]],
            pools.counts[of.max_tokens[at]],
            pools.dates[of.deprecation_date[at]],
            frozenset(pools.supports[of.supports[at]]),
            pools.prices_at(of.prices[at]),
            pools.terms[of.terms[at]],
        )

    @override
    def __iter__(self) -> Iterator[str]:
        """Give the keys in the order of the list."""
        return iter(self.positions)

    @override
    def __len__(self) -> int:
        """Count the rows."""
        return len(self.positions)


@frozen
class PriceTable:
    """The rows of a price list by its own keys. Do not change the mapping after the fact."""

    source: Source
    rows: Mapping[str, Row]
    aliases: ProviderAliases = NO_ALIASES


EMPTY: Final = PriceTable(Source("none", "none", "none", "none", "none"), {})
"""A table without rows, for an embedder that prices from its configuration only."""


def is_per_token(path: str) -> bool:
    """Tell whether a price's field is per token: of any kind, in any tier.

    >>> is_per_token("input_cost_per_audio_token"), is_per_token("cache_read_input_token_cost")
    (True, True)
    >>> is_per_token("input_cost_per_image_above_128k_tokens")
    False
    """
    return _PER_TOKEN.search(path) is not None


PriceFile: TypeAlias = Literal["price table", "overlay", "provider list"]
"""What a file of prices is."""


@frozen
class PriceTableUnusable:
    """A file of prices cannot be used; ``reason`` is a closed word, ``detail`` is bounded."""

    reason: Literal["missing", "unreadable", "too_large", "damaged", "not_json", "wrong_checksum"]
    detail: str
    what: PriceFile = "price table"
    code: ClassVar[Literal["price_table_unusable"]] = "price_table_unusable"

    @property
    def message(self) -> str:
        """What is wrong with the file."""
        return f"{self.what} is {self.reason.replace('_', ' ')}: {self.detail}"


PriceTableError: TypeAlias = InvalidField | PriceTableUnusable
"""Why there is no price table."""


def parse(raw: object) -> Outcome[PriceTable, InvalidField]:
    """Read the compact form: 1 to 100,000 rows under keys of at most 512 characters.

    The error's subject is ``price_table``; its field names the pool or the row.

    >>> parse({"format": 1}).failure().message
    'expected format 2, got 1'
    """
    if not is_object(raw):
        return Failure(refused("", f"expected an object, got {excerpt(raw)}"))
    number = raw.get("format")
    if not is_integer(number) or number != FORMAT:
        return Failure(refused("format", f"expected format {FORMAT}, got {excerpt(number)}"))
    source = _source(raw.get("source"))
    if isinstance(source, InvalidField):
        return Failure(source)
    pools = parse_pools(raw.get("pools"))
    if isinstance(pools, InvalidField):
        return Failure(pools)
    rows = _rows(raw, pools)
    if isinstance(rows, InvalidField):
        return Failure(rows)
    aliases = parse_aliases(raw.get("aliases"))
    if isinstance(aliases, Failure):
        return aliases
    return Success(PriceTable(source, rows, aliases.unwrap()))


def _source(raw: object) -> Source | InvalidField:
    if not is_object(raw):
        return refused("source", f"expected an object, got {excerpt(raw)}")
    texts: list[str] = []
    for key in SOURCE_KEYS:
        path = f"source.{key}"
        value = text(raw.get(key), "price_table", path, ID_MAX_CHARS, "expected a text")
        if isinstance(value, InvalidField):
            return value
        texts.append(value)
    return Source(*texts)


def _rows(raw: dict[object, object], pools: Pools) -> Rows | InvalidField:
    columns = parse_columns(raw.get("keys"), raw.get("columns"))
    if isinstance(columns, InvalidField):
        return columns
    read = _Columns(
        columns.positions("provider", len(pools.providers)),
        columns.positions("mode", len(pools.modes)),
        columns.positions("max_input_tokens", len(pools.counts)),
        columns.positions("max_output_tokens", len(pools.counts)),
        columns.positions("max_tokens", len(pools.counts)),
        columns.positions("deprecation_date", len(pools.dates)),
        columns.positions("supports", len(pools.supports)),
        columns.positions("prices", len(pools.prices)),
        columns.positions("terms", len(pools.terms)),
    )
    if columns.errors:
        return columns.errors[0]
    positions = dict(zip(columns.keys, range(len(columns.keys)), strict=True))
    return Rows(positions, read, pools)
