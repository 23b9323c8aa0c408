"""What is wrong or odd in a price table or an overlay, told apart by kind.

Rules:
1. A fault makes prices wrong or absent: ``unknown_field`` (a price or term that nothing reads and
   no reason excuses), ``unreadable_term``, ``alias_without_rates`` and ``half_model`` (an overlay's
   model that no list has, without an input or an output rate).
2. A remark is worth a look: ``unread_field`` (with its reason), ``hole``, ``half_row``,
   ``cache_read_dearer``, ``inexact``, ``past_deprecation``; of an overlay ``unlisted_model``,
   ``period_over`` and ``period_ahead``.
3. A hole is a token rate that is stated for the standard tier in the lowest context, and missing in
   a service or context tier that has an input and an output rate.
4. Remarks stand in the order of the rows, then of the kinds above.
"""

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias, get_args

from attrs import frozen

from mimir.core.fields import field_name
from mimir.core.pricing.book import Overlay
from mimir.core.pricing.cube import RateCube
from mimir.core.pricing.dimensions import POSITIONS, TOKENS
from mimir.core.pricing.find import INPUT_FIELD, OUTPUT_FIELD, Prices
from mimir.core.pricing.findings import audit
from mimir.core.pricing.grid import RowFacts, Stated, cube_of
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.paths import address
from mimir.core.pricing.table import PriceTable, Row
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.pricing.unread import is_no_price, is_read_term, unread
from mimir.core.vocabulary import Model

RemarkKind: TypeAlias = Literal[
    "unknown_field",
    "unreadable_term",
    "alias_without_rates",
    "half_model",
    "unread_field",
    "hole",
    "half_row",
    "cache_read_dearer",
    "inexact",
    "past_deprecation",
    "unlisted_model",
    "period_over",
    "period_ahead",
]
"""The kinds of rules 1 and 2, in their order."""

REMARK_KINDS: Final[tuple[RemarkKind, ...]] = get_args(RemarkKind)

FAULTS: Final[frozenset[RemarkKind]] = frozenset(
    {"unknown_field", "unreadable_term", "alias_without_rates", "half_model"}
)
"""The kinds that make prices wrong or absent."""

_BOTH: Final = (POSITIONS["input_tokens"], POSITIONS["output_tokens"])


@frozen
class Remark:
    """One thing found; ``row``, ``field`` and ``detail`` are scrubbed and bounded."""

    kind: RemarkKind
    row: str
    field: str
    detail: str

    @property
    def message(self) -> str:
        """The remark in one line."""
        where = f"{self.row}: {self.field}" if self.field else self.row
        return f"{where}: {self.detail}" if self.detail else where


def lint_table(table: PriceTable, today: str) -> tuple[Remark, ...]:
    """Look at every row of a table; ``today`` is ``YYYY-MM-DD``.

    >>> from mimir.core.pricing.table import EMPTY
    >>> table = PriceTable(EMPTY.source, {"m": Row("p", prices={"input_cost_per_tokn": 5})})
    >>> [(item.kind, item.field) for item in lint_table(table, "2026-01-31")]
    [('unknown_field', 'input_cost_per_tokn')]
    """
    return tuple(item for key, row in table.rows.items() for item in _row(key, row, today))


def lint_overlay(overlay: Overlay, prices: Prices, today: str) -> tuple[Remark, ...]:
    """Look at every period and alias of an overlay, beside the ``prices`` that it stands over.

    >>> from mimir.core.pricing.book import Period
    >>> from mimir.core.pricing.providers import ProviderAliases
    >>> from mimir.core.pricing.table import EMPTY
    >>> old = Period(None, "2026-01-01T00:00:00.000000Z", {"input_cost_per_token": 5}, {})
    >>> overlay = Overlay(EMPTY.source, {Model("p:m"): (old,)})
    >>> found = lint_overlay(overlay, Prices({}, EMPTY, ProviderAliases(), overlay), "2026-01-31")
    >>> [item.kind for item in found]
    ['half_model', 'period_over']
    """
    return (*_periods(overlay, prices, today), *_aliases(overlay, prices))


def _row(key: str, row: Row, today: str) -> Iterator[Remark]:
    name = field_name(key)
    yield from _fields(name, row)
    stated = {path: Stated(rate, path, "price_list", key) for path, rate in row.prices.items()}
    cube = cube_of(RowFacts(Model(key), row.provider, key, stated, row.terms, ()))
    if isinstance(cube, UnreadableTerm):
        yield Remark("unreadable_term", name, cube.field, cube.value)
    else:
        yield from _holes(name, cube)
    for item in audit(key, row):
        kind: RemarkKind = "half_row" if item.kind == "half_row" else "cache_read_dearer"
        yield Remark(kind, item.row, item.field, item.detail if kind != "half_row" else "missing")
    for path, rate in row.prices.items():
        if isinstance(rate, str):
            yield Remark("inexact", name, path, "no whole number of femtodollars")
    if row.deprecation_date is not None and row.deprecation_date < today:
        yield Remark("past_deprecation", name, "deprecation_date", row.deprecation_date)


def _fields(name: str, row: Row) -> Iterator[Remark]:
    prices = (path for path in row.prices if address(path) is None)
    terms = (path for path in row.terms if not is_read_term(path) and not is_no_price(path))
    for path in (*prices, *terms):
        reason = unread(path)
        kind: RemarkKind = "unknown_field" if reason is None else "unread_field"
        yield Remark(kind, name, field_name(path), reason or "")


def _holes(name: str, cube: RateCube) -> Iterator[Remark]:
    base = cube.plane("standard", None).cells
    for (tier, above), plane in cube.planes.items():
        if any(plane.cells[position] is None for position in _BOTH):
            continue
        for dimension in TOKENS:
            cell = base[POSITIONS[dimension]]
            if cell is None or cell.rule is not None or plane.cells[POSITIONS[dimension]]:
                continue
            context = "" if above is None else f" above {above} input tokens"
            yield Remark("hole", name, dimension, f"no rate in tier {tier}{context}")


def _periods(overlay: Overlay, prices: Prices, today: str) -> Iterator[Remark]:
    for model, periods in overlay.periods.items():
        name = field_name(model)
        if not _is_listed(model, prices):
            stated = {path for period in periods for path in period.prices}
            for path in (INPUT_FIELD, OUTPUT_FIELD):
                if path not in stated:
                    yield Remark("half_model", name, path, "the price list has no such model")
            if {INPUT_FIELD, OUTPUT_FIELD} <= stated:
                yield Remark("unlisted_model", name, "", "priced by the overlay alone")
        for period in periods:
            if period.until is not None and period.until <= f"{today}T00:00:00.000000Z":
                yield Remark("period_over", name, "valid_until", period.until)
            if period.since is not None and period.since[: len(today)] > today:
                yield Remark("period_ahead", name, "valid_from", period.since)


def _is_listed(model: Model, prices: Prices) -> bool:
    return isinstance(Prices({}, prices.table, prices.aliases).find(model), ModelRates)


def _aliases(overlay: Overlay, prices: Prices) -> Iterator[Remark]:
    for alias, model in overlay.aliases.items():
        if not isinstance(prices.find(alias), ModelRates):
            yield Remark("alias_without_rates", field_name(alias), "", field_name(model))
