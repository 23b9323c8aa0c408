"""The bounds, and that they hold together."""

from typing import get_type_hints

from mimir.core import limits


def test_every_bound_is_a_documented_positive_integer() -> None:
    source = limits.__doc__ or ""
    assert "Rules:" in source
    bounds = {name: getattr(limits, name) for name in get_type_hints(limits)}
    assert len(bounds) == 17
    assert all(type(bound) is int and bound > 0 for bound in bounds.values())


def test_the_bounds_are_those_that_are_promised() -> None:
    assert limits.INTEGER_MAX == 9_223_372_036_854_775_807
    assert limits.TASK_CLASS_MAX_CHARS == 256
    assert limits.DIGEST_MAX_CHARS == limits.ID_MAX_CHARS == 512
    assert limits.NAME_MAX_CHARS == 128
    assert limits.QUALITY_BAR_MAX == 10_000
    assert limits.LIST_MAX_ITEMS == 1_000
    assert limits.CATALOG_MAX_ROWS == limits.OBJECT_MAX_KEYS == 100_000
    assert limits.DEPTH_MAX == 32
    assert limits.WIRE_IN_MAX_BYTES == 262_144
    assert limits.WIRE_OUT_MAX_BYTES == 1_048_576
    assert limits.ERROR_TEXT_MAX_CHARS == 512


def test_an_excerpt_fits_into_an_error() -> None:
    assert 4 * limits.EXCERPT_MAX_CHARS <= limits.ERROR_TEXT_MAX_CHARS
