"""What goes to the router: the URL, the token, the body."""

import json

import pytest
from attrs import evolve

from mimir.core.descriptor import Descriptor, ExpectedTokens
from mimir.core.descriptor import parse as parse_descriptor
from mimir.core.outcome import Failure, Success
from mimir.core.route.request import (
    TOKEN_MAX_CHARS,
    URL_MAX_CHARS,
    RouteRequest,
    check_base_url,
    check_idempotency_key,
    check_token,
    encode,
)
from mimir.core.secret import Secret


def descriptor(task_class: str = "chat", budget: int = 500) -> Descriptor:
    return Descriptor(
        task_class=task_class,
        budget_ceiling_microdollars=budget,
        latency_tolerance_ms=2_000,
        expected_tokens=ExpectedTokens(10, 20),
    )


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("https://router.example", "https://router.example/v1/route"),
        ("https://router.example/", "https://router.example/v1/route"),
        ("HTTPS://Router.Example:8443/eu", "HTTPS://Router.Example:8443/eu/v1/route"),
        ("http://localhost:4000", "http://localhost:4000/v1/route"),
        ("http://LOCALHOST", "http://LOCALHOST/v1/route"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1/v1/route"),
        ("http://127.9.9.9", "http://127.9.9.9/v1/route"),
        ("http://[::1]:65535", "http://[::1]:65535/v1/route"),
        ("https://[2001:db8::1]/a/b", "https://[2001:db8::1]/a/b/v1/route"),
        ("https://9.9.9.9/...", "https://9.9.9.9/.../v1/route"),
        ("https://r4.4example/%c3%a9%20", "https://r4.4example/%c3%a9%20/v1/route"),
    ],
)
def test_a_secure_or_loopback_url_is_taken(url: str, route: str) -> None:
    assert check_base_url(url).unwrap().route == route


@pytest.mark.parametrize(
    "url",
    [
        "http://router.example",
        "http://10.0.0.1",
        "http://[2001:db8::1]",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0",
    ],
)
def test_plain_http_away_from_loopback_is_insecure(url: str) -> None:
    error = check_base_url(url).failure()
    assert error.code == "insecure_base_url"
    assert url not in error.message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "router.example",
        "ftp://router.example",
        "https://",
        "https:///path",
        "https://router.example?x=1",
        "https://router.example#x",
        "https://router.example:0",
        "https://router.example:65536",
        "https://router.example:port",
        "https://router .example",
        "https://router.example\n",
        "https://router.example\x00",
        "https://rout\u00e9r.example",
        "https://router.example\\evil",
        "https://[::1",
        "http://127.1",
        "http://2130706433",
        "https://999.1.1.1",
        "https://1.2.3.4.5",
        "https://router.0x7f",
        "https://router.example/a/../b",
        "https://router.example/.",
        "https://router.example/%2E%2e/a",
        "https://router.example/.%2e",
        "https://router.example/a%00",
        "https://router.example/a%0D%0a",
        "https://router.example/a%7F",
        "https://router.example/a%zz",
        "https://router.example/a%2",
        "https://[1.2.3.4]",
        "https://[::::]",
        "https://[::1%25lo]",
        "https://" + "a" * URL_MAX_CHARS,
        "https://-a.example",
        None,
        7,
        b"https://router.example",
    ],
)
def test_an_odd_url_is_refused(url: object) -> None:
    assert check_base_url(url).failure().code == "invalid_base_url"


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    error = check_base_url("https://user:hunter2@router.example").failure()
    assert error.code == "invalid_base_url"
    assert "hunter2" not in repr(error) + error.message


@pytest.mark.parametrize("token", ["t", "a.b-c_d~e+f/g==", "x" * TOKEN_MAX_CHARS])
def test_a_visible_token_is_taken_as_text_and_as_a_secret(token: str) -> None:
    assert check_token(token).unwrap().reveal() == token
    assert check_token(Secret(token)).unwrap().reveal() == token


