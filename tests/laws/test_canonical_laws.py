"""Laws of the canonical form."""

from hypothesis import given
from hypothesis import strategies as st

from mimir.core.canonical import digest, encode, is_digest, read, seal
from mimir.core.fields import Json
from mimir.core.inputs import Inputs
from mimir.core.outcome import Failure, Success
from mimir.core.record import stored_inputs
from mimir.core.record.seal import seal_inputs
from mimir.testing import Situation, anything, situations


def values(leaves: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    def grown(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
        return st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)

    return st.recursive(leaves, grown, max_leaves=8)


WIDE = values(st.none() | st.booleans() | st.integers() | st.text())
NARROW = values(st.none() | st.booleans() | st.integers(0, 1) | st.sampled_from(["", "0", "1"]))


def is_same(one: Json, other: Json) -> bool:
    """Tell whether both are the same value: 1 is not true, and the order of keys is nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) == set(other) and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return type(one) is type(other) and one == other


def turned(value: Json) -> Json:
    """Copy a value with the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: turned(item) for key, item in reversed(value.items())}
    return [turned(item) for item in value] if isinstance(value, list) else value


@given(WIDE)
def test_what_is_written_reads_back(value: Json) -> None:
    sealed = seal(value).unwrap()
    assert is_digest(sealed.digest)
    back = read(sealed.content, sealed.digest).unwrap()
    assert encode(value) == Success(sealed.content)
    assert back == value


@given(WIDE)
def test_the_order_of_keys_does_not_matter(value: Json) -> None:
    assert encode(turned(value)) == encode(value)


@given(NARROW, NARROW)
def test_two_values_have_the_same_bytes_exactly_when_they_are_the_same(
    one: Json, other: Json
) -> None:
    assert (encode(one) == encode(other)) == is_same(one, other)


@given(WIDE, st.data())
def test_no_byte_can_be_changed(value: Json, data: st.DataObject) -> None:
    sealed = seal(value).unwrap()
    at = data.draw(st.integers(0, len(sealed.content) - 1))
    other = data.draw(st.binary(max_size=2).filter(lambda new: new != sealed.content[at : at + 1]))
    changed = sealed.content[:at] + other + sealed.content[at + 1 :]
    assert read(changed, sealed.digest).failure().code == "wrong_digest"
    outcome = read(changed, digest(changed))
    assert isinstance(outcome, Failure) or seal(outcome.unwrap()).unwrap().content == changed  # type: ignore[arg-type]


@given(anything())
def test_whatever_comes_an_outcome_comes_back(value: object) -> None:
    outcome = encode(value)  # type: ignore[arg-type]
    if isinstance(outcome, Success):
        assert isinstance(read(outcome.unwrap(), digest(outcome.unwrap())), Success)


@given(st.binary(max_size=40))
def test_whatever_bytes_come_only_the_canonical_ones_are_read(content: bytes) -> None:
    outcome = read(content, digest(content))
    if isinstance(outcome, Success):
        assert encode(outcome.unwrap()) == Success(content)  # type: ignore[arg-type]


@given(situations())
def test_inputs_survive_sealing_and_reading(situation: Situation) -> None:
    inputs = Inputs(*situation)
    descriptor, catalog, policy, snapshot, ranker = seal_inputs(inputs).unwrap().contents
    again = Inputs(
        stored_inputs.descriptor(descriptor).unwrap(),
        stored_inputs.catalog(catalog).unwrap(),
        stored_inputs.policy(policy).unwrap(),
        stored_inputs.snapshot(snapshot).unwrap(),
        stored_inputs.ranker(ranker).unwrap(),
    )
    assert again == inputs
    assert seal_inputs(again).unwrap().digests == seal_inputs(inputs).unwrap().digests


@given(situations(max_size=3), situations(max_size=3))
def test_other_inputs_have_other_digests(one: Situation, other: Situation) -> None:
    digests = [seal_inputs(Inputs(*made)).unwrap().digests for made in (one, other)]
    assert (digests[0] == digests[1]) == (one == other)
