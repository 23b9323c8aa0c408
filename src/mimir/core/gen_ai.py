"""Builders of the ``gen_ai`` attributes of turn events: usage, tools, reasoning.

Rules:
1. The names are OpenTelemetry's. ``gen_ai.usage.input_tokens`` include what was read from a cache
   and written to one, ``gen_ai.usage.output_tokens`` include reasoning.
2. Tokens written to a cache stand under ``cache_write``, the name since 0.1.0 of the conventions;
   before, it was ``cache_creation``. ``usage_from_otel`` reads both.
3. A part that is 0, and what is not given, is left out; both totals always stand.
4. Contents (arguments, results, the text of reasoning) stand there only if they are given: whoever
   gives them has decided to keep them.
5. A builder checks nothing: what is no plain data is rejected by ``append``.

Source: ``model/gen-ai/registry.yaml`` of
https://github.com/open-telemetry/semantic-conventions-genai.
"""

from typing import Final, Literal, TypeAlias

from mimir.core.fields import Json
from mimir.core.pricing.dimensions import INPUT_SIDE, TOKENS
from mimir.core.pricing.usage import Usage, given

ToolType: TypeAlias = Literal["function", "extension", "datastore"]
"""Where a tool runs: at the client, at the agent, or on data that the agent reads."""

_USAGE: Final = "gen_ai.usage."
_PARTS: Final = {
    "cache_read.input_tokens": (
        "cache_read_tokens",
        "cache_read_audio_tokens",
        "cache_read_image_tokens",
    ),
    "cache_write.input_tokens": (
        "cache_write_5m_tokens",
        "cache_write_1h_tokens",
        "cache_write_12h_tokens",
    ),
    "reasoning.output_tokens": ("reasoning_tokens",),
    "details.input_audio_tokens": ("input_audio_tokens", "cache_read_audio_tokens"),
    "details.cache_audio_read_tokens": ("cache_read_audio_tokens",),
    "details.output_audio_tokens": ("output_audio_tokens",),
}


def usage(usage: Usage) -> dict[str, Json]:
    """Write the tokens of a call: two totals, and the parts of them that are not 0.

    Tokens of audio stand under ``gen_ai.usage.details``, as Pydantic AI writes them: OpenTelemetry
    has no name for them. Images, video and the lifetimes of cache writes have none anywhere: their
    tokens are in the totals. What is no token, such as a web search, is left out.

    >>> usage(Usage(input_tokens=25, cache_read_tokens=50, output_tokens=100, reasoning_tokens=80))
    ... # doctest: +NORMALIZE_WHITESPACE
    {'gen_ai.usage.input_tokens': 75, 'gen_ai.usage.output_tokens': 180,
     'gen_ai.usage.cache_read.input_tokens': 50, 'gen_ai.usage.reasoning.output_tokens': 80}
    """
    counts = given(usage)
    went_in = _sum(counts, INPUT_SIDE)
    attributes: dict[str, Json] = {
        f"{_USAGE}input_tokens": went_in,
        f"{_USAGE}output_tokens": _sum(counts, TOKENS) - went_in,
    }
    for name, parts in _PARTS.items():
        if part := _sum(counts, parts):
            attributes[_USAGE + name] = part
    return attributes


def tool_call(
    name: str,
    call_id: str | None = None,
    *,
    tool_type: ToolType | None = None,
    arguments: Json = None,
) -> dict[str, Json]:
    """Write a call of a tool: its name and, where given, the call's id, type and arguments.

    >>> tool_call("search", "call_1", tool_type="function")
    {'gen_ai.tool.name': 'search', 'gen_ai.tool.call.id': 'call_1', 'gen_ai.tool.type': 'function'}
    """
    return _present(
        {
            "gen_ai.tool.name": name,
            "gen_ai.tool.call.id": call_id,
            "gen_ai.tool.type": tool_type,
            "gen_ai.tool.call.arguments": arguments,
        }
    )


def tool_result(
    name: str,
    call_id: str | None = None,
    *,
    result: Json = None,
    error_type: str | None = None,
) -> dict[str, Json]:
    """Write how a call of a tool ended: with a result, or with the class of its error.

    ``error.type`` is OpenTelemetry's name for it on everything that can fail.

    >>> tool_result("search", "call_1", error_type="timeout")
    {'gen_ai.tool.name': 'search', 'gen_ai.tool.call.id': 'call_1', 'error.type': 'timeout'}
    """
    return _present(
        {
            "gen_ai.tool.name": name,
            "gen_ai.tool.call.id": call_id,
            "gen_ai.tool.call.result": result,
            "error.type": error_type,
        }
    )


def reasoning(tokens: int, text: str | None = None) -> dict[str, Json]:
    """Write what a model reasoned: how many tokens and, only if it is given, the text.

    The text is a message of the assistant with one part of type ``reasoning``, as the conventions'
    ``gen-ai-output-messages.json`` has it.

    >>> reasoning(80)
    {'gen_ai.usage.reasoning.output_tokens': 80}
    >>> reasoning(80, "First, ...")["gen_ai.output.messages"]
    [{'role': 'assistant', 'parts': [{'type': 'reasoning', 'content': 'First, ...'}]}]
    """
    attributes: dict[str, Json] = {f"{_USAGE}reasoning.output_tokens": tokens}
    if text is not None:
        part: Json = {"type": "reasoning", "content": text}
        attributes["gen_ai.output.messages"] = [{"role": "assistant", "parts": [part]}]
    return attributes


def _sum(counts: dict[str, int], names: tuple[str, ...]) -> int:
    return sum(counts.get(name, 0) for name in names)


def _present(attributes: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in attributes.items() if value is not None}
