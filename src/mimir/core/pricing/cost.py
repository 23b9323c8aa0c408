"""What a call cost, with the lines that it is the sum of.

Rules:
1. A line is a quantity at a cell's rate, times the multipliers that apply: an exact amount, always
   a whole number of femtodollars. Nothing else adds to a cost, so it can be computed again from
   its lines to the last digit.
2. A cell says where its rate comes from: the list, the row's key, the field, and the rule that
   filled it where the field itself states another cell.
3. Costs add: equal lines merge by adding their quantities, in one fixed order. So ``+`` is
   associative and commutative, and ``Cost.zero`` changes nothing.
4. Microdollars are derived from the exact sum, once, half to even (deviation D10).
5. A cost is ``partial``, a lower bound, where ``missing`` names cells that have no rate.
"""

from collections.abc import Iterable
from typing import ClassVar, Literal, NamedTuple, TypeAlias

from attrs import frozen

from mimir.core.money import Femtodollars, to_microdollars
from mimir.core.pricing.dimensions import FEES, POSITIONS, Tier
from mimir.core.pricing.table import Source
from mimir.core.vocabulary import Model

CellSource: TypeAlias = Literal["config", "overlay", "price_list"]
"""Where a rate comes from: the embedder's own row, its dated overlay, or the price list."""

Note: TypeAlias = Literal[
    "before_price_list", "period_assumed", "peak_price_assumed", "no_uplift_stated"
]
"""What is to be known about a cost: the call is older than the price list; the model has dated
rates, or off-peak hours, and no time was given; a region was given that no uplift is stated for."""


LineOrder: TypeAlias = tuple[
    str, int, tuple[str, int, str, str, str, str], int, tuple[tuple[str, int, int], ...]
]


class Multiplier(NamedTuple):
    """A rational that the tokens of a line are multiplied by, and the field that states it."""

    field: str
    numerator: int
    denominator: int


@frozen(cache_hash=True)
class Cell:
    """One rate: of a dimension, in a service tier, above a number of input-side tokens.

    ``rate`` is femtodollars per unit. ``above`` is ``None`` in the lowest context tier. ``key`` is
    the row's own key, ``None`` for a configured row. ``rule`` names what filled the cell from
    ``field``; ``None`` where the field states this very cell.
    """

    model: Model
    dimension: str
    tier: Tier
    above: int | None
    rate: int
    source: CellSource
    key: str | None
    field: str
    rule: str | None = None


class Line(NamedTuple):
    """One line of a bill: ``quantity`` units at the rate of ``cell``, times ``multipliers``."""

    cell: Cell
    quantity: int
    multipliers: tuple[Multiplier, ...] = ()

    @property
    def dimension(self) -> str:
        """What was counted: the name of a field of ``Usage``."""
        return self.cell.dimension

    @property
    def is_fee(self) -> bool:
        """Whether a fee was counted, and no token."""
        return self.cell.dimension in FEES

    @property
    def rate(self) -> int:
        """Femtodollars per unit, before multipliers."""
        return self.cell.rate

    @property
    def field(self) -> str:
        """The price list's field that the rate comes from."""
        return self.cell.field

    @property
    def rule(self) -> str | None:
        """The rule that filled the rate from ``field``; ``None`` where the field states it."""
        return self.cell.rule

    @property
    def multiplier(self) -> tuple[int, int]:
        """The product of the multipliers: a numerator and a denominator, not reduced."""
        return _product(self.multipliers)

    @property
    def amount(self) -> Femtodollars:
        """Quantity times rate times multipliers: exact, since pricing checked that it is whole."""
        cell, quantity, multipliers = self
        amount = quantity * cell.rate
        return Femtodollars(_times(amount, multipliers) if multipliers else amount)


def _product(multipliers: tuple[Multiplier, ...]) -> tuple[int, int]:
    numerator = denominator = 1
    for item in multipliers:
        numerator *= item.numerator
        denominator *= item.denominator
    return numerator, denominator


def _times(amount: int, multipliers: tuple[Multiplier, ...]) -> int:
    numerator, denominator = _product(multipliers)
    return amount * numerator // denominator


@frozen
class MissingRate:
    """A cell that a usage needs and that neither the list states nor a rule fills."""

    model: str
    dimension: str
    tier: Tier
    above: int | None
    code: ClassVar[Literal["missing_rate"]] = "missing_rate"

    @property
    def message(self) -> str:
        """Which cell has no rate, and what to do about it."""
        context = "" if self.above is None else f" above {self.above} input tokens"
        cell = f'{self.dimension} of model "{self.model}" in tier {self.tier}{context}'
        return f"no rate for {cell}; state it in an overlay, or accept a partial cost"


@frozen(slots=False)  # one is made for every call, and is made faster so
class Cost:
    """An exact amount and how it came about.

    ``sources`` are the lists that the rates come from, with digest and date.

    >>> Cost.zero.femtodollars, Cost.zero.partial
    (0, False)
    """

    lines: tuple[Line, ...] = ()
    sources: tuple[Source, ...] = ()
    notes: tuple[Note, ...] = ()
    missing: tuple[MissingRate, ...] = ()
    zero: ClassVar["Cost"]

    @property
    def femtodollars(self) -> Femtodollars:
        """The exact amount: the sum of the lines."""
        whole = 0
        for cell, quantity, multipliers in self.lines:
            amount = quantity * cell.rate
            whole += _times(amount, multipliers) if multipliers else amount
        return Femtodollars(whole)

    @property
    def microdollars(self) -> int:
        """The amount in whole microdollars, half to even."""
        return to_microdollars(self.femtodollars)

    @property
    def partial(self) -> bool:
        """Whether this is a lower bound, since a rate is missing."""
        return bool(self.missing)

    def __add__(self, other: "Cost") -> "Cost":
        """Add two costs; equal lines merge."""
        return total((self, other))


Cost.zero = Cost()


def total(costs: Iterable[Cost]) -> Cost:
    """Add any number of costs, in any order, to the same sum.

    >>> total([]) == Cost.zero
    True
    """
    quantities: dict[tuple[Cell, tuple[Multiplier, ...]], int] = {}
    sources: set[Source] = set()
    notes: set[Note] = set()
    missing: set[MissingRate] = set()
    for cost in costs:
        for cell, quantity, multipliers in cost.lines:
            key = (cell, multipliers)
            quantities[key] = quantities.get(key, 0) + quantity
        sources.update(cost.sources)
        notes.update(cost.notes)
        missing.update(cost.missing)
    lines = (Line(cell, quantity, by) for (cell, by), quantity in quantities.items())
    return Cost(
        tuple(sorted(lines, key=_line_order)),
        tuple(sorted(sources, key=source_order)),
        tuple(sorted(notes)),
        tuple(sorted(missing, key=_missing_order)),
    )


def _line_order(line: Line) -> LineOrder:
    cell = line.cell
    place = (cell.tier, cell.above or 0, cell.source, cell.key or "", cell.field, cell.rule or "")
    by = tuple((item.field, item.numerator, item.denominator) for item in line.multipliers)
    return cell.model, POSITIONS[cell.dimension], place, cell.rate, by


def source_order(source: Source) -> tuple[str, str, str, str]:
    """Return what the sources of a cost are sorted by."""
    return source.name, source.version, source.date, source.digest


def _missing_order(missing: MissingRate) -> tuple[str, int, str, int]:
    return missing.model, POSITIONS[missing.dimension], missing.tier, missing.above or 0
