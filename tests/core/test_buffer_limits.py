"""The bounds of an event buffer."""

import pytest
from attrs import asdict

from mimir.core.buffer_limits import DEFAULT_LIMITS, BufferLimits, parse
from mimir.core.limits import INTEGER_MAX
from mimir.testing.foreign import colliding_keys, foreign_values

NAMES = sorted(asdict(DEFAULT_LIMITS))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [1, INTEGER_MAX])
def test_a_bound_is_a_positive_integer(name: str, value: int) -> None:
    read = parse({name: value}).unwrap()
    assert asdict(read) == {**asdict(DEFAULT_LIMITS), name: value}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, -1, True, False, 1.0, "1", None, INTEGER_MAX + 1])
def test_what_is_no_positive_integer_is_refused_by_the_name_of_its_bound(
    name: str, value: object
) -> None:
    error = parse({name: value}).failure()
    assert (error.code, error.field) == ("invalid_buffer_limits", name)


def test_what_is_not_given_is_the_default() -> None:
    assert parse({}).unwrap() == DEFAULT_LIMITS == BufferLimits()


@pytest.mark.parametrize("raw", [{"event_per_request": 5}, {1: 5}])
def test_a_key_that_is_no_bound_is_refused(raw: object) -> None:
    error = parse(raw).failure()
    assert error.field in {"event_per_request", "1"}
    assert "events_per_request" in error.message


def test_what_is_no_object_is_refused_and_no_code_of_a_foreign_value_runs() -> None:
    for foreign in (None, [], 5):
        assert parse(foreign).failure().field == ""
    for foreign in foreign_values():
        assert parse(foreign).failure().field == ""
        assert parse({"requests": foreign}).failure().field == "requests"
    assert parse(colliding_keys(("requests",))).failure().code == "invalid_buffer_limits"
