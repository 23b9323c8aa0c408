"""The sums of a usage log, as text for a person and as JSON.

Rules:
1. Groups stand in the order of time where they are grouped by it first, else the dearest first.
2. Every amount is exact. Microdollars are rounded once, from the exact sum.
3. Below the groups stands what could not be priced, by reason: how many lines, the first one's
   number, the message, an excerpt. Text shows at most ``SHOWN_MAX`` reasons, JSON all.
4. In JSON the total is a cost in the form of ``mimir.core.pricing.cost_json``; a group that is
   ``null`` is all those past the bound of groups.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from mimir.core.fields import InvalidField, Json
from mimir.core.money import Femtodollars, render, to_microdollars
from mimir.core.pricing import cost_json
from mimir.core.pricing.numerals import dollars
from mimir.core.pricing.tally import GROUPS_MAX, Reason, Tally
from mimir.core.pricing.tally_sums import OTHERS, Group, GroupSum
from mimir.shell.cli.pricing.bill import remarks, total_line
from mimir.shell.cli.pricing.price_options import said
from mimir.shell.cli.terminal import escape, table

SHOWN_MAX: Final = 20
"""Reasons and remarks that are shown as text."""

_TIMES: Final = ("day", "month")
_UNKNOWN: Final = "-"
_OTHERS: Final = "(others)"


def as_text(tally: Tally) -> str:
    """Write a settled tally as an aligned table, and the lines below it."""
    groups = _sorted(tally)
    amounts = _aligned([item.femtodollars for item in groups.values()] + [tally.cost.femtodollars])
    by = tally.settings.by
    rows = [_row(_names(group, len(by)), item) for group, item in groups.items()]
    rows.append(_row(["total", *[""] * (len(by) - 1)], _whole(tally)))
    headers = [*by, "lines", "input tokens", "output tokens", "US dollars", ""]
    lines = [[*row[:-1], amount, row[-1]] for row, amount in zip(rows, amounts, strict=True)]
    right = range(len(by), len(by) + 4)
    shown = table(headers, lines, right=right)
    return "\n".join((shown, "", total_line(tally.cost), *_below(tally)))


def as_json(tally: Tally) -> str:
    """Write a settled tally as a JSON document."""
    reasons = list(tally.reasons.values())
    document: dict[str, Json] = {
        "by": list(tally.settings.by),
        "groups": [_group_json(tally, group, item) for group, item in _sorted(tally).items()],
        "lines": _whole(tally).lines,
        "total": cost_json.to_json(tally.cost),
        "unpriced": {
            "lines": sum(reason.lines for reason in reasons),
            "reasons": [_reason_json(reason) for reason in reasons],
        },
    }
    return json.dumps(document, indent=2)


def _below(tally: Tally) -> Iterator[str]:
    yield from _first(list(remarks(tally.cost)), "remarks")
    if OTHERS in tally.groups:
        yield f"note: more than {GROUPS_MAX} groups; those past that are added up as {_OTHERS}"
    reasons = list(tally.reasons.values())
    if not reasons:
        return
    yield ""
    yield f"not priced: {sum(reason.lines for reason in reasons)} lines, by reason:"
    yield from _first([_reason(reason) for reason in reasons], "reasons")


def _first(lines: list[str], what: str) -> Iterator[str]:
    yield from islice(lines, SHOWN_MAX)
    if len(lines) > SHOWN_MAX:
        yield f"and {len(lines) - SHOWN_MAX} more {what}; --json lists them"


def _reason(reason: Reason) -> str:
    document = _reason_json(reason)
    example = f"\n    {escape(reason.example)}" if reason.example else ""
    count = f"{reason.lines} line{'' if reason.lines == 1 else 's'}"
    where = f"{document['code']}, {count}, first is line {reason.first_line}"
    return f"  {where}: {escape(_message(reason))}{example}"


def _message(reason: Reason) -> str:
    error = reason.error
    return said(error) if isinstance(error, InvalidField) else error.message


def _reason_json(reason: Reason) -> dict[str, Json]:
    return {
        "code": reason.error.code,
        "message": _message(reason),
        "lines": reason.lines,
        "first_line": reason.first_line,
        "example": reason.example,
    }


def _group_json(tally: Tally, group: Group, item: GroupSum) -> dict[str, Json]:
    return {
        "group": None if group == OTHERS else dict(zip(tally.settings.by, group, strict=True)),
        "lines": item.lines,
        "input_tokens": item.input_tokens,
        "output_tokens": item.output_tokens,
        "femtodollars": render(item.femtodollars),
        "microdollars": to_microdollars(item.femtodollars),
        "partial": item.partial,
    }


def _sorted(tally: Tally) -> Mapping[Group, GroupSum]:
    by_time = tally.settings.by[0] in _TIMES

    def order(pair: tuple[Group, GroupSum]) -> tuple[bool, int, list[str]]:
        group, item = pair
        return group == OTHERS, 0 if by_time else -item.femtodollars, [key or "" for key in group]

    return dict(sorted(tally.groups.items(), key=order))


def _whole(tally: Tally) -> GroupSum:
    items = tally.groups.values()
    return GroupSum(
        sum(item.lines for item in items),
        sum(item.input_tokens for item in items),
        sum(item.output_tokens for item in items),
        tally.cost.femtodollars,
        tally.cost.partial,
    )


def _names(group: Group, width: int) -> list[str]:
    if group == OTHERS:
        return [_OTHERS, *[""] * (width - 1)]
    return [_UNKNOWN if key is None else key for key in group]


def _row(names: list[str], item: GroupSum) -> list[str]:
    bound = "or more" if item.partial else ""
    return [*names, str(item.lines), str(item.input_tokens), str(item.output_tokens), bound]


def _aligned(amounts: list[Femtodollars]) -> list[str]:
    """Write amounts with as many decimals as the longest one, at least two."""
    parts = [dollars(amount).partition(".") for amount in amounts]
    places = max(2, *(len(decimals) for _, _, decimals in parts))
    return [f"{whole}.{decimals:0<{places}}" for whole, _, decimals in parts]
