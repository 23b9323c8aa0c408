"""The quality bar of a descriptor: what it may be, and that it may not be served.

Rules:
1. A bar is basis points from 1 to 10,000, or null for none: 9,500 asks for 95 % passed.
2. Who reads a descriptor says whether bars are served; one that is not is refused with an error of
   its own, so that no workload is placed as if the bar were met.
"""

from typing import ClassVar, Final

from attrs import frozen

from mimir.core.fields import InvalidField, excerpt, invalid, is_integer
from mimir.core.limits import QUALITY_BAR_MAX


@frozen
class QualityBarUnsupported:
    """The descriptor states a quality bar, and whoever reads it serves none: the caller is told so
    rather than placed as if the bar were met."""

    code: ClassVar[str] = "quality_bar_unsupported"
    message: ClassVar[str] = "quality_bar is not supported: leave it out or pass null"


ERRORS: Final = (InvalidField, QualityBarUnsupported)
"""What ``read`` can refuse a bar with, for ``isinstance``."""


def read(
    raw: dict[str, object], *, served: bool
) -> int | None | InvalidField | QualityBarUnsupported:
    """Read the bar of a descriptor's members.

    >>> read({"quality_bar": 9_500}, served=True)
    9500
    >>> read({"quality_bar": 9_500}, served=False)
    QualityBarUnsupported()
    """
    bar = raw.get("quality_bar")
    if bar is None:
        return None
    if not served:
        return QualityBarUnsupported()
    if is_integer(bar) and 1 <= bar <= QUALITY_BAR_MAX:
        return bar
    message = f"expected basis points from 1 to {QUALITY_BAR_MAX}, got {excerpt(bar)}"
    return invalid("descriptor", "quality_bar", message)
