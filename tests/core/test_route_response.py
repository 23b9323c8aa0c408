"""What the router answered, from bytes to a typed answer or error."""

import gzip
import json
from copy import deepcopy

import pytest

from mimir.core.limits import HEADER_FIELDS_MAX, WIRE_OUT_MAX_BYTES
from mimir.core.outcome import Failure
from mimir.core.route.candidates import RoutedCandidate
from mimir.core.route.failure import HttpError, RequestFailed
from mimir.core.route.response import (
    Grant,
    NotPlaced,
    Placed,
    RoutedPlacement,
    read,
)
from mimir.core.secret import Secret
from router_app import NOT_PLACED, PLACED

TOKEN = Secret("the-bearer-token-of-this-test")


def answer(document: object, status: int = 200) -> object:
    return read(status, {"content-type": "application/json"}, json.dumps(document).encode())


def changed(base: dict[str, object], path: str, value: object) -> dict[str, object]:
    """Copy ``base`` with the field at ``path`` set."""
    made = deepcopy(base)
    holder: object = made
    *parents, last = path.split(".")
    for name in parents:
        assert isinstance(holder, dict)
        holder = holder[name]
    assert isinstance(holder, dict)
    holder[last] = value
    return made


def refusal(document: object) -> RequestFailed:
    outcome = answer(document)
    assert isinstance(outcome, Failure)
    error = outcome.failure()
    assert isinstance(error, RequestFailed)
    return error


def test_a_placement_is_read_with_its_grant() -> None:
    placed = read(200, {}, json.dumps(PLACED).encode()).unwrap()
    assert placed == Placed(
        RoutedPlacement(
            "anthropic",
            "anthropic:claude-sonnet-4-5",
            "managed",
            ("capability_match", "cheapest_viable"),
            (
                RoutedCandidate("sonnet", "chosen"),
                RoutedCandidate("opus", "excluded", {"class": "cost", "detail": {"cap": 5}}),
            ),
        ),
        Grant(Secret("grant-key-text"), "2026-01-31T12:00:00Z", 500),
        "w1",
        "s1",
        "rd_" + "a" * 26,
        "2026-01-31T11:00:00Z",
    )


def test_a_grant_key_is_shown_by_nothing_that_prints() -> None:
    placed = read(200, {}, json.dumps(PLACED).encode()).unwrap()
    assert isinstance(placed, Placed)
    assert placed.grant is not None
    assert placed.grant.key.reveal() == "grant-key-text"
    assert "grant-key-text" not in f"{placed!r} {placed} {placed.grant!r}"


def test_no_candidate_is_an_answer() -> None:
    assert read(201, {}, json.dumps(NOT_PLACED).encode()).unwrap() == NotPlaced(
        ("cost",),
        (RoutedCandidate("opus", "excluded", {"class": "cost"}),),
        None,
        None,
        "rd_" + "b" * 26,
        "2026-01-31T11:00:00Z",
    )


def test_what_may_be_absent_may_be_absent() -> None:
    bare = {
        "verdict": "placement",
        "placement": {"lane": "l", "model": "m", "runtime": "local"},
        "grant": {"key": "k"},
    }
    placed = read(200, {}, json.dumps(bare).encode()).unwrap()
    placement = RoutedPlacement("l", "m", "local")
    assert placed == Placed(placement, Grant(Secret("k")), None, None, None, None)
    assert read(200, {}, b'{"verdict": "no_candidate"}').unwrap() == NotPlaced(
        (), (), None, None, None, None
    )


def test_no_grant_and_an_empty_id_are_kept_as_they_are() -> None:
    document = changed(changed(PLACED, "grant", None), "step_id", "")
    placed = read(200, {}, json.dumps(document).encode()).unwrap()
    assert isinstance(placed, Placed)
    assert (placed.grant, placed.step_id) == (None, "")


