"""Adding up a usage log: exact sums by group, at the speed of reading it, in flat memory.

Rules:
1. A line costs what ``price`` says. Within one plane a cost is linear in the counts, so counts are
   summed, and each sum is priced once: the total is exact, and the same in any order of lines.
2. A line that cannot be read or priced is kept out of every sum and counted under its reason: the
   number of such lines, the first one's number, and an excerpt of it.
3. Most lines are like one before. Those go a short way, which takes only what it fully
   understands; every other line goes the long way, which decides.
4. A tally is taken over by what adds to it: go on with the one that comes back. Two threads need
   two tallies.
5. Kept are at most ``GROUPS_MAX`` groups, the first ones, and ``REASONS_MAX`` reasons; what is past
   that is added up together. Open sums are settled into their groups at ``OPEN_MAX``.
"""

from collections.abc import Sequence
from operator import add as plus
from typing import Final, TypeAlias

from attrs import evolve, field, frozen

from mimir.core.fields import InvalidField, field_name
from mimir.core.outcome import Failure
from mimir.core.pricing.cost import Cost, total
from mimir.core.pricing.dimensions import NAMES
from mimir.core.pricing.find import FindError, Prices, listed
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.near import UnknownModel
from mimir.core.pricing.price import OnMissing, PricingError, UnknownTier, input_side, select
from mimir.core.pricing.tally_short import add_short
from mimir.core.pricing.tally_sums import (
    OTHERS,
    By,
    Card,
    Conditions,
    Group,
    GroupSum,
    Slot,
    Sums,
    Variant,
    card_of,
    cost_of,
    day_of,
    era_of,
    grown,
    slot_of,
    variant_of,
)
from mimir.core.pricing.usage import counts
from mimir.core.pricing.usage_line import PLAIN, Format, LineError, UsageLine, read
from mimir.core.redaction.text import scrub
from mimir.core.vocabulary import Model

GROUPS_MAX: Final = 100_000
"""Groups that are kept apart."""

REASONS_MAX: Final = 1_000
"""Reasons that are kept apart; one more for each code."""

OPEN_MAX: Final = 20_000
"""Sums, slots and cards that are held before they are settled or made anew."""

EXAMPLE_MAX_CHARS: Final = 120
"""Characters of a line that a reason quotes."""

_BLANK: Final = " \t\r"
_SCRUBBED_MAX_CHARS: Final = 2_048

TallyError: TypeAlias = LineError | PricingError
"""Why a line is in no sum."""

_CardKey: TypeAlias = tuple[
    str, str | None, str | None, str | None, bool, bool, Variant | None, tuple[str, ...]
]


@frozen
class Settings:
    """What a log is added up by: the prices, the grouping, and how its usage is read."""

    prices: Prices
    by: tuple[By, ...] = ("model",)
    on_missing: OnMissing = "refuse"
    form: Format = PLAIN


@frozen
class Reason:
    """Lines that have no price for one reason; ``error`` and ``example`` are the first one's."""

    error: TallyError
    lines: int
    first_line: int
    example: str


@frozen
class Tally:
    """The sums so far. ``groups`` and ``cost`` are whole once it is ``settled``."""

    settings: Settings
    groups: dict[Group, GroupSum] = field(factory=dict[Group, GroupSum])
    cost: Cost = Cost.zero
    reasons: dict[tuple[str, str], Reason] = field(factory=dict[tuple[str, str], Reason])
    eras: dict[str, str] = field(factory=dict[str, str])
    slots: dict[tuple[object, ...], Slot] = field(factory=dict[tuple[object, ...], Slot])
    cards: dict[_CardKey, Card] = field(factory=dict[_CardKey, Card])
    open: list[Sums] = field(factory=list[Sums])


def add(tally: Tally, lines: Sequence[str], first: int) -> Tally:
    """Add the lines of a log, of which ``first`` is the number of the first; blank ones are none.

    >>> from mimir.core.pricing.providers import ProviderAliases
    >>> from mimir.core.pricing.rates import Rates
    >>> from mimir.core.pricing.table import EMPTY
    >>> config = {Model("p:m"): Rates(input=1_000_000, output=0)}
    >>> tally = Tally(Settings(Prices(config, EMPTY, ProviderAliases())))
    >>> log = ['{"model": "p:m", "usage": {"input_tokens": 3}}', '{"model": "p:m"}']
    >>> tally = settled(add(tally, log, 1))
    >>> tally.cost.microdollars, [reason.first_line for reason in tally.reasons.values()]
    (3, [2])
    """
    slots, eras = tally.slots, tally.eras
    plain = tally.settings.form is PLAIN
    for number, line in enumerate(lines, first):
        if not (plain and add_short(slots, eras, line)) and line.strip(_BLANK):
            _long(tally, line, number)
    if max(map(len, (tally.open, slots, tally.cards, eras))) > OPEN_MAX:
        return settled(tally)
    return tally


