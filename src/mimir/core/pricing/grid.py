"""From the fields of a row to its rate cube.

Rules:
1. A field that ``paths`` reads states one cell. A field that is not read states nothing.
2. Of two fields of one cell the overlay's counts; else the range of ``tiered_pricing``, which is a
   context tier; else the first that ``dimensions`` names.
3. A fee is the same in every service tier. In a context tier it is its own cell there, if one is
   stated, and else the plain one.
4. The plain price of a search stands for every amount of context that has no price of its own.
5. Off peak, the stated off-peak rates stand for the standard tier's in every context; the others
   stay as they are.
6. A range without a start, and off-peak rates without hours, are an error of the whole row.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple, get_args

from mimir.core.fields import field_name
from mimir.core.pricing import terms
from mimir.core.pricing.cost import Cell, CellSource
from mimir.core.pricing.cube import InexactRate, Plane, RateCube
from mimir.core.pricing.dimensions import DIMENSIONS, FEES, NAMES, SearchContext, Tier
from mimir.core.pricing.fill import Facts, Place, derived
from mimir.core.pricing.hours import PREFIX
from mimir.core.pricing.paths import Address, address
from mimir.core.pricing.table import Source
from mimir.core.pricing.terms import Terms, UnreadableTerm
from mimir.core.vocabulary import Model

INCLUSIVE: Final = ("xai",)
"""Providers whose thresholds are inclusive. Source: xAI, "Models": from 200,000 tokens."""

_FEES: Final = frozenset(FEES)
_SECOND: Final = tuple(name for item in DIMENSIONS for name in item.fields[1:])
_SEARCHES: Final[Place] = ("web_searches", "standard", None)
_SIZES: Final[tuple[SearchContext, ...]] = get_args(SearchContext)


class Stated(NamedTuple):
    """One rate as a row states it: femtodollars per unit, exact text where it is not whole."""

    rate: int | str
    field: str
    source: CellSource
    key: str | None


class RowFacts(NamedTuple):
    """What a cube is made of: a row's fields and terms, and whose they are."""

    model: Model
    provider: str
    key: str
    prices: Mapping[str, Stated]
    terms: Mapping[str, str]
    sources: tuple[Source, ...]


class _Filled(NamedTuple):
    """A stated rate, times a rational, and the names of the rules that took it here."""

    stated: Stated
    rule: str | None = None
    numerator: int = 1
    denominator: int = 1


class _Grid(NamedTuple):
    """What the fields of one row state, by place; ``quiet`` is off peak, ``fast`` a multiplier."""

    row: RowFacts
    stated: dict[Place, Stated]
    quiet: dict[str, Stated]
    searches: dict[SearchContext, Stated]
    fast: tuple[int, int] | None

    def facts(self) -> Facts:
        """Return what the rules look at."""
        rates = {place: item.rate for place, item in self.stated.items()}
        return Facts(rates, self.row.provider, self.row.key, self.fast)


def cube_of(row: RowFacts) -> RateCube | UnreadableTerm:
    """Make the cube of one row; an error names the term that cannot be read.

    >>> stated = Stated(5, "input_cost_per_token", "price_list", "m")
    >>> row = RowFacts(Model("p:m"), "p", "m", {stated.field: stated}, {}, ())
    >>> cube = cube_of(row)
    >>> cube.cell("input_tokens").rate, cube.cell("output_tokens")
    (5, None)
    """
    read = terms.parse(row.key, row.terms)
    if isinstance(read, UnreadableTerm):
        return read
    grid = _grid(row, read)
    if isinstance(grid, UnreadableTerm):
        return grid
    contexts = sorted({above for _, _, above in grid.stated if above is not None})
    return RateCube(
        model=row.model,
        planes=_planes(grid, (None, *contexts)),
        contexts=tuple(contexts),
        inclusive=row.provider in INCLUSIVE,
        ceiling=read.ceiling,
        hours=read.hours,
        off_peak=_off_peak(grid, read, (None, *contexts)),
        uplifts=read.uplifts,
        elsewhere=read.elsewhere,
        searches=_searches(grid),
    )


