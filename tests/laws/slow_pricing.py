"""A slow and obvious reference for prices: fractions of a dollar, straight from a row of the list.

It is written from the rules alone, as a reader would, and takes no function of the pricing code:
only the names of the dimensions, which are data. It asks the row for the field that a cell would
stand in, by the name that the price list gives it, and where there is none it asks the rules.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from attrs import field, frozen

from mimir.core.pricing.dimensions import DIMENSIONS, FEES, INPUT_SIDE, NAMES
from mimir.core.pricing.table import Row

FEMTODOLLAR = Fraction(1, 10**15)
FIELDS = {item.name: item.fields for item in DIMENSIONS}
SUFFIXES = {"batch": "batches"}
KNOWN_TIERS = {
    "standard": "standard",
    "default": "standard",
    "on_demand": "standard",
    **{
        name: name
        for name in ("batch", "flex", "priority", "fast", "ultrafast", "balanced", "decisions")
    },
}
MEDIA = {
    "input_audio_tokens": ("input_audio_tokens", "input_tokens"),
    "input_image_tokens": ("input_image_tokens", "input_tokens"),
    "input_video_tokens": ("input_video_tokens", "input_tokens"),
    "cache_read_audio_tokens": ("input_audio_tokens", "cache_read_tokens"),
    "cache_read_image_tokens": ("input_image_tokens", "cache_read_tokens"),
}
"""Of each medium that goes in: the cell that says what it costs, and the text it may cost as."""


@frozen
class Call:
    """The conditions of one call of the model of one row, which stands under ``key``."""

    key: str
    row: Row
    tier: str = "standard"
    at: datetime | None = None
    region: str | None = None
    search: str = "medium"


@frozen
class Bill:
    """What each dimension costs, in dollars, and which dimensions have no rate."""

    dollars: Mapping[str, Fraction] = field(factory=dict[str, Fraction])
    missing: tuple[str, ...] = ()

    @property
    def total(self) -> Fraction:
        return sum(self.dollars.values(), Fraction(0))


def bill(call: Call, usage: Mapping[str, int]) -> Bill | None:
    """What a usage costs; nothing at all where the tier is not one of those that are known."""
    if call.tier not in KNOWN_TIERS:
        return None
    tier = KNOWN_TIERS[call.tier]
    above = context(call.row, sum(usage.get(name, 0) for name in INPUT_SIDE))
    dollars: dict[str, Fraction] = {}
    missing: list[str] = []
    for name in NAMES:
        if count := usage.get(name, 0):
            one = unit(call, name, tier, above)
            if one is None:
                missing.append(name)
            else:
                dollars[name] = one * count
    return Bill(dollars, tuple(missing))


def unit(call: Call, name: str, tier: str, above: int | None) -> Fraction | None:
    """Dollars of one unit, uplifts included."""
    if name in FEES:
        return fee(call, name, above)
    return times(rate(call, name, tier, above), uplift(call))


def fee(call: Call, name: str, above: int | None) -> Fraction | None:
    """A fee is the same in every tier: what the row states for the context, else at all."""
    special = stated(call, name, "standard", above)
    return stated(call, name, "standard", None) if special is None else special


def rate(call: Call, name: str, tier: str, above: int | None) -> Fraction | None:
    """Dollars of one token before multipliers: stated, or filled by the first rule that can."""
    published = stated(call, name, tier, above)
    if published is not None:
        return published
    for filled in fillings(call, name, tier, above):
        if filled is not None:
            return filled
    return None


def fillings(call: Call, name: str, tier: str, above: int | None) -> Iterator[Fraction | None]:
    """What each rule makes of a cell that the row does not state."""
    speed = call.row.terms.get("provider_specific_entry.fast")
    if tier == "fast" and speed is not None:
        yield times(rate(call, name, "standard", above), Fraction(speed))
    if name == "reasoning_tokens":
        yield rate(call, "output_tokens", tier, above)
    if tier == "batch" and batches_are_half(call):
        yield times(rate(call, name, "standard", above), Fraction(1, 2))
    if call.row.provider == "anthropic" and name == "cache_write_5m_tokens":
        yield times(rate(call, "input_tokens", tier, above), Fraction(5, 4))
    if call.row.provider == "anthropic" and name == "cache_write_1h_tokens":
        yield times(rate(call, "input_tokens", tier, above), Fraction(2))
    long = is_google(call.row) and tier in ("batch", "flex") and above is not None
    full, part = (stated(call, name, each, None) for each in ("standard", tier))
    if long and full is not None and part is not None:
        if full == 2 * part:
            yield times(rate(call, name, "standard", above), Fraction(1, 2))
        elif full == part:
            yield rate(call, name, "standard", above)
    if name in MEDIA and costs_like_text(call, name):
        yield rate(call, MEDIA[name][1], tier, above)
    if name == "cache_read_image_tokens" and not any(
        states(call.row, path)
        for path in (*FIELDS["input_image_tokens"], *FIELDS["cache_read_image_tokens"])
    ):
        yield rate(call, "cache_read_tokens", tier, above)


def costs_like_text(call: Call, name: str) -> bool:
    """Whether a medium is charged as text: stated at the price of text, or Google states none."""
    medium, _ = MEDIA[name]
    model = call.key.split("/")[-1]
    priced_as_text = "gemini" in model and "live" not in model and "native-audio" not in model
    if (
        is_google(call.row)
        and priced_as_text
        and not any(states(call.row, field_) for field_ in (*FIELDS[medium], *FIELDS[name]))
    ):
        return True
    price = stated(call, medium, "standard", None)
    return price is not None and price == stated(call, "input_tokens", "standard", None)


def batches_are_half(call: Call) -> bool:
    """Whether a batch of this model is half of it: Anthropic's rule, where the row agrees."""
    if "claude" not in call.key:
        return False
    batch = stated(call, "input_tokens", "batch", None)
    if batch is None:
        return call.row.provider == "anthropic"
    return batch * 2 == stated(call, "input_tokens", "standard", None)


