"""The errors of a routed request, and what they may show."""

import pytest

from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.route.failure import (
    BODY_EXCERPT_MAX_CHARS,
    HttpError,
    RequestFailed,
    show_bytes,
    show_text,
)
from mimir.core.route.kinds import FAILURE_KINDS
from mimir.core.secret import Secret

TOKEN = "plain/token+of=no~known.shape"


@pytest.mark.parametrize("kind", FAILURE_KINDS)
def test_every_kind_is_its_own_code_and_has_a_sentence(kind: str) -> None:
    (error,) = [RequestFailed(known) for known in FAILURE_KINDS if known == kind]
    assert error.code == kind
    assert error.message
    assert RequestFailed(error.kind, "why").message == f"{error.message}: why"


def test_messages_are_bounded() -> None:
    assert len(RequestFailed("bad_response", "x" * 2_000).message) == ERROR_TEXT_MAX_CHARS
    assert len(HttpError(500, "other", "x" * 2_000, None).message) == ERROR_TEXT_MAX_CHARS


def test_an_http_error_without_a_body_says_its_status() -> None:
    assert HttpError(503, "other", "", None).message == "the router answered 503 (other)"


@pytest.mark.parametrize(
    "body",
    [
        f"no access for Bearer {TOKEN}!",
        f'{{"error": "{TOKEN.replace("/", chr(92) + "/")}"}}',
        "\x00".join(TOKEN),
        TOKEN * 100,
    ],
    ids=["as it is", "escaped", "as UTF-16", "repeated"],
)
def test_the_token_is_replaced_in_every_form(body: str) -> None:
    shown = show_text(body, Secret(TOKEN))
    assert TOKEN not in shown
    assert "known.shape" not in shown
    assert "[REDACTED]" in shown


def test_a_token_that_the_window_cuts_is_not_shown_in_part() -> None:
    secret = Secret("s3cr3t-" * 1_000)
    assert "s3cr3t" not in show_text(secret.reveal() * 50, secret)


def test_an_empty_token_replaces_nothing() -> None:
    assert show_text("abc", Secret("")) == "abc"


def test_a_key_of_a_known_shape_is_scrubbed_without_being_told() -> None:
    key = "sk-" + "a1B2" * 12
    assert key not in show_text(f"key {key} is bad")


def test_control_characters_and_line_breaks_do_not_reach_a_log() -> None:
    assert show_bytes(b"a\x1b[31m\r\n\tb\x7f") == "a[31m b"


def test_what_is_shown_is_bounded_whatever_comes() -> None:
    assert len(show_bytes(b"x" * 1_000_000)) == BODY_EXCERPT_MAX_CHARS
    assert show_bytes(b"\xff") == "\ufffd"
