"""The builders of the attributes of turn events."""

import pytest

from mimir.core.buffer import EventRejected, prepare
from mimir.core.fields import Json
from mimir.core.gen_ai import reasoning, tool_call, tool_result, usage
from mimir.core.pricing.usage import Usage


def test_the_totals_include_their_parts() -> None:
    used = Usage(
        input_tokens=1,
        cache_read_tokens=2,
        cache_write_5m_tokens=4,
        cache_write_1h_tokens=8,
        cache_write_12h_tokens=16,
        input_audio_tokens=32,
        cache_read_audio_tokens=64,
        input_image_tokens=128,
        cache_read_image_tokens=256,
        input_video_tokens=512,
        output_tokens=1,
        reasoning_tokens=2,
        output_audio_tokens=4,
        output_image_tokens=8,
        output_video_tokens=16,
        citation_tokens=32,
        web_searches=99,
    )
    assert usage(used) == {
        "gen_ai.usage.input_tokens": 1023,
        "gen_ai.usage.output_tokens": 63,
        "gen_ai.usage.cache_read.input_tokens": 2 + 64 + 256,
        "gen_ai.usage.cache_write.input_tokens": 4 + 8 + 16,
        "gen_ai.usage.reasoning.output_tokens": 2,
        "gen_ai.usage.details.input_audio_tokens": 32 + 64,
        "gen_ai.usage.details.cache_audio_read_tokens": 64,
        "gen_ai.usage.details.output_audio_tokens": 4,
    }


def test_parts_that_are_none_are_left_out_and_both_totals_stand() -> None:
    assert usage(Usage()) == {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0}


def test_a_call_of_a_tool_has_what_was_given() -> None:
    assert tool_call("search") == {"gen_ai.tool.name": "search"}
    assert tool_call("search", "c1", tool_type="datastore", arguments={"q": [1]}) == {
        "gen_ai.tool.name": "search",
        "gen_ai.tool.call.id": "c1",
        "gen_ai.tool.type": "datastore",
        "gen_ai.tool.call.arguments": {"q": [1]},
    }


@pytest.mark.parametrize("result", [{"hits": 0}, [], "", 0, False])
def test_a_result_of_a_tool_has_what_was_given_however_empty(result: Json) -> None:
    assert tool_result("search", "c1", result=result) == {
        "gen_ai.tool.name": "search",
        "gen_ai.tool.call.id": "c1",
        "gen_ai.tool.call.result": result,
    }


def test_a_failed_tool_has_the_class_of_its_error() -> None:
    assert tool_result("search", error_type="timeout") == {
        "gen_ai.tool.name": "search",
        "error.type": "timeout",
    }


def test_the_text_of_reasoning_stands_only_if_it_is_given() -> None:
    assert reasoning(0) == {"gen_ai.usage.reasoning.output_tokens": 0}
    assert reasoning(7, "") == {
        "gen_ai.usage.reasoning.output_tokens": 7,
        "gen_ai.output.messages": [
            {"role": "assistant", "parts": [{"type": "reasoning", "content": ""}]}
        ],
    }


def test_what_is_no_plain_data_is_rejected_by_append() -> None:
    over = Usage(input_tokens=2**62, cache_read_tokens=2**62)
    for attributes in (usage(over), reasoning(2**63), tool_call("search", arguments=float("nan"))):
        rejected = prepare("usage", attributes, 0)
        assert isinstance(rejected, EventRejected)
        assert rejected.kind == "invalid_gen_ai"
