"""Laws of the descriptor's parser."""

import json
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mimir.core.descriptor import Descriptor, parse, to_json
from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.outcome import Failure, Success
from mimir.testing import anything, descriptors, key_texts, raw_descriptors, spoiled

WRITTEN = (
    "task_class",
    "budget_ceiling_microdollars",
    "latency_tolerance_ms",
    "capabilities",
    "runtime_preference",
    "expected_tokens",
    "agent",
    "max_outcome_iterations",
)


@given(descriptors())
def test_a_descriptor_that_is_written_and_read_is_the_same(descriptor: Descriptor) -> None:
    assert parse(to_json(descriptor), quality_bars=True) == Success(descriptor)


@given(descriptors())
def test_a_descriptor_survives_the_wire(descriptor: Descriptor) -> None:
    wire = json.loads(json.dumps(to_json(descriptor)))
    assert parse(wire, quality_bars=True) == Success(descriptor)


@given(raw_descriptors())
def test_reading_is_a_retraction_of_writing(raw: dict[str, object]) -> None:
    once = parse(raw).unwrap()
    assert parse(to_json(once)).unwrap() == once
    assert once.required == frozenset(once.capabilities)


@given(raw_descriptors(), st.randoms())
def test_the_order_of_keys_changes_nothing(raw: dict[str, object], shuffler: Random) -> None:
    keys = list(raw)
    shuffler.shuffle(keys)
    assert parse({key: raw[key] for key in keys}) == parse(raw)


@given(anything())
def test_whatever_comes_an_outcome_comes_back(value: object) -> None:
    _is_bounded(value)


@given(spoiled(raw_descriptors()))
def test_whatever_stands_in_a_field_an_outcome_comes_back(raw: dict[str, object]) -> None:
    _is_bounded(raw)


@given(raw_descriptors(), st.sampled_from(WRITTEN), key_texts())
def test_an_error_never_quotes_a_key(raw: dict[str, object], field: str, key: str) -> None:
    outcome = parse({**raw, field: [key], "runtime_preference": key})
    assert isinstance(outcome, Failure)
    assert key not in outcome.failure().message


@given(raw_descriptors(), st.lists(st.sampled_from(WRITTEN), min_size=1, unique=True))
def test_the_error_names_the_first_wrong_field_in_the_order_of_the_checks(
    raw: dict[str, object], wrong: list[str]
) -> None:
    outcome = parse({**raw, **dict.fromkeys(wrong, 1.5)})
    assert isinstance(outcome, Failure)
    error = outcome.failure()
    assert error.code == "invalid_descriptor"
    assert getattr(error, "field", "") == min(wrong, key=WRITTEN.index)


@given(raw_descriptors(), anything().filter(lambda value: value is not None))
def test_a_quality_bar_is_refused_whatever_else_is_wrong(
    raw: dict[str, object], bar: object
) -> None:
    outcome = parse({**raw, "quality_bar": bar, "task_class": None})
    assert outcome.failure().code == "quality_bar_unsupported"


def _is_bounded(value: object) -> None:
    outcome = parse(value)
    if isinstance(outcome, Failure):
        assert len(outcome.failure().message) <= ERROR_TEXT_MAX_CHARS
    else:
        assert parse(to_json(outcome.unwrap())) == outcome
