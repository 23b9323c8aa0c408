"""What a builder writes is what a reader reads, and what a buffer keeps."""

from hypothesis import given
from hypothesis import strategies as st

from mimir.core.gen_ai import reasoning, tool_call, tool_result, usage
from mimir.core.outcome import Success
from mimir.core.pricing.dimensions import FEES, INPUT_SIDE, NAMES, TOKENS
from mimir.core.pricing.normalise.otel import attributes
from mimir.core.pricing.usage import Usage, of
from mimir.core.pricing.usage import given as counts_of
from mimir.shell.events import EventBuffer
from mimir.testing.words import names

COUNTS = st.integers(0, 3) | st.integers(0, 10**15)
NAMED = (
    "input_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "input_audio_tokens",
    "cache_read_audio_tokens",
    "output_tokens",
    "reasoning_tokens",
    "output_audio_tokens",
)


def usages(*dimensions: str) -> st.SearchStrategy[Usage]:
    """Make a usage of the named counts."""
    return st.fixed_dictionaries(dict.fromkeys(dimensions, COUNTS)).map(of)


@given(usages(*NAMED))
def test_a_usage_of_what_has_a_name_is_read_back(used: Usage) -> None:
    assert attributes(usage(used)) == Success(used)


@given(usages(*NAMES))
def test_of_any_usage_every_token_is_read_back_on_its_side(used: Usage) -> None:
    read = counts_of(attributes(usage(used)).unwrap())
    stated = counts_of(used)
    for side in (INPUT_SIDE, [name for name in TOKENS if name not in INPUT_SIDE]):
        assert sum(read.get(name, 0) for name in side) == sum(stated.get(name, 0) for name in side)
    assert not set(read) & set(FEES)


@given(usages(*NAMES), names(), names(), st.integers(0, 10**9))
def test_what_is_built_is_kept_as_it_is(used: Usage, name: str, text: str, tokens: int) -> None:
    buffer = EventBuffer()
    built = [
        usage(used),
        tool_call(name, text, tool_type="function", arguments={}),
        tool_result(name, text, result={"part": text}),
        reasoning(tokens, text),
    ]
    for payload in built:
        assert isinstance(buffer.append("r", "built", payload), Success)
    assert [event.gen_ai for event in buffer.take("r").events] == built