@pytest.mark.parametrize(
    "token",
    [
        "",
        " ",
        "two words",
        "line\nbreak",
        "tail\n",
        "nul\x00",
        "t\u00f6ken",
        "\u0663",
        "x" * (TOKEN_MAX_CHARS + 1),
        None,
        7,
        b"token",
    ],
)
def test_a_token_that_no_header_carries_is_refused_and_not_repeated(token: object) -> None:
    error = check_token(token).failure()
    assert error.code == "invalid_token"
    assert error.detail == ""


def test_a_token_of_a_subclass_is_refused_before_its_code_runs() -> None:
    class Loud(str):
        __slots__ = ()

    assert check_token(Loud("token")).failure().code == "invalid_token"


def test_the_body_holds_the_descriptor_and_the_ids() -> None:
    asked = RouteRequest(descriptor=descriptor(), workflow_id="w\u00e9", parent_step_id="p")
    body = json.loads(encode(asked).unwrap())
    assert list(body) == ["descriptor", "workflow_id", "step_id", "parent_step_id"]
    assert (body["workflow_id"], body["step_id"], body["parent_step_id"]) == ("w\u00e9", None, "p")
    assert body["descriptor"]["expected_tokens"] == {"in": 10, "out": 20}
    assert body["descriptor"]["quality_bar"] is None


def test_a_quality_bar_travels_with_the_descriptor() -> None:
    asked = RouteRequest(descriptor=evolve(descriptor(), quality_bar=9_000))
    body = json.loads(encode(asked).unwrap())
    assert parse_descriptor(body["descriptor"], quality_bars=True).unwrap() == asked.descriptor
    assert parse_descriptor(body["descriptor"]).failure().code == "quality_bar_unsupported"


@pytest.mark.parametrize("step_id", ["x" * 513, "\ud800"])
def test_an_id_out_of_bounds_is_refused_by_name(step_id: str) -> None:
    error = encode(RouteRequest(descriptor=descriptor(), step_id=step_id)).failure()
    assert error.code == "invalid_request"
    assert error.detail.startswith("step_id: ")


@pytest.mark.parametrize(
    "odd", [descriptor(task_class="\ud800"), descriptor(budget=10**5_000)], ids=["text", "number"]
)
def test_a_descriptor_that_json_cannot_carry_is_refused(odd: Descriptor) -> None:
    assert encode(RouteRequest(descriptor=odd)).failure().code == "invalid_request"


def test_a_body_past_the_limit_is_refused_and_one_at_the_limit_is_not() -> None:
    empty = len(encode(RouteRequest(descriptor=descriptor(""))).unwrap())
    room = 256 * 1024 - empty
    assert isinstance(encode(RouteRequest(descriptor=descriptor("x" * room))), Success)
    past = encode(RouteRequest(descriptor=descriptor("x" * (room + 1))))
    assert isinstance(past, Failure)
    assert past.failure().code == "request_too_large"


@pytest.mark.parametrize("host", ["a..b", "a." + "b" * 64, "a" * 64 + ".example", "1..1"])
def test_a_host_that_no_name_service_can_look_up_is_refused(host: str) -> None:
    assert check_base_url(f"https://{host}").failure().code == "invalid_base_url"


@pytest.mark.parametrize(
    ("key", "field"),
    [("a", '"a"'), ('"', '"\\""'), ("\\", '"\\\\"'), ("k" * 255, '"' + "k" * 255 + '"')],
)
def test_an_idempotency_key_is_written_as_a_quoted_string(key: str, field: str) -> None:
    assert check_idempotency_key(key).unwrap() == field


@pytest.mark.parametrize("key", ["", "k" * 256, "a b", "a\n", "\x00", "\u00e9", 5, None])
def test_an_idempotency_key_that_no_header_can_hold_is_refused(key: object) -> None:
    refused = check_idempotency_key(key).failure()
    assert refused.code == "invalid_request"
    assert "idempotency_key" in refused.message


@pytest.mark.parametrize("request_", [None, {}, RouteRequest(descriptor=None)], ids=repr)
def test_what_is_no_request_is_refused(request_: RouteRequest) -> None:
    error = encode(request_).failure()
    assert error.code == "invalid_request"
    assert error.detail == "expected a RouteRequest with a Descriptor"
