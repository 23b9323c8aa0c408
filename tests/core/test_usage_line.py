"""One line of a usage log: what it says, and each way in which it says nothing."""

import pytest

from mimir.core.instant import Instant
from mimir.core.outcome import Failure, Success
from mimir.core.pricing.normalise import anthropic, openai
from mimir.core.pricing.usage import Usage
from mimir.core.pricing.usage_line import Format, LineUnreadable, UsageLine, parse, read

USED = '"usage": {"output_tokens": 2, "input_tokens": 1}'


def test_a_line_says_everything_that_a_price_depends_on():
    line = (
        '{"model": "p:m", ' + USED + ', "tier": "batch", "at": "2026-01-31T12:00:00Z",'
        ' "region": "eu", "search_context": "low"}'
    )
    assert read(line) == Success(
        UsageLine(
            model="p:m",
            usage=Usage(input_tokens=1, output_tokens=2),
            names=("output_tokens", "input_tokens"),
            tier="batch",
            at=Instant("2026-01-31T12:00:00Z"),
            region="eu",
            search_context="low",
        )
    )


def test_null_is_not_known():
    line = '{"model": "p:m", "usage": {}, "tier": null, "at": null, "region": null,'
    assert read(line + ' "search_context": null}') == Success(UsageLine("p:m", Usage(), ()))


def test_a_provider_s_own_form_says_which_tier_and_region_served():
    form = Format(anthropic.messages, anthropic.served_tier, anthropic.served_region)
    used = '{"input_tokens": 5, "output_tokens": 0, "speed": "fast", "inference_geo": "us"}'
    line = read('{"model": "p:m", "usage": ' + used + "}", form).unwrap()
    assert (line.tier, line.region, line.names) == ("fast", "us", ("input_tokens",))
    stated = '{"model": "p:m", "tier": "batch", "region": "eu", "usage": ' + used + "}"
    line = read(stated, form).unwrap()
    assert (line.tier, line.region) == ("batch", "eu")


def test_a_form_that_says_nothing_leaves_the_tier_open():
    used = '{"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}'
    line = read('{"model": "p:m", "usage": ' + used + "}", Format(openai.chat)).unwrap()
    assert (line.tier, line.usage) == (None, Usage(input_tokens=5, output_tokens=1))


@pytest.mark.parametrize(
    ("line", "code", "part"),
    [
        ("", "line_not_json", "column 1"),
        ("{", "line_not_json", "is no JSON"),
        ('{"model": "p:m", ' + USED + "} x", "line_not_json", "Extra data"),
        ("[" * 100_000, "line_not_json", "nested too deep"),
        ('{"model": ' + "9" * 5_000 + "}", "line_not_json", "number that is too large"),
        ('{"model": "p:m", "model": "p:n", ' + USED + "}", "line_repeated_key", '"model" twice'),
        (
            '{"model": "p:m", "usage": {"input_tokens": 1, "input_tokens": 1}}',
            "line_repeated_key",
            '"input_tokens" twice',
        ),
    ],
)
def test_what_is_no_line_is_told_by_its_kind(line, code, part):
    error = read(line).failure()
    assert isinstance(error, LineUnreadable)
    assert error.code == code
    assert part in error.message


def test_a_key_that_stands_twice_inside_a_provider_s_own_form_is_found():
    details = '{"cached_tokens": 1, "cached_tokens": 2}'
    used = '{"prompt_tokens": 5, "completion_tokens": 1, "prompt_tokens_details": ' + details
    error = read('{"model": "p:m", "usage": ' + used + "}}", Format(openai.chat)).failure()
    assert (error.code, error.detail) == ("line_repeated_key", 'has the key "cached_tokens" twice')


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("[]", ""),
        ('{"model": "p:m", "usage": {}, "cost": 1}', "cost"),
        ('{"usage": {}}', "model"),
        ('{"model": "", "usage": {}}', "model"),
        ('{"model": "\\ud800", "usage": {}}', "model"),
        ('{"model": 3, "usage": {}}', "model"),
        ('{"model": "p:m"}', "usage"),
        ('{"model": "p:m", "usage": []}', "usage"),
        ('{"model": "p:m", "usage": [{"a": 1}]}', "usage"),
        ('{"model": "p:m", "usage": {"input_token": 1}}', "usage.input_token"),
        ('{"model": "p:m", "usage": {"input_tokens": true}}', "usage.input_tokens"),
        ('{"model": "p:m", "usage": {"input_tokens": 1.0}}', "usage.input_tokens"),
        ('{"model": "p:m", "usage": {"input_tokens": null}}', "usage.input_tokens"),
        ('{"model": "p:m", "usage": {"input_tokens": NaN}}', "usage.input_tokens"),
        ('{"model": "p:m", "usage": {}, "tier": 1}', "tier"),
        ('{"model": "p:m", "usage": {}, "region": []}', "region"),
        ('{"model": "p:m", "usage": {}, "at": "2026-01-31"}', "at"),
        ('{"model": "p:m", "usage": {}, "at": 1769860800}', "at"),
        ('{"model": "p:m", "usage": {}, "search_context": "huge"}', "search_context"),
        ('{"model": "p:m", "usage": {}, "search_context": 1}', "search_context"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_field(line, field):
    error = read(line).failure()
    assert error.field == field


def test_a_key_that_is_no_text_is_refused():
    assert isinstance(parse({1: 2}), Failure)
