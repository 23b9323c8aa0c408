"""What a call costs: the plane of its model, tier, context and conditions, times its counts.

Rules:
1. ``price`` is ``prices.find``, then ``select``, then ``charge``. Each is of use alone: a program
   that prices many calls of one kind selects once.
2. The tier is the one that served the call. A tier that is not known is an error, and one that the
   model has no rates for is a missing rate; neither is ever priced as another tier.
3. The context tier is chosen by the whole input side; so is every count of the call.
4. A count without a rate is ``MissingRate``, which names the cell. With ``on_missing="partial"``
   the rest is priced, and the cost says that it is a lower bound.
5. A rate times its multipliers that is no whole number of femtodollars is an error that names it;
   it is never rounded.
6. A negative count is an error (deviation D15). Metering turns every error into 0, beside it.
7. A time before the day of the price list is noted on the cost: the rates may be younger than the
   call.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import ClassVar, Final, Literal, TypeAlias

from attrs import frozen

from mimir.core.fields import field_name
from mimir.core.instant import Instant
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.cost import Cell, Cost, Line, MissingRate, Multiplier
from mimir.core.pricing.cube import InexactRate, Plane, choose
from mimir.core.pricing.dimensions import INPUT_SIDE, NAMES, TIERS, SearchContext
from mimir.core.pricing.find import Prices
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.near import AmbiguousModel, UnknownModel
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.pricing.usage import Usage

LineParts: TypeAlias = tuple[Cell, int, tuple[Multiplier, ...]]
"""What a line is made of."""

OnMissing: TypeAlias = Literal["refuse", "partial"]
"""What to do about a count without a rate: refuse, or price the rest as a lower bound."""


@frozen
class UnknownTier:
    """A service tier that is not known; ``tier`` is a scrubbed, bounded excerpt."""

    tier: str
    code: ClassVar[Literal["unknown_tier"]] = "unknown_tier"

    @property
    def message(self) -> str:
        """Which tier it is, and which are known."""
        known = ", ".join(TIERS)
        return f'unknown service tier "{self.tier}"; price the one that served: {known}'


@frozen
class NegativeUsage:
    """A count below zero; ``field`` is its name."""

    field: str
    code: ClassVar[Literal["negative_usage"]] = "negative_usage"

    @property
    def message(self) -> str:
        """Which count is negative."""
        return f"{self.field} is negative"


SelectError: TypeAlias = UnknownTier
ChargeError: TypeAlias = MissingRate | NegativeUsage | InexactRate
PricingError: TypeAlias = (
    UnknownModel
    | AmbiguousModel
    | UnreadableTerm
    | UnknownTier
    | MissingRate
    | NegativeUsage
    | InexactRate
)
"""Why something has no price."""

_new: Final[Callable[[type[Line], LineParts], Line]] = tuple[object].__new__

input_side: Final = attrgetter(*INPUT_SIDE)
"""Return the counts of the input side; their sum chooses the context tier."""


def price(
    model: str,
    usage: Usage,
    prices: Prices,
    *,
    tier: str = "standard",
    at: Instant | None = None,
    region: str | None = None,
    search_context: SearchContext = "medium",
    on_missing: OnMissing = "refuse",
) -> Outcome[Cost, PricingError]:
    """Price ``usage`` of ``model``, exactly.

    ``tier`` is the one that served, ``at`` the time of the call (for off-peak hours and dated
    rates), ``region`` where it was served (for uplifts; ``None`` and ``global`` have none),
    ``search_context`` how much a web search read.

    >>> from mimir.core.pricing.providers import ProviderAliases
    >>> from mimir.core.pricing.rates import Rates
    >>> from mimir.core.pricing.table import EMPTY
    >>> from mimir.core.vocabulary import Model
    >>> config = {Model("house:small"): Rates(input=2_500_000, output=10_000_000)}
    >>> prices = Prices(config, EMPTY, ProviderAliases())
    >>> price("house:small", Usage(input_tokens=1_000), prices).unwrap().microdollars
    2500
    >>> price("house:small", Usage(input_tokens=1), prices, tier="turbo").failure().code
    'unknown_tier'
    """
    rates = prices.find(model)
    if not isinstance(rates, ModelRates):
        return Failure(rates)
    plain = rates.plain
    if (
        plain is not None
        and tier == "standard"
        and at is None
        and region is None
        and search_context == "medium"
    ):
        return charge(plain, usage, on_missing)
    tokens = sum(input_side(usage))
    plane = select(rates, tokens, tier=tier, at=at, region=region, search_context=search_context)
    return Failure(plane) if isinstance(plane, UnknownTier) else charge(plane, usage, on_missing)


def select(
    rates: ModelRates,
    input_tokens: int,
    *,
    tier: str = "standard",
    at: Instant | None = None,
    region: str | None = None,
    search_context: SearchContext = "medium",
) -> Plane | SelectError:
    """Choose the plane of one call; ``input_tokens`` is the sum of its input side.

    The plane is the same for every call of the same conditions, unless ``rates.plain`` is ``None``:
    then it depends on the context tier, or on the time.
    """
    known = TIERS.get(tier)
    if known is None:
        return UnknownTier(field_name(tier))
    plane = choose(
        rates.at(at), input_tokens, known, at=at, region=region, search_context=search_context
    )
    if at is None and rates.spans:
        plane = plane.noted("period_assumed")
    elif at is not None and at.text < rates.dated:
        plane = plane.noted("before_price_list")
    return plane


def charge(
    plane: Plane, usage: Usage, on_missing: OnMissing = "refuse"
) -> Outcome[Cost, ChargeError]:
    """Price ``usage`` at the cells of one plane.

    >>> from mimir.core.vocabulary import Model
    >>> charge(Plane(Model("p:m"), "batch", None, ()), Usage()).unwrap() == Cost.zero
    True
    """
    lines: list[Line] = []
    missing: tuple[MissingRate, ...] = ()
    cells, by = plane.cells, plane.multipliers
    for position, quantity in usage.sparse:
        cell = cells[position]
        if quantity < 0:
            return Failure(NegativeUsage(NAMES[position]))
        if cell is not None:
            lines.append(_new(Line, (cell, quantity, by)))  # without a constructor in between
            continue
        error = plane.gap(NAMES[position])
        if on_missing == "refuse" or isinstance(error, InexactRate):
            return Failure(error)
        missing = (*missing, error)
    if by:
        lines = [line._replace(multipliers=()) if line.is_fee else line for line in lines]
        if (inexact := _inexact(lines)) is not None:
            return Failure(inexact)
    return Success(Cost(tuple(lines), plane.sources, plane.notes, missing))


def meter(
    model: str,
    usage: Usage,
    prices: Prices,
    *,
    tier: str = "standard",
    at: Instant | None = None,
    region: str | None = None,
    search_context: SearchContext = "medium",
    on_missing: OnMissing = "refuse",
) -> tuple[int, PricingError | None]:
    """Return the microdollars of a call; 0 with the error beside it for what has no price.

    A partial cost has the first rate that is missing beside it.

    >>> from mimir.core.pricing.providers import ProviderAliases
    >>> from mimir.core.pricing.table import EMPTY
    >>> meter("nobody:none", Usage(), Prices({}, EMPTY, ProviderAliases()))
    (0, UnknownModel(model='nobody:none', near=()))
    """
    cost = price(
        model,
        usage,
        prices,
        tier=tier,
        at=at,
        region=region,
        search_context=search_context,
        on_missing=on_missing,
    )
    if isinstance(cost, Failure):
        return 0, cost.failure()
    priced = cost.unwrap()
    return priced.microdollars, priced.missing[0] if priced.missing else None


def cost_microdollars(model: str, usage: Usage, prices: Prices) -> int:
    """Return the first item of ``meter``: 0 for what has no price."""
    return meter(model, usage, prices)[0]


def _inexact(lines: list[Line]) -> InexactRate | None:
    for line in lines:
        numerator, denominator = line.multiplier
        if line.rate * numerator % denominator:
            rate = f"{line.rate} * {numerator}/{denominator}"
            return InexactRate(field_name(line.cell.key or ""), line.field, rate)
    return None
