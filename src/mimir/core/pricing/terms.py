"""The terms of a row: what bends its prices and is no price itself.

Rules:
1. A range of ``tiered_pricing`` has two ends in tokens; it begins past the first and holds the
   second: ``0 < tokens <= 32,000``. The first range begins at 0, each other one where the one
   before it ends; the last may have no end.
2. A multiplier is a rational above 0, exactly as the list writes it: ``1.1`` is 11/10.
3. ``regional_processing_uplift_multiplier_REGION`` is OpenAI's data residency and
   ``provider_specific_entry.us`` Anthropic's ``inference_geo``: each for its region.
   ``regional_endpoint_uplift_multiplier`` is Google's, for every region that is not ``global``.
   ``provider_specific_entry.fast`` is Anthropic's fast mode. ``fedramp_uplift_multiplier`` is
   OpenAI's, for the region ``fedramp``.
4. A term that has to be read and cannot be is an error of the whole row: a guess could be wrong in
   either direction.

Source of the names: LiteLLM, ``model_prices_and_context_window.json``.
"""

import re
from collections.abc import Mapping
from typing import ClassVar, Final, Literal, NamedTuple

from attrs import frozen

from mimir.core.fields import excerpt, field_name
from mimir.core.limits import INTEGER_MAX
from mimir.core.pricing import hours, numerals
from mimir.core.pricing.cost import Multiplier
from mimir.core.pricing.hours import OffPeak

_RANGE: Final = re.compile(r"tiered_pricing\[([0-9]{1,3})\]\.range\[([01])\]")
_RESIDENCY: Final = re.compile(r"regional_processing_uplift_multiplier_([a-z]{2,10})")
_GEO: Final = "provider_specific_entry.us"
_ENDPOINT: Final = "regional_endpoint_uplift_multiplier"
_FAST: Final = "provider_specific_entry.fast"
_FEDRAMP: Final = "fedramp_uplift_multiplier"
_MULTIPLIERS: Final = (_GEO, _ENDPOINT, _FAST, _FEDRAMP)
_NO_STARTS: Final[Mapping[int, int]] = {}
_NO_UPLIFTS: Final[Mapping[str, Multiplier]] = {}


@frozen
class UnreadableTerm:
    """A term of a row that cannot be read; ``value`` is a scrubbed, bounded excerpt."""

    key: str
    field: str
    value: str
    code: ClassVar[Literal["unreadable_term"]] = "unreadable_term"

    @property
    def message(self) -> str:
        """Which term it is."""
        return f'{self.field} of price-list row "{self.key}" cannot be read: {self.value}'


class Terms(NamedTuple):
    """What the terms of a row say: range starts by index, the last end, hours, multipliers."""

    starts: Mapping[int, int] = _NO_STARTS
    ceiling: int | None = None
    hours: OffPeak | None = None
    uplifts: Mapping[str, Multiplier] = _NO_UPLIFTS
    elsewhere: Multiplier | None = None
    fast: Multiplier | None = None


def parse(key: str, terms: Mapping[str, str]) -> Terms | UnreadableTerm:
    """Read the terms of the row ``key`` by the rules above; a term of no meaning here is skipped.

    >>> parse("m", {"provider_specific_entry.us": "1.1"}).uplifts["us"].numerator
    11
    >>> parse("m", {"provider_specific_entry.us": "some"}).field
    'provider_specific_entry.us'
    """
    if not terms:
        return Terms()
    off_peak = hours.parse(terms)
    if isinstance(off_peak, hours.Unreadable):
        return _refused(key, off_peak.field, off_peak.value)
    ends = _ends(key, terms)
    if isinstance(ends, UnreadableTerm):
        return ends
    multipliers: dict[str, Multiplier] = {}
    for path, value in terms.items():
        if path not in _MULTIPLIERS and _RESIDENCY.fullmatch(path) is None:
            continue
        multiplier = _multiplier(path, value)
        if multiplier is None:
            return _refused(key, path, value)
        multipliers[path] = multiplier
    return Terms(
        {index: start for (index, end), start in ends.items() if end == 0},
        _ceiling(ends),
        off_peak,
        _uplifts(multipliers),
        multipliers.get(_ENDPOINT),
        multipliers.get(_FAST),
    )


def _ceiling(ends: Mapping[tuple[int, int], int]) -> int | None:
    return ends.get((max(index for index, _ in ends), 1)) if ends else None


def absent(key: str, path: str) -> UnreadableTerm:
    """Make the error of a term that other fields of the row need, and that it does not state.

    >>> absent("m", "off_peak_pricing.hours_utc").value
    'nothing'
    """
    return UnreadableTerm(field_name(key), path, "nothing")


def _uplifts(multipliers: Mapping[str, Multiplier]) -> dict[str, Multiplier]:
    """Give each named region its uplift."""
    named = {
        region: multipliers[path]
        for region, path in (("us", _GEO), ("fedramp", _FEDRAMP))
        if path in multipliers
    }
    matches = ((_RESIDENCY.fullmatch(path), by) for path, by in multipliers.items())
    return named | {match[1]: by for match, by in matches if match is not None}


def _ends(key: str, terms: Mapping[str, str]) -> dict[tuple[int, int], int] | UnreadableTerm:
    ends: dict[tuple[int, int], int] = {}
    for path, value in terms.items():
        match = _RANGE.fullmatch(path)
        if match is None:
            continue
        number = numerals.parse(value)
        count = None if number is None else numerals.whole(number)
        if count is None or not 0 <= count <= INTEGER_MAX:
            return _refused(key, path, value)
        ends[int(match[1]), int(match[2])] = count
    return _gap(key, ends) or ends


def _gap(key: str, ends: Mapping[tuple[int, int], int]) -> UnreadableTerm | None:
    """Find a range that does not begin where the one before it ends, or ends before it begins."""
    before: int | None = 0
    for index in sorted({index for index, _ in ends}):
        start, end = ends.get((index, 0)), ends.get((index, 1))
        path = f"tiered_pricing[{index}].range"
        if start is None:
            return absent(key, f"{path}[0]")
        if start != before:
            return _refused(key, f"{path}[0]", str(start))
        if end is not None and end <= start:
            return _refused(key, f"{path}[1]", str(end))
        before = end
    return None


def _multiplier(path: str, value: str) -> Multiplier | None:
    number = numerals.parse(value)
    if number is None or number.digits <= 0:
        return None
    if number.exponent >= 0:
        return Multiplier(path, number.digits * 10**number.exponent, 1)
    return Multiplier(path, number.digits, 10**-number.exponent)


def _refused(key: str, path: str, value: str) -> UnreadableTerm:
    return UnreadableTerm(field_name(key), field_name(path), excerpt(value))
