"""What stands over what: the row of the price list, and the overlay's periods, at each time.

Rules:
1. The overlay's cells stand over those of the row, cell by cell, later ones over earlier ones.
2. A list that the overlay states (ranges, hours) stands for the whole list of that name.
3. A period holds from its ``since`` up to but not including its ``until``. A time in no period has
   the row's own rates.
4. Without a time the periods that have no end count, and the cost notes ``period_assumed``.
"""

from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from mimir.core.instant import Instant, sortable
from mimir.core.pricing.book import Period
from mimir.core.pricing.cost import source_order
from mimir.core.pricing.cube import Plane, RateCube
from mimir.core.pricing.grid import RowFacts, Stated, cube_of
from mimir.core.pricing.hours import PREFIX
from mimir.core.pricing.table import Row, Source
from mimir.core.pricing.terms import UnreadableTerm
from mimir.core.vocabulary import Model

_HOURS: Final = tuple(f"{PREFIX}{name}" for name in ("hours_utc", "weekdays", "windows"))


class Span(NamedTuple):
    """The rates of one model in one period: from ``since``, up to but not including ``until``."""

    since: str | None
    until: str | None
    cube: RateCube


class ModelRates(NamedTuple):
    """The rates of one model: ``current`` without a time, ``spans`` by time.

    ``plain`` is the one plane of every standard call without a time, ``None`` where that depends on
    the context or the hour. ``dated`` is the day of the price list that the rates come from, empty
    if from none.
    """

    current: RateCube
    plain: Plane | None
    dated: str = ""
    spans: tuple[Span, ...] = ()

    def at(self, moment: Instant | None) -> RateCube:
        """Return the rates of a time.

        A time in no span is in a period of no overlay cells, which is a span of its own.
        """
        if moment is None or not self.spans:
            return self.current
        text = sortable(moment)
        return next(
            span.cube
            for span in self.spans
            if (span.since is None or span.since <= text)
            and (span.until is None or text < span.until)
        )


Named: TypeAlias = tuple[Model, Period]
"""A period of the overlay, and the model that it is of."""


class Layers(NamedTuple):
    """What stands over what: the price list's row, and the overlay's periods, in their order."""

    asked: Model
    provider: str
    key: str
    row: Row
    periods: tuple[Named, ...]
    listed_in: Source | None
    stated_in: Source

    def cube(self, periods: tuple[Named, ...]) -> RateCube | UnreadableTerm:
        """Make the cube of the row with the cells of some periods over it."""
        listed = self.row.prices.items()
        prices = {path: Stated(rate, path, "price_list", self.key) for path, rate in listed}
        terms = dict(self.row.terms)
        for model, period in periods:
            for replaced in _replaced((*period.prices, *period.terms), (*prices, *terms)):
                prices.pop(replaced, None)
                terms.pop(replaced, None)
            for path, rate in period.prices.items():
                prices[path] = Stated(rate, path, "overlay", model)
            terms.update(period.terms)
        sources = [] if self.listed_in is None else [self.listed_in]
        sources += [self.stated_in] if periods else []
        sources.sort(key=source_order)
        return cube_of(RowFacts(self.asked, self.provider, self.key, prices, terms, tuple(sources)))


def _replaced(stated: tuple[str, ...], below: tuple[str, ...]) -> list[str]:
    """List what stands below of each list that is stated anew."""
    lists = {path.partition("[")[0] for path in stated if path.startswith("tiered_pricing[")}
    if any(path.startswith(_HOURS) for path in stated):
        lists.update(_HOURS)
    return [path for path in below if path.startswith(tuple(lists))] if lists else []


def dated_rates(layers: Layers) -> ModelRates | UnreadableTerm:
    """Make the rates of a model by time.

    >>> from mimir.core.pricing.table import EMPTY
    >>> bare = Layers(Model("p:m"), "p", "m", Row("p"), (), EMPTY.source, EMPTY.source)
    >>> dated_rates(bare).spans
    ()
    """
    dated = "" if layers.listed_in is None else layers.listed_in.date
    current = layers.cube(tuple(item for item in layers.periods if item[1].until is None))
    bounds = {end for _, item in layers.periods for end in (item.since, item.until) if end}
    if isinstance(current, UnreadableTerm) or not bounds:
        return current if isinstance(current, UnreadableTerm) else undated_rates(current, dated)
    spans: list[Span] = []
    for since, until in pairwise((None, *sorted(bounds), None)):
        cube = layers.cube(tuple(item for item in layers.periods if _covers(item[1], since)))
        if isinstance(cube, UnreadableTerm):
            return cube
        spans.append(Span(since, until, cube))
    return undated_rates(current, dated, tuple(spans))


def undated_rates(cube: RateCube, dated: str = "", spans: tuple[Span, ...] = ()) -> ModelRates:
    """Make the rates of a model of one cube, or of the one that counts without a time."""
    plain = None if cube.varies() else cube.planes["standard", None]
    if plain is not None and spans:
        plain = plain.noted("period_assumed")
    return ModelRates(cube, plain, dated, spans)


def _covers(period: Period, moment: str | None) -> bool:
    if moment is None:
        return period.since is None
    started = period.since is None or period.since <= moment
    return started and (period.until is None or moment < period.until)
