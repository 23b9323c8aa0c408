"""What a tally is made of: sums of counts that are priced alike, and the groups that they go into.

Rules:
1. A ``Card`` is what one unit of each count costs in one plane, or why it has no price. It is made
   by ``select`` and ``charge``, so that a tally cannot price otherwise than ``price`` does.
2. ``Sums`` are counts of lines of one group, one card and the same names; they cost their card
   times the counts, which is exact, since a line of a bill is linear in its quantity.
3. A ``Slot`` holds the sums of the lines of one model, under the same conditions, in the same era:
   on days that neither the grouping nor the date of the price list tells apart.
4. A ``Variant`` is what else chooses a plane: the period, the context tier, off-peak hours.
"""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from mimir.core.fields import is_text
from mimir.core.instant import Instant
from mimir.core.money import Femtodollars
from mimir.core.outcome import Failure
from mimir.core.pricing.cost import Cost, Line, MissingRate, Note
from mimir.core.pricing.cube import Plane
from mimir.core.pricing.dimensions import INPUT_SIDE, POSITIONS, TIERS, TOKENS
from mimir.core.pricing.hours import is_open
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.price import ChargeError, OnMissing, charge
from mimir.core.pricing.table import Source
from mimir.core.pricing.usage import of
from mimir.core.pricing.usage_line import UsageLine
from mimir.core.vocabulary import split_provider

By: TypeAlias = Literal["model", "provider", "day", "month", "tier", "region", "search_context"]
"""What lines are grouped by."""

Group: TypeAlias = tuple[str | None, ...]
"""The values of one group; ``None`` is not known."""

OTHERS: Final[Group] = ()
"""The group of what is past the bound of groups."""

Conditions: TypeAlias = tuple[str, str | None, str | None, str | None, str | None]
"""Model, tier, region and search context as a line states them, and the era of its day."""

Variant: TypeAlias = tuple[int, int | None, bool]
"""The number of the period, the context tier, and whether it is off peak."""

NO_MONEY: Final = Femtodollars(0)

_INPUT_SIDE: Final = frozenset(INPUT_SIDE)
_OUTPUT_SIDE: Final = frozenset(TOKENS) - _INPUT_SIDE
_DAY: Final = len("2026-01-31")
_MONTH: Final = len("2026-01")


@frozen
class Card:
    """What one unit of each of ``names`` costs.

    ``refused`` are the positions, in the counts of ``Sums``, of those that have no price.
    """

    names: tuple[str, ...]
    costs: tuple[Cost | ChargeError, ...]
    refused: tuple[int, ...]
    sources: tuple[Source, ...]
    notes: tuple[Note, ...]


@frozen
class Sums:
    """Counts of lines that are priced alike: ``counts`` are the lines, then each of the names."""

    group: Group
    card: Card
    counts: list[int]


@frozen
class Slot:
    """The sums of one model, its conditions and an era.

    ``keys`` is how many keys a line of it has, ``quotes`` how many quotation marks beside those of
    its counts, if no key stands twice. ``fixed`` is whether there is but one variant.
    """

    group: Group
    rates: ModelRates
    keys: int
    quotes: int
    fixed: bool
    sums: dict[tuple[tuple[object, ...], Variant | None], Sums] = field(
        factory=dict[tuple[tuple[object, ...], Variant | None], Sums]
    )


@frozen
class GroupSum:
    """What the lines of a group come to; a lower bound where it is ``partial``."""

    lines: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    femtodollars: Femtodollars = NO_MONEY
    partial: bool = False


def era_of(day: str, by: Sequence[By], dated: str) -> str:
    """Return what of a day matters: what lines are grouped by, and if the list is younger than it.

    >>> era_of("2026-01-31", ("month",), "2026-06-01"), era_of("2026-06-01", (), "2026-06-01")
    ('2026-01<', '')
    """
    kept = _DAY if "day" in by else _MONTH if "month" in by else 0
    return f"{day[:kept]}{'<' if day < dated else ''}"


def day_of(line: UsageLine) -> str | None:
    """Return the day of a line; ``None`` where its time is not known."""
    return None if line.at is None else line.at.text[:_DAY]


def slot_of(line: UsageLine, rates: ModelRates, by: Sequence[By]) -> Slot:
    """Make an empty slot for lines like ``line``."""
    stated = (line.model, line.tier, line.at, line.region, line.search_context)
    texts = sum(1 for item in stated if item is not None)
    keys = texts + 1  # the one more is the usage
    fixed = rates.plain is not None and not rates.spans
    group = tuple(_value(line, key) for key in by)
    return Slot(group, rates, keys, 2 * (keys + texts), fixed)


def variant_of(
    slot: Slot, names: tuple[object, ...], counts: list[int], at: object
) -> Variant | None:
    """Return what chooses the plane of a line beside its slot; ``counts`` are as in ``Sums``."""
    if slot.fixed:
        return None
    tokens = 0
    for name, count in zip(("lines", *names), counts, strict=True):
        if name in _INPUT_SIDE:
            tokens += count
    moment = Instant(at) if is_text(at) else None
    cube = slot.rates.at(moment)
    spans = slot.rates.spans
    span = next((index for index, item in enumerate(spans) if item.cube is cube), -1)
    hours = cube.hours
    off_peak = hours is not None and moment is not None and is_open(hours, moment)
    return span, cube.context(tokens), off_peak


def card_of(plane: Plane, names: tuple[str, ...], on_missing: OnMissing) -> Card:
    """Price one unit of each of ``names`` in ``plane``.

    >>> from mimir.core.vocabulary import Model
    >>> card = card_of(Plane(Model("p:m"), "batch", None, (None,)), ("input_tokens",), "refuse")
    >>> card.refused, card.costs[0].code
    ((1,), 'missing_rate')
    """
    priced = [charge(plane, of({name: 1}), on_missing) for name in names]
    costs = tuple(item.failure() if isinstance(item, Failure) else item.unwrap() for item in priced)
    refused = [index for index, item in enumerate(priced, 1) if isinstance(item, Failure)]
    refused.sort(key=lambda index: POSITIONS[names[index - 1]])
    return Card(names, costs, tuple(refused), plane.sources, plane.notes)


def cost_of(sums: Sums) -> Cost:
    """Price the counts by their card."""
    lines: list[Line] = []
    missing: list[MissingRate] = []
    for unit, quantity in zip(sums.card.costs, sums.counts[1:], strict=True):
        if quantity and isinstance(unit, Cost):
            lines.extend(Line(item.cell, quantity, item.multipliers) for item in unit.lines)
            missing.extend(unit.missing)
    return Cost(tuple(lines), sums.card.sources, sums.card.notes, tuple(missing))


def grown(group: GroupSum, sums: Sums, cost: Cost) -> GroupSum:
    """Add sums and their cost to a group."""
    counts = dict(zip(sums.card.names, sums.counts[1:], strict=True))
    return GroupSum(
        group.lines + sums.counts[0],
        group.input_tokens + sum(counts[name] for name in counts if name in _INPUT_SIDE),
        group.output_tokens + sum(counts[name] for name in counts if name in _OUTPUT_SIDE),
        Femtodollars(group.femtodollars + cost.femtodollars),
        group.partial or cost.partial,
    )


def _value(line: UsageLine, by: By) -> str | None:
    day = day_of(line)
    values: dict[By, str | None] = {
        "model": line.model,
        "provider": split_provider(line.model).provider,
        "day": day,
        "month": None if day is None else day[:_MONTH],
        "tier": "standard" if line.tier is None else TIERS.get(line.tier, line.tier),
        "region": line.region,
        "search_context": line.search_context,
    }
    return values[by]