def _grid(row: RowFacts, read: Terms) -> _Grid | UnreadableTerm:
    fast = None if read.fast is None else (read.fast.numerator, read.fast.denominator)
    grid = _Grid(row, {}, {}, {}, fast)
    ranks: dict[tuple[str, Place], tuple[bool, bool, bool]] = {}
    for path, stated in row.prices.items():
        place = address(path)
        if place is None:
            continue
        ranged = place.part == "range"
        start = read.starts.get(place.position) if ranged else place.above
        if ranged and start is None:
            return terms.absent(row.key, f"tiered_pricing[{place.position}].range[0]")
        at: Place = (place.dimension, place.tier, start or None)
        slot = place.search or ("off_peak" if place.part == "off_peak" else "base")
        rank = (stated.source != "overlay", not ranged, any(name in path for name in _SECOND))
        if rank <= ranks.get((slot, at), rank):
            ranks[slot, at] = rank
            _state(grid, place, at, stated)
    if grid.quiet and read.hours is None:
        return terms.absent(row.key, f"{PREFIX}hours_utc")
    _search(grid)
    return grid


def _state(grid: _Grid, place: Address, at: Place, stated: Stated) -> None:
    if place.search is not None:
        grid.searches[place.search] = stated
    elif place.part == "off_peak":
        grid.quiet[place.dimension] = stated
    else:
        grid.stated[at] = stated


def _search(grid: _Grid) -> None:
    """Let the plain price of a search stand for each size, and the medium size for the cell."""
    if (plain := grid.stated.get(_SEARCHES)) is not None:
        for size in _SIZES:
            grid.searches.setdefault(size, plain)
    if "medium" in grid.searches:
        grid.stated[_SEARCHES] = grid.searches["medium"]


def _planes(grid: _Grid, contexts: tuple[int | None, ...]) -> dict[tuple[Tier, int | None], Plane]:
    tiers: dict[Tier, None] = {"standard": None}
    tiers.update((tier, None) for _, tier, _ in grid.stated)
    if "claude" in grid.row.key:
        tiers["batch"] = None
    if grid.fast is not None:
        tiers["fast"] = None
    facts = grid.facts()
    return {(tier, above): _plane(grid, facts, tier, above) for tier in tiers for above in contexts}


def _off_peak(
    grid: _Grid, read: Terms, contexts: tuple[int | None, ...]
) -> dict[int | None, Plane]:
    if read.hours is None:
        return {}
    quiet = dict(grid.stated)
    for dimension, stated in grid.quiet.items():
        quiet.update(((dimension, "standard", above), stated) for above in contexts)
    off_peak = grid._replace(stated=quiet)
    facts = off_peak.facts()
    return {above: _plane(off_peak, facts, "standard", above) for above in contexts}


def _plane(grid: _Grid, facts: Facts, tier: Tier, above: int | None) -> Plane:
    cells: list[Cell | None] = []
    inexact: dict[str, InexactRate] = {}
    for name in NAMES:
        place: Place = (name, tier, above)
        if name in _FEES:
            place = (name, "standard", above)
            if place not in grid.stated:
                place = (name, "standard", None)
        filled = _resolved(grid.stated, facts, place)
        made = None if filled is None else _cell(grid.row, place, filled)
        if isinstance(made, InexactRate):
            inexact[name] = made
            made = None
        cells.append(made)
    return Plane(grid.row.model, tier, above, tuple(cells), grid.row.sources, inexact)


def _resolved(cells: Mapping[Place, Stated], facts: Facts, place: Place) -> _Filled | None:
    stated = cells.get(place)
    if stated is not None:
        return _Filled(stated)
    for item in derived(facts, *place):
        base = _resolved(cells, facts, item.place)
        if base is not None:
            rule = item.rule if base.rule is None else f"{base.rule}+{item.rule}"
            over = (base.numerator * item.numerator, base.denominator * item.denominator)
            return _Filled(base.stated, rule, *over)
    return None


def _cell(row: RowFacts, place: Place, filled: _Filled) -> Cell | InexactRate:
    stated = filled.stated
    if isinstance(stated.rate, str):
        return InexactRate(field_name(row.key), stated.field, stated.rate)
    rate, rest = divmod(stated.rate * filled.numerator, filled.denominator)
    if rest:
        text = f"{stated.rate} * {filled.numerator}/{filled.denominator}"
        return InexactRate(field_name(row.key), stated.field, text)
    dimension, tier, above = place
    source, key = stated.source, stated.key
    return Cell(row.model, dimension, tier, above, rate, source, key, stated.field, filled.rule)


def _searches(grid: _Grid) -> dict[SearchContext, Cell]:
    cells: dict[SearchContext, Cell] = {}
    for size, at in grid.searches.items():
        cell = _cell(grid.row, _SEARCHES, _Filled(at))
        if isinstance(cell, Cell):
            cells[size] = cell
    return cells
