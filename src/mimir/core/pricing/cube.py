"""The rate cube of one model: dimension x service tier x context tier, and what bends it.

Rules:
1. A cell is stated by a field, filled by a named rule (``fill``), or missing. It is never taken
   from another tier or context without a rule. A fee is the same in every service tier.
2. A context tier counts for a whole request, by the whole input side. A threshold is exclusive:
   exactly N tokens are the lower tier. Where ``inclusive``, exactly N are the upper one.
3. Past the ``ceiling``, the end of the last range that the list states, there is no rate.
4. Off peak, other planes stand for those of the standard tier. Without a time the peak ones count,
   and the cost notes ``peak_price_assumed``.
5. Uplifts for a region are rationals: they multiply tokens, not fees. A region's name is the same
   in any case, and an empty one is none. A region that the row states nothing for has no uplift,
   and the cost notes it.
6. A plane is one slice of the cube: what is needed to price the calls of one tier and context.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, Literal, NamedTuple

from attrs import frozen

from mimir.core.fields import field_name
from mimir.core.instant import Instant
from mimir.core.pricing.cost import Cell, MissingRate, Multiplier, Note
from mimir.core.pricing.dimensions import FEES, NAMES, POSITIONS, TOKENS, SearchContext, Tier
from mimir.core.pricing.hours import OffPeak, is_open
from mimir.core.pricing.table import Source
from mimir.core.vocabulary import Model

GLOBAL: Final = "global"
"""The region of an endpoint that is in none: it has no uplift."""

SEARCHES: Final = POSITIONS["web_searches"]

FIRST_FEE: Final = len(TOKENS)
"""The position of the first fee: every token dimension stands before it."""

_NO_TOKENS: Final = (None,) * FIRST_FEE


@frozen
class InexactRate:
    """A rate that is no whole number of femtodollars; ``rate`` is its exact text."""

    key: str
    field: str
    rate: str
    code: ClassVar[Literal["inexact_rate"]] = "inexact_rate"

    @property
    def message(self) -> str:
        """Which rate cannot be counted in."""
        where = f'{self.field} of price-list row "{self.key}"'
        return f"{where} is {self.rate} femtodollars, no whole number"


_NONE_INEXACT: Final[Mapping[str, InexactRate]] = {}


class Plane(NamedTuple):
    """The cells of one tier and context, in the order of ``dimensions.NAMES``.

    A cell is ``None`` where it is missing; ``inexact`` says so of one that cannot be counted in.
    """

    model: Model
    tier: Tier
    above: int | None
    cells: tuple[Cell | None, ...]
    sources: tuple[Source, ...] = ()
    inexact: Mapping[str, InexactRate] = _NONE_INEXACT
    multipliers: tuple[Multiplier, ...] = ()
    notes: tuple[Note, ...] = ()

    def rate(self, dimension: str) -> Cell | MissingRate | InexactRate:
        """Return one cell, or why there is none."""
        return self.cells[POSITIONS[dimension]] or self.gap(dimension)

    def gap(self, dimension: str) -> MissingRate | InexactRate:
        """Return why there is no cell of a dimension."""
        missing = MissingRate(field_name(self.model), dimension, self.tier, self.above)
        return self.inexact.get(dimension, missing)

    def noted(self, note: Note) -> "Plane":
        """Return the plane with a note; notes stand sorted, as they do in a sum of costs."""
        return self._replace(notes=tuple(sorted({*self.notes, note})))


_NO_PLANES: Final[Mapping[int | None, Plane]] = {}
_NO_UPLIFTS: Final[Mapping[str, Multiplier]] = {}
_NO_SEARCHES: Final[Mapping[SearchContext, Cell]] = {}


class RateCube(NamedTuple):
    """Everything that one row states, filled by the rules: see the top of this file."""

    model: Model
    planes: Mapping[tuple[Tier, int | None], Plane]
    contexts: tuple[int, ...] = ()
    inclusive: bool = False
    ceiling: int | None = None
    hours: OffPeak | None = None
    off_peak: Mapping[int | None, Plane] = _NO_PLANES
    uplifts: Mapping[str, Multiplier] = _NO_UPLIFTS
    elsewhere: Multiplier | None = None
    searches: Mapping[SearchContext, Cell] = _NO_SEARCHES

    def cell(
        self, dimension: str, tier: Tier = "standard", above: int | None = None
    ) -> Cell | None:
        """Return one cell, stated or filled; ``None`` where it is missing."""
        return self.plane(tier, above).cells[POSITIONS[dimension]]

    def rate(self, dimension: str) -> Cell | MissingRate | InexactRate:
        """Return the standard cell of the lowest context, or why there is none."""
        return self.plane("standard", None).rate(dimension)

    def cells(self) -> tuple[Cell, ...]:
        """List every cell of every plane, off-peak ones last."""
        planes = (*self.planes.values(), *self.off_peak.values())
        return tuple(cell for plane in planes for cell in plane.cells if cell is not None)

    def plane(self, tier: Tier, above: int | None) -> Plane:
        """Return one plane; one of fees alone, for a tier or context that nothing is stated of."""
        found = self.planes.get((tier, above))
        if found is not None:
            return found
        standard = self.planes.get(("standard", above)) or self.planes["standard", None]
        inexact = {name: error for name, error in standard.inexact.items() if name in FEES}
        cells = (*_NO_TOKENS, *standard.cells[FIRST_FEE:])
        return standard._replace(tier=tier, above=above, cells=cells, inexact=inexact)

    def context(self, input_tokens: int) -> int | None:
        """Return the threshold of the context tier that ``input_tokens`` fall in."""
        if self.ceiling is not None and input_tokens > self.ceiling:
            return self.ceiling
        found: int | None = None
        for above in self.contexts:
            if input_tokens > above or (self.inclusive and input_tokens == above):
                found = above
        return found

    def varies(self) -> bool:
        """Tell whether the plane of a tier depends on the input side or on the time."""
        return bool(self.contexts) or self.ceiling is not None or self.hours is not None


def choose(
    cube: RateCube,
    input_tokens: int,
    tier: Tier,
    *,
    at: Instant | None = None,
    region: str | None = None,
    search_context: SearchContext = "medium",
) -> Plane:
    """Choose the plane of one call by the rules above, with its multipliers and notes."""
    plane = cube.plane(tier, cube.context(input_tokens))
    if cube.hours is not None and tier == "standard":
        if at is None:
            plane = plane.noted("peak_price_assumed")
        elif is_open(cube.hours, at):
            plane = cube.off_peak.get(plane.above, plane)
    where = "" if region is None else region.strip().lower()
    if where not in ("", GLOBAL):
        plane = _uplifted(cube, plane, where)
    if search_context != "medium":
        plane = _searching(plane, cube.searches.get(search_context))
    return plane


def _uplifted(cube: RateCube, plane: Plane, region: str) -> Plane:
    uplift = cube.uplifts.get(region, cube.elsewhere)
    if uplift is None:
        return plane.noted("no_uplift_stated")
    return plane._replace(multipliers=(*plane.multipliers, uplift))


def _searching(plane: Plane, cell: Cell | None) -> Plane:
    cells = (*plane.cells[:SEARCHES], cell, *plane.cells[SEARCHES + 1 :])
    inexact = {name: why for name, why in plane.inexact.items() if name != NAMES[SEARCHES]}
    return plane._replace(cells=cells, inexact=inexact)
