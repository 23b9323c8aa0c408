"""An explanation as text for a person.

Rules:
1. The chosen entry stands first, the least bad one too, then the viable ones as they rank, then the
   excluded ones in catalog order; the rank that an excluded one would take is in parentheses.
2. What an entry lacks is said as what it needs, one line for each filter that it fails; so is every
   change that would make it the chosen one.
3. A loser that no single change helps says so; nothing is said of the chosen one.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from mimir.core.exclusion import (
    BelowQualityBar,
    ContextTooSmall,
    LaneNotOk,
    MissingCapabilities,
    ModelNotAllowed,
    ModelUnpriced,
    OtherRuntime,
    QualityUnknown,
    TooExpensive,
    TooSlow,
)
from mimir.core.limits import INTEGER_MAX
from mimir.core.money import Femtodollars, from_microdollars
from mimir.core.review.change import (
    AllowModel,
    Budget,
    Change,
    Discount,
    DropCapabilities,
    LaneOk,
    PreferRuntime,
    Remaining,
    StateRate,
    Tolerance,
)
from mimir.core.review.explain import Explained, Explanation, Lost
from mimir.core.review.margin import Shortfall
from mimir.core.review.pareto import FrontPoint
from mimir.shell.cli.amounts import dollars
from mimir.shell.cli.terminal import escape, table

_HEADERS: Final = ("entry", "rank", "why not", "would be chosen with")
_SECOND: Final = 1_000
_PER_CENT: Final = 10_000
_MILLION: Final = 1_000_000


def entries(explained: Explanation) -> str:
    """Show every entry as an aligned table, with as many lines for each as it needs."""
    placed = [one for one in explained.entries if _is_placed(one, explained)]
    excluded = [one for one in explained.entries if not _is_placed(one, explained)]
    placed.sort(key=lambda one: one.rank)
    rows = [row for one in placed + excluded for row in _rows(one, explained)]
    return table(_HEADERS, rows, right=[1])


def front(explained: Explanation) -> Iterator[str]:
    """Say which entries no other beats in cost, latency and score; nothing where none is viable."""
    by_rate = explained.inputs.descriptor.expected_tokens is None
    points = [_point(point, by_rate=by_rate) for point in explained.front]
    if points:
        yield f"not beaten in cost, latency and score: {'; '.join(points)}"


def _is_placed(one: Explained, explained: Explanation) -> bool:
    """Tell whether an entry is viable, or is the chosen one all the same: the least bad."""
    return one.viable or one.entry is explained.chosen


def _rows(one: Explained, explained: Explanation) -> Iterator[tuple[str, ...]]:
    chosen = one.entry is explained.chosen
    changes = [altered(change) for change in one.changes] or ["" if chosen else "no single change"]
    why = list(_why_not(one, explained))
    rank = str(one.rank) if _is_placed(one, explained) else f"({one.rank})"
    head = one.entry.id, rank
    for at, (reason, change) in enumerate(zip_longest(why, changes, fillvalue="")):
        yield *(head if at == 0 else ("", "")), reason, change


def _why_not(one: Explained, explained: Explanation) -> Iterator[str]:
    for short in one.shortfalls:
        yield f"needs {needed(short)}"
    if one.viable and one.lost is not None:
        yield beaten(one.lost, by_rate=explained.inputs.descriptor.expected_tokens is None)


def beaten(lost: Lost, *, by_rate: bool) -> str:
    """Say by what a viable entry lost to the one above it."""
    than, amount = escape(lost.to), lost.amount
    if lost.by == "catalog_order":
        return f"equal to {than}, and later in the catalog"
    if lost.by == "lane":
        return f"the lane of {than} is probed first"
    if amount is None:
        what = "what the weights count" if lost.by == "weighted_sum" else lost.by
        return f"{what} unknown, unlike that of {than}"
    match lost.by:
        case "cost":
            return f"{_cost(amount, by_rate=by_rate)} dearer than {than}"
        case "latency":
            return f"{_time(amount)} slower than {than}"
        case "priority":
            return f"{amount} later in priority than {than}"
        case "weighted_sum":
            return f"weighs more than {than}"


def needed(short: Shortfall) -> str:
    """Say what an entry needs to pass a filter."""
    amount = 0 if short.margin is None else short.margin.amount
    match short.reason:
        case MissingCapabilities(missing):
            return ", ".join(missing)
        case ContextTooSmall():
            return f"room for {amount} more {_plural('token', amount)}"
        case BelowQualityBar():
            return f"{_share(amount * 100)} more proven"
        case QualityUnknown():
            return "a scorecard"
        case ModelNotAllowed():
            return "the model to be allowed"
        case ModelUnpriced():
            return "a price"
        case OtherRuntime(preferred):
            return f"to run {preferred}"
        case LaneNotOk(state):
            return f"a lane that is ok, not {escape(state)}"
        case TooSlow():
            return f"to be {_time(amount)} faster"
        case TooExpensive(exact):
            money = f"{amount} {_plural('microdollar', amount)}"
            return f"{money} more to spend" if exact is None else f"to cost {money} less"


def altered(change: Change) -> str:
    """Say with what an entry would be the chosen one."""
    match change:
        case Budget(amount):
            return f"a budget of {amount} {_plural('microdollar', amount)}"
        case Remaining(amount):
            return f"{amount} {_plural('microdollar', amount)} remaining"
        case Tolerance(time):
            return f"a tolerance of {_time(time)}"
        case DropCapabilities(words):
            return f"no need of {', '.join(words)}"
        case PreferRuntime(preference):
            return f"runtime {preference}"
        case AllowModel(model):
            return f"model {escape(model)} allowed"
        case LaneOk(lane):
            return f"lane {escape(lane)} ok"
        case Discount(_, millionths):
            return f"{_share(millionths)} off its rates"
        case StateRate(_, rate):
            return _stated(rate)


def _stated(rate: int) -> str:
    if rate == INTEGER_MAX:
        return "a price, whatever it is"
    return f"a price of at most {dollars(from_microdollars(rate))}/M tokens"


def _point(point: FrontPoint, *, by_rate: bool) -> str:
    cost = "no price" if point.cost is None else _cost(point.cost, by_rate=by_rate)
    time = "latency unknown" if point.latency_ms is None else _time(point.latency_ms)
    score = "no score" if point.score is None else f"score {_share(point.score * 100)}"
    return f"{escape(point.entry.id)} ({cost}, {time}, {score})"


def _cost(amount: int, *, by_rate: bool) -> str:
    if by_rate:
        return f"{dollars(Femtodollars(amount * _MILLION))}/M"
    return dollars(Femtodollars(amount))


def _time(milliseconds: int) -> str:
    if milliseconds < _SECOND:
        return f"{milliseconds} ms"
    whole, rest = divmod(milliseconds, _SECOND)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".") + " s"


def _share(millionths: int) -> str:
    whole, rest = divmod(millionths, _PER_CENT)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".") + " %"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