def test_unknown_fields_are_ignored_wherever_they_stand() -> None:
    document = PLACED
    for path in ("future", "placement.future", "grant.future"):
        document = changed(document, path, {"a": [1]})
    assert answer(document) == answer(PLACED)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("verdict", "maybe"),
        ("verdict", None),
        ("verdict", ["placement"]),
        ("placement", None),
        ("placement", []),
        ("placement.lane", 1),
        ("placement.lane", ""),
        ("placement.model", None),
        ("placement.model", "m" * 513),
        ("placement.runtime", "remote"),
        ("placement.runtime", True),
        ("placement.reasons", None),
        ("placement.reasons", "cheapest"),
        ("placement.reasons", ["r"] * 1_001),
        ("placement.candidates", None),
        ("placement.candidates", {}),
        ("grant", "key"),
        ("grant", []),
        ("grant.key", None),
        ("grant.key", ""),
        ("grant.key", 5),
        ("grant.expires_at", 1_700_000_000),
        ("grant.budget_microdollars", True),
        ("grant.budget_microdollars", -1),
        ("grant.budget_microdollars", 1.0),
        ("grant.budget_microdollars", 2**63),
        ("workflow_id", 1),
        ("step_id", []),
        ("decision_id", False),
        ("snapshot_at", {}),
        ("snapshot_at", "\ud800"),
    ],
)
def test_a_known_field_of_the_wrong_type_is_named(path: str, value: object) -> None:
    error = refusal(changed(PLACED, path, value))
    assert error.code == "bad_response"
    assert error.detail.startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("reasons", [{"a": 1}], "reasons[0]"),
        ("reasons", ["cost", "r" * 129], "reasons[1]"),
        ("reasons", None, "reasons"),
        ("candidates", "x", "candidates"),
        ("candidates", [None], "candidates[0]"),
        ("candidates", [{"verdict": "chosen"}], "candidates[0].id"),
        ("candidates", [{"id": "a", "verdict": "won"}], "candidates[0].verdict"),
        ("candidates", [{"id": "a", "verdict": []}], "candidates[0].verdict"),
        (
            "candidates",
            [{"id": "a", "verdict": "excluded", "reason": 2**63}],
            "candidates[0].reason",
        ),
        ("workflow_id", 1, "workflow_id"),
    ],
)
def test_a_wrong_item_of_no_candidate_is_named(path: str, value: object, named: str) -> None:
    assert refusal(changed(NOT_PLACED, path, value)).detail.startswith(f"{named}: ")


@pytest.mark.parametrize("document", [[], "ok", None, 5, {}])
def test_a_document_of_another_shape_is_a_bad_response(document: object) -> None:
    assert refusal(document).code == "bad_response"


def test_a_refusal_never_quotes_the_answer() -> None:
    assert TOKEN.reveal() not in refusal(changed(PLACED, "verdict", TOKEN.reveal())).message


def test_a_login_page_is_a_bad_response_with_a_bounded_scrubbed_excerpt() -> None:
    page = f"<html>login {TOKEN.reveal()} {'x' * 5_000}</html>".encode()
    error = read(200, {"Content-Type": "text/html"}, page, token=TOKEN).failure()
    assert error.code == "bad_response"
    assert "<html>login [REDACTED]" in error.message
    assert len(error.message) <= 512


def test_a_body_past_the_limit_is_too_large() -> None:
    assert read(200, {}, b" " * (WIRE_OUT_MAX_BYTES + 1)).failure().code == "response_too_large"


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-16", "x; charset=nonsense"]
)
def test_a_charset_is_not_believed(content_type: str) -> None:
    placed = read(200, {"content-type": content_type}, json.dumps(PLACED).encode())
    assert placed == answer(PLACED)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (100, "other"),
        (199, "other"),
        (300, "other"),
        (307, "other"),
        (400, "other"),
        (401, "unauthorized"),
        (403, "other"),
        (413, "other"),
        (429, "rate_limited"),
        (500, "other"),
        (600, "other"),
    ],
)
def test_any_other_status_is_an_http_error_of_its_kind(status: int, kind: str) -> None:
    error = read(status, {"Retry-After": "7"}, b"busy").failure()
    assert isinstance(error, HttpError)
    assert error == HttpError(status, error.kind, "busy", 7)
    assert (error.code, error.kind) == ("http_error", kind)


