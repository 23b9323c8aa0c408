"""What changed between two price tables.

Rules:
1. A row is added or removed by its key. Of a row in both, each price is compared by its path.
2. A price that only one of the two rows states is neither dearer nor cheaper; it is restated.
3. Everything is in the order of the keys.
"""

from collections.abc import Mapping

from attrs import frozen

from mimir.core.pricing.numerals import is_less, of
from mimir.core.pricing.table import PriceTable


@frozen
class Change:
    """One price that changed, in femtodollars per unit; ``None`` where it is not stated."""

    key: str
    field: str
    before: int | str | None
    after: int | str | None


@frozen
class Changes:
    """The difference of two tables."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    dearer: tuple[Change, ...]
    cheaper: tuple[Change, ...]
    restated: tuple[Change, ...]


def changes(before: PriceTable, after: PriceTable) -> Changes:
    """Compare two tables by the rules above.

    >>> from mimir.core.pricing.table import EMPTY, Row
    >>> new = PriceTable(EMPTY.source, {"m": Row("p")})
    >>> changes(EMPTY, new).added, changes(new, EMPTY).removed
    (('m',), ('m',))
    """
    old, new = before.rows, after.rows
    shared = sorted(old.keys() & new.keys())
    found = [change for key in shared for change in _row(key, old[key].prices, new[key].prices)]
    return Changes(
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(old.keys() - new.keys())),
        tuple(change for change in found if _rose(change.before, change.after)),
        tuple(change for change in found if _rose(change.after, change.before)),
        tuple(change for change in found if change.before is None or change.after is None),
    )


def _row(key: str, old: Mapping[str, int | str], new: Mapping[str, int | str]) -> list[Change]:
    paths = sorted(old.keys() | new.keys())
    made = (Change(key, path, old.get(path), new.get(path)) for path in paths)
    return [change for change in made if change.before != change.after]


def _rose(low: int | str | None, high: int | str | None) -> bool:
    if low is None or high is None:
        return False
    return is_less(of(low), of(high))
