"""Nothing is kept without capture, and nothing unscrubbed with it."""

import json

import pytest

from mimir.core.limits import DEPTH_MAX
from mimir.core.outcome import Failure, Success
from mimir.core.redaction.gate import Payloads, PayloadTooDeep, redact
from mimir.core.redaction.rules import REFERENCE_RULES
from mimir.core.redaction.text import REDACTED
from mimir.core.redaction.walk import UNSUPPORTED

KEY = "AKIA" + "Q7RT2LMX9VB4NC8Z"


def test_without_capture_nothing_is_kept() -> None:
    assert redact({"a": KEY}, {"b": 1}, capture=False) == Success(Payloads(None, None))


def test_without_capture_nothing_is_looked_at() -> None:
    cyclic: dict[str, object] = {}
    cyclic["a"] = cyclic
    assert redact(cyclic, cyclic, capture=False) == Success(Payloads(None, None))


def test_with_capture_both_payloads_are_kept_scrubbed() -> None:
    kept = redact({"a": [KEY]}, {KEY: {"b": f"({KEY})"}}, capture=True)
    assert kept == Success(Payloads({"a": [REDACTED]}, {REDACTED: {"b": f"({REDACTED})"}}))


@pytest.mark.parametrize("payload", [None, [], [KEY], KEY, 5, True, 1.5, object(), (KEY,)])
def test_a_payload_that_is_no_object_is_not_kept(payload: object) -> None:
    assert redact(payload, {}, capture=True) == Success(Payloads(None, {}))
    assert redact({}, payload, capture=True) == Success(Payloads({}, None))


def test_a_foreign_value_is_kept_as_a_placeholder() -> None:
    assert redact({"a": object()}, None, capture=True) == Success(
        Payloads({"a": UNSUPPORTED}, None)
    )


def test_the_reference_rules_leave_keys_alone() -> None:
    kept = redact({KEY: "task-runner"}, None, capture=True, rules=REFERENCE_RULES)
    assert kept == Success(Payloads({KEY: f"ta{REDACTED}"}, None))


def test_a_request_that_contains_itself_is_an_error_that_names_the_place() -> None:
    messages: list[object] = [{"role": "user"}]
    messages.append(messages)
    refused = redact({"messages": messages}, {}, capture=True)
    assert refused == Failure(PayloadTooDeep("request", "cycle", ".messages[1]"))
    error = refused.failure()
    assert error.code == "payload_too_deep"
    assert error.message == "request.messages[1]: contains itself"


def test_a_response_too_deep_is_an_error_that_names_the_place() -> None:
    deep: list[object] = []
    for _ in range(DEPTH_MAX - 1):
        deep = [deep]
    assert isinstance(redact({}, {"a": deep}, capture=True), Failure)
    assert isinstance(redact({}, {"a": deep[0]}, capture=True), Success)
    error = redact({}, {"a": deep}, capture=True).failure()
    assert error == PayloadTooDeep("response", "depth", ".a" + "[0]" * (DEPTH_MAX - 1))
    assert error.message.endswith(f"deeper than {DEPTH_MAX} levels")


def test_a_payload_too_large_is_an_error() -> None:
    big: list[object] = [0]
    for _ in range(30):
        big = [big, big]
    error = redact({"a": big}, {}, capture=True).failure()
    assert error.problem == "size"
    assert "more than" in error.message


def test_an_error_quotes_no_key() -> None:
    payload: dict[str, object] = {}
    payload[f"use {KEY} here"] = payload
    error = redact({}, payload, capture=True).failure()
    assert KEY not in error.message
    assert error.message == f"response.use {REDACTED} here: contains itself"


def test_what_is_kept_is_json() -> None:
    kept = redact({"a": [1, None, {"b": "x"}]}, {}, capture=True).unwrap()
    assert json.loads(json.dumps(kept.request)) == {"a": [1, None, {"b": "x"}]}
