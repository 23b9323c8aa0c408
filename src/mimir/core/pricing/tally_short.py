"""The short way into a tally: for the lines of a log that are like one before.

Rules:
1. It takes only what it fully understands, and changes nothing otherwise; the long way decides.
2. What it does not look at again was looked at when the slot was made: the model, the conditions,
   the day, the names of the counts.
3. It is written for speed: nothing is made of a line but the JSON that it is.
"""

import json
import re
from operator import add as plus
from typing import Final, TypeGuard

from mimir.core.fields import is_object
from mimir.core.limits import INTEGER_MAX
from mimir.core.pricing.tally_sums import Slot, variant_of

_decode: Final = json.JSONDecoder().raw_decode
_on_the_clock: Final = re.compile(
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?Z"
).fullmatch
_BLANK: Final = " \t\r\n"
_DAY: Final = len("2026-01-31")


def add_short(slots: dict[tuple[object, ...], Slot], eras: dict[str, str], line: str) -> bool:
    """Add a line that is like one before; ``False`` says that it was not added.

    A line whose model, conditions and day were taken before is like that one if it has no other
    keys, as many quotation marks as these keys need (so none stands twice), whole counts of names
    that were taken before, and a price for each.
    """
    try:
        raw: object
        raw, end = _decode(line)
    except (ValueError, RecursionError):
        return False
    if not is_object(raw) or (end != len(line) and line[end:].strip(_BLANK)):
        return False
    slot = _slot(slots, eras, raw)
    usage = raw.get("usage")
    if slot is None or not is_object(usage):
        return False
    values = [1, *usage.values()]
    if line.count('"') != slot.quotes + 2 * len(usage) or not _are_counts(values):
        return False
    names = tuple(usage)
    variant = None if slot.fixed else variant_of(slot, names, values, raw.get("at"))
    sums = slot.sums.get((names, variant))
    if sums is None or any(values[index] for index in sums.card.refused):
        return False
    sums.counts[:] = map(plus, sums.counts, values)
    return True


def _slot(
    slots: dict[tuple[object, ...], Slot], eras: dict[str, str], raw: dict[object, object]
) -> Slot | None:
    get = raw.get
    at = get("at")
    era = None
    if at is not None:
        if type(at) is not str or not _on_the_clock(at, _DAY):
            return None
        era = eras.get(at[:_DAY])
        if era is None:
            return None
    try:
        slot = slots.get((get("model"), get("tier"), get("region"), get("search_context"), era))
    except TypeError:
        return None
    return slot if slot is not None and len(raw) == slot.keys else None


def _are_counts(values: list[object]) -> TypeGuard[list[int]]:
    for value in values:
        if type(value) is not int or not 0 <= value <= INTEGER_MAX:
            break
    else:
        return True
    return False