def is_google(row: Row) -> bool:
    return row.provider == "gemini" or row.provider.startswith("vertex_ai")


def states(row: Row, part: str) -> bool:
    return any(part in path for path in row.prices)


def times(one: Fraction | None, by: Fraction) -> Fraction | None:
    return None if one is None else one * by


def stated(call: Call, name: str, tier: str, above: int | None) -> Fraction | None:
    """The price that the row itself states for a cell, in dollars of one unit."""
    for path in paths(call, name, tier, above):
        if path in call.row.prices:
            return Fraction(call.row.prices[path]) * FEMTODOLLAR
    return None


def paths(call: Call, name: str, tier: str, above: int | None) -> Iterator[str]:
    """The names that a cell's field can have, the deciding one first."""
    for base in FIELDS[name]:
        if name == "web_searches":
            yield f"{base}.search_context_size_{call.search}"
        if tier == "standard" and is_off_peak(call):
            yield f"off_peak_pricing.{base}"
        if tier == "standard":
            for number, low in enumerate(ranges(call.row)):
                if low == (above or 0):
                    yield f"tiered_pricing[{number}].{base}"
        suffix = "" if tier == "standard" else "_" + SUFFIXES.get(tier, tier)
        context_ = "" if above is None else f"_above_{above // 1000}k_tokens"
        yield f"{base}{context_}{suffix}"


def ranges(row: Row) -> list[int]:
    """Where each range of ``tiered_pricing`` starts, in tokens."""
    lows: list[int] = []
    while (low := row.terms.get(f"tiered_pricing[{len(lows)}].range[0]")) is not None:
        lows.append(int(low))
    return lows


def context(row: Row, tokens: int) -> int | None:
    """The greatest threshold that the input side is above; for xAI, that it has reached.

    Past the end of the last range there is a context of its own, which states nothing.
    """
    found = {int(k) * 1000 for path in row.prices for k in re.findall(r"_above_(\d+)k_tok", path)}
    found |= set(ranges(row)) - {0}
    ends = [int(end) for path, end in row.terms.items() if path.endswith(".range[1]")]
    if ends and tokens > max(ends):
        return max(ends)
    inclusive = row.provider == "xai"
    crossed = {edge for edge in found if tokens > edge or (inclusive and tokens == edge)}
    return max(crossed, default=None)


def uplift(call: Call) -> Fraction:
    """What the region multiplies every token by."""
    if call.region is None or call.region == "global":
        return Fraction(1)
    own = ["provider_specific_entry.us"] if call.region == "us" else []
    own.append(f"regional_processing_uplift_multiplier_{call.region}")
    for path in (*own, "regional_endpoint_uplift_multiplier"):
        if path in call.row.terms:
            return Fraction(call.row.terms[path])
    return Fraction(1)


def is_off_peak(call: Call) -> bool:
    """Whether the time of the call lies in a window of the row; without a time it is peak."""
    is_standard = KNOWN_TIERS[call.tier] == "standard"
    if call.at is None or not is_standard or not states(call.row, "off_peak_pricing"):
        return False
    zone = ZoneInfo(call.row.terms.get("off_peak_pricing.weekday_timezone", "UTC"))
    day = str(call.at.astimezone(zone).isoweekday())
    clock = call.at.astimezone(UTC).time()
    for window in ("", *(f"windows[{number}]." for number in range(10))):
        days = listed(call.row, f"off_peak_pricing.{window}weekdays")
        hours = listed(call.row, f"off_peak_pricing.{window}hours_utc")
        if (not days or day in days) and any(is_open(span, clock) for span in hours):
            return True
    return False


def listed(row: Row, path: str) -> list[str]:
    """A term that is one text or a list of texts, as a list."""
    single = [row.terms[path]] if path in row.terms else []
    return single + [row.terms[f"{path}[{n}]"] for n in range(20) if f"{path}[{n}]" in row.terms]


def is_open(span: str, clock: time) -> bool:
    start, end = (time.fromisoformat(part) for part in span.split("-"))
    if start == end:
        return True
    if start < end:
        return start <= clock < end
    return clock >= start or clock < end