def settled(tally: Tally) -> Tally:
    """Price every open sum and add it to its group."""
    groups = dict(tally.groups)
    costs = [tally.cost]
    for sums in (sums for sums in tally.open if sums.counts[0]):
        cost = cost_of(sums)
        costs.append(cost)
        known = sums.group in groups or len(groups) < GROUPS_MAX
        group = sums.group if known else OTHERS
        groups[group] = grown(groups.get(group, GroupSum()), sums, cost)
    return Tally(tally.settings, groups, total(costs), tally.reasons)


def refuse(tally: Tally, error: TallyError, number: int, line: str) -> None:
    """Count a line under the reason why it is in no sum."""
    key = error.code, error.field if isinstance(error, InvalidField) else error.message
    if key not in tally.reasons and len(tally.reasons) >= REASONS_MAX:
        key = error.code, ""
    known = tally.reasons.get(key)
    tally.reasons[key] = (
        Reason(error, 1, number, _example(line))
        if known is None
        else evolve(known, lines=known.lines + 1)
    )


def _long(tally: Tally, text: str, number: int) -> None:
    line = read(text, tally.settings.form)
    error = line.failure() if isinstance(line, Failure) else _add(tally, line.unwrap())
    if error is not None:
        refuse(tally, error, number, text)


def _add(tally: Tally, line: UsageLine) -> PricingError | None:
    conditions = _conditions(tally, line)
    slot = tally.slots.get(conditions)
    if slot is None:
        rates = _find(tally, line.model)
        if not isinstance(rates, ModelRates):
            return rates
        slot = slot_of(line, rates, tally.settings.by)
        tally.slots[conditions] = slot
    by_name = dict(zip(NAMES, counts(line.usage), strict=True))
    values = [1, *(by_name[name] for name in line.names)]
    variant = variant_of(slot, line.names, values, None if line.at is None else line.at.text)
    sums = slot.sums.get((line.names, variant))
    if sums is None:
        card = _card(tally, slot, line, variant)
        if isinstance(card, UnknownTier):
            return card
        sums = Sums(slot.group, card, [0] * len(values))
        slot.sums[line.names, variant] = sums
        tally.open.append(sums)
    for index in sums.card.refused:
        unit = sums.card.costs[index - 1]
        if values[index] and not isinstance(unit, Cost):
            return unit
    sums.counts[:] = map(plus, sums.counts, values)
    return None


def _conditions(tally: Tally, line: UsageLine) -> Conditions:
    day = day_of(line)
    era: str | None = None
    if day is not None:
        settings = tally.settings
        era = era_of(day, settings.by, settings.prices.table.source.date)
        tally.eras[day] = era
    return line.model, line.tier, line.region, line.search_context, era


def _find(tally: Tally, model: Model) -> ModelRates | FindError:
    """Find the rates of a model; near names are looked for as long as reasons are kept apart."""
    prices = tally.settings.prices
    if len(tally.reasons) >= REASONS_MAX:
        overlay = prices.overlay
        own = model in prices.config or model in overlay.periods or model in overlay.aliases
        if not own and listed(model, prices) is None:
            return UnknownModel(field_name(model))
    return prices.find(model)


def _card(tally: Tally, slot: Slot, line: UsageLine, variant: Variant | None) -> Card | UnknownTier:
    dated = line.at is not None and line.at.text < slot.rates.dated
    timed = line.at is not None
    key = line.model, line.tier, line.region, line.search_context, timed, dated, variant, line.names
    card = tally.cards.get(key)
    if card is None:
        plane = select(
            slot.rates,
            sum(input_side(line.usage)),
            tier="standard" if line.tier is None else line.tier,
            at=line.at,
            region=line.region,
            search_context=line.search_context or "medium",
        )
        if isinstance(plane, UnknownTier):
            return plane
        card = card_of(plane, line.names, tally.settings.on_missing)
        tally.cards[key] = card
    return card


def _example(line: str) -> str:
    if len(line) > _SCRUBBED_MAX_CHARS:
        return f"a line of {len(line)} characters"
    text = scrub(line.strip())
    return text if len(text) <= EXAMPLE_MAX_CHARS else text[: EXAMPLE_MAX_CHARS - 3] + "..."
