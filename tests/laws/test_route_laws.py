"""Laws of the wire: whatever comes, an outcome; whatever is shown, never the token."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mimir.core.outcome import Failure, Success
from mimir.core.plain import NotPlain, plain
from mimir.core.route.failure import HttpError, RouteError, show_bytes
from mimir.core.route.http import RETRY_AFTER_MAX_SECONDS, retry_after
from mimir.core.route.log import Caller, Correlation, GrantFailed, route_log, to_meta
from mimir.core.route.request import check_base_url, check_idempotency_key, check_token
from mimir.core.route.response import read
from mimir.core.route.retry import RetryPolicy, next_wait
from mimir.core.secret import Secret
from mimir.testing import retry_policies, route_errors
from router_app import NOT_PLACED, PLACED

# Letters of every width, and what URLs, headers, numbers, dates and logs trip over.
odd = "azAZ059 -+_.,:;/@?#%[]()'\"\\\t\r\n\x00\x1b\x7f\x85\u0665\u00e9\u65e5\U0001f600"
visible = "".join(chr(code) for code in range(0x21, 0x7F))
# None of the errors' own words begins so: a token that is one of those words would be no leak.
tokens = st.text(visible, min_size=12, max_size=80).map("~{}".format)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(odd, max_size=20),
)
documents = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(st.text(odd, max_size=9), inner),
    ),
    max_leaves=20,
)
headers = st.dictionaries(
    st.sampled_from(["retry-after", "Retry-After", "content-encoding", "Content-Type"]),
    st.one_of(st.text(odd, max_size=30), st.sampled_from(["gzip", "identity", "5", "deflate"])),
)


@given(st.integers(0, 1_000), headers, st.binary(max_size=300), st.integers(0, 2**40))
def test_any_bytes_become_an_outcome(
    status: int, given_headers: dict[str, str], body: bytes, now: int
) -> None:
    outcome = read(status, given_headers, body, token=Secret("t"), now=now)
    assert isinstance(outcome, (Success, Failure))
    if isinstance(outcome, Failure):
        assert len(outcome.failure().message) <= 512


@given(st.sampled_from([PLACED, NOT_PLACED]), st.data(), documents)
def test_any_value_in_any_field_becomes_an_outcome(
    base: dict[str, object], data: st.DataObject, value: object
) -> None:
    document = {**base, data.draw(st.sampled_from(sorted(base))): value}
    outcome = read(200, {}, json.dumps(document).encode())
    assert isinstance(outcome, Success) or outcome.failure().code == "bad_response"


@given(tokens, st.binary(max_size=60), st.binary(max_size=60), st.integers(1, 5))
def test_no_error_shows_the_token(token: str, before: bytes, after: bytes, times: int) -> None:
    secret = check_token(token).unwrap()
    body = before + token.encode() * times + after
    for status in (200, 401, 500):
        error = read(status, {}, body, token=secret).failure()
        assert token not in error.message
        assert token not in repr(error)


@given(st.text(odd, max_size=80))
def test_a_base_url_that_is_taken_is_secure_and_bare(text: str) -> None:
    outcome = check_base_url(f"https://{text}")
    if isinstance(outcome, Success):
        assert not set(outcome.unwrap().text) & set("@?# \\\r\n\t")
        assert outcome.unwrap().text.isascii()


@given(st.text(odd, max_size=60))
def test_a_token_that_is_taken_is_one_visible_ascii_word(text: str) -> None:
    taken = isinstance(check_token(text), Success)
    assert taken == (bool(text) and all("!" <= char <= "~" for char in text))


@given(st.text(odd, max_size=40), st.none() | st.integers(0, 2**40))
def test_a_wait_is_nothing_or_within_a_day(value: str, now: int | None) -> None:
    seconds = retry_after(value, now)
    assert seconds is None or 0 <= seconds <= RETRY_AFTER_MAX_SECONDS


@given(documents)
def test_plain_data_is_copied_as_it_is(document: object) -> None:
    copied = plain(document)
    assert not isinstance(copied, NotPlain)
    assert json.dumps(copied) == json.dumps(document)


@given(st.binary(max_size=2_000))
def test_what_is_shown_of_a_body_is_short_and_printable_on_one_line(body: bytes) -> None:
    shown = show_bytes(body)
    assert len(shown) <= 256
    assert not any(char < " " for char in shown)


@given(st.dictionaries(st.text(odd, max_size=9), documents), st.integers())
def test_a_route_log_holds_the_record_unchanged(record: dict[str, object], ts: int) -> None:
    log = route_log("r", Caller("c"), Correlation(), GrantFailed("late"), record).unwrap()
    (event,) = [to_meta(log, ts)["gen_ai_events"]]
    assert json.dumps(event) == json.dumps(
        [{"seq": 1, "ts": ts, "type": "routing_decision", "gen_ai": record}]
    )


@given(
    retry_policies(),
    route_errors(),
    st.integers(0, 100_000),
    st.floats(0, 1, exclude_max=True),
)
def test_retries_end_are_safe_honour_the_router_and_never_pass_the_deadline(
    policy: RetryPolicy, error: RouteError, left: int, chance: float
) -> None:
    calls = 1
    while (wait := next_wait(policy, calls, error, left, chance)) is not None:
        assert error.safe_to_retry
        assert 0 <= wait < left
        if isinstance(error, HttpError) and error.retry_after is not None:
            assert wait >= 1_000 * error.retry_after
        left -= wait
        calls += 1
    assert calls <= policy.attempts


@given(st.text(odd, max_size=40) | st.text(visible, max_size=300))
def test_an_idempotency_key_that_is_taken_is_one_header_field(key: str) -> None:
    field = check_idempotency_key(key)
    if isinstance(field, Success):
        written = field.unwrap()
        assert all(" " <= char <= "~" for char in written)
        assert json.loads(written) == key