def test_an_http_error_with_a_valid_answer_in_its_body_is_still_an_error() -> None:
    assert isinstance(answer(PLACED, status=500), Failure)


def test_an_http_error_that_echoes_the_token_does_not_show_it() -> None:
    body = json.dumps({"error": f"Bearer {TOKEN.reveal()} is not known"}).encode()
    error = read(401, {}, body, token=TOKEN).failure()
    assert TOKEN.reveal() not in repr(error) + error.message
    assert "[REDACTED]" in error.message


def test_a_retry_after_that_is_a_date_counts_from_now() -> None:
    headers = {"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}
    error = read(429, headers, b"", now=784_111_757).failure()
    assert isinstance(error, HttpError)
    assert error.retry_after == 20


def test_a_compressed_body_is_refused_and_of_an_error_not_shown() -> None:
    headers = {"Content-Encoding": "gzip"}
    packed = gzip.compress(json.dumps(PLACED).encode())
    assert read(200, headers, packed).failure().code == "bad_response"
    bomb = gzip.compress(bytes(20_000_000))
    assert read(200, headers, bomb).failure().code == "response_too_large"
    assert read(500, headers, packed).failure() == HttpError(500, "other", "", None)


def test_more_header_fields_than_an_answer_needs_are_a_bad_response() -> None:
    headers = {f"X-{number}": "" for number in range(HEADER_FIELDS_MAX + 1)}
    for status in (200, 500):
        assert read(status, headers, b"{}").failure().code == "bad_response"
    headers.popitem()
    assert read(500, headers, b"").failure().code == "http_error"


@pytest.mark.parametrize(
    "path",
    ["placement.model", "placement.lane", "workflow_id", "snapshot_at", "future", "grant.key"],
)
@pytest.mark.parametrize("ascii_alone", [True, False])
def test_rule_6_an_answer_that_repeats_the_token_is_not_taken(
    path: str, *, ascii_alone: bool
) -> None:
    document = changed(PLACED, path, f"x {TOKEN.reveal()} \u00e9")
    body = json.dumps(document, ensure_ascii=ascii_alone).replace("-", "\\u002d")
    error = read(200, {}, body.encode(), token=TOKEN).failure()
    assert error == RequestFailed("bad_response", "it repeats the token")
    assert read(200, {}, body.encode(), token=Secret("x")).unwrap()


def test_rule_6_an_answer_that_repeats_its_grants_key_elsewhere_is_refused() -> None:
    for path in ("placement.model", "decision_id", "grant.expires_at"):
        error = refusal(changed(PLACED, path, "of grant-key-text"))
        assert error.detail == "it repeats the key of the grant"
    short = changed(PLACED, "grant.key", "w1")
    assert isinstance(read(200, {}, json.dumps(short).encode()).unwrap(), Placed)


@pytest.mark.parametrize("name", ["lane", "model"])
def test_rule_6_a_lane_or_a_model_that_looks_like_a_key_is_refused(name: str) -> None:
    error = refusal(changed(PLACED, f"placement.{name}", "sk-" + "a1B2" * 12))
    assert error.detail == f"placement.{name}: expected a name, got what looks like a key"


def test_rule_7_an_answer_whose_length_is_told_in_two_ways_is_refused() -> None:
    headers = {"Content-Length": "5", "Transfer-Encoding": "chunked"}
    for status in (200, 429):
        assert read(status, headers, b"{}").failure().code == "bad_response"


def test_what_utf_8_cannot_carry_is_refused_in_unknown_members_too() -> None:
    error = refusal(changed(PLACED, "future", "\ud800"))
    assert error.detail == "a text that UTF-8 cannot carry"
