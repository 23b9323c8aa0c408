"""What a router client may be made with: the options of both, and the client that is lent."""

from collections.abc import Mapping

import httpx
import httpx2
import pytest

from mimir.core.outcome import Outcome, Success
from mimir.core.route.failure import RequestFailed
from mimir.core.route.retry import RetryPolicy
from mimir.shell.router import AsyncRouterClient, RouterClient, Timeouts

TOKEN = "a-bearer-token-without-a-known-shape"
LOOPBACK = "http://127.0.0.1:9"
CLIENTS = pytest.mark.parametrize("kind", [RouterClient, AsyncRouterClient])
LENT = pytest.mark.parametrize(
    ("kind", "lent"),
    [
        (RouterClient, httpx.Client),
        (RouterClient, httpx2.Client),
        (AsyncRouterClient, httpx.AsyncClient),
        (AsyncRouterClient, httpx2.AsyncClient),
    ],
)


def made(
    kind: type[RouterClient | AsyncRouterClient], url: str = "https://r.example", **options: object
) -> Outcome[object, RequestFailed]:
    return kind.connect(url, TOKEN, **options)


@CLIENTS
@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"timeouts": Timeouts(read=None)}, "timeouts.read: "),
        ({"timeouts": Timeouts(connect="5")}, "timeouts.connect: "),
        ({"timeouts": Timeouts(pool=True)}, "timeouts.pool: "),
        ({"timeouts": Timeouts(write=float("nan"))}, "timeouts.write: "),
        ({"timeouts": Timeouts(total=-1)}, "timeouts.total: "),
        ({"timeouts": Timeouts(total=-0.5)}, "timeouts.total: "),
        ({"timeouts": httpx.Timeout(5)}, "timeouts: expected Timeouts"),
        ({"timeouts": 5}, "timeouts: expected Timeouts"),
        ({"retry": {"attempts": 3}}, "retry: expected a RetryPolicy"),
        ({"retry": RetryPolicy(base_ms=-5)}, "retry.base_ms: expected an integer from 1"),
        ({"retry": RetryPolicy(attempts=None)}, "retry.attempts: "),
        ({"client": object()}, "client: expected a"),
        ({"client": None, "retry": 0}, "retry: expected a RetryPolicy, got 0"),
        ({"client": "https://r.example"}, "client: expected a"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_rule_1_a_wrong_option_is_named(
    kind: type[RouterClient | AsyncRouterClient], options: Mapping[str, object], named: str
) -> None:
    error = made(kind, **options).failure()
    assert error.code == "invalid_options"
    assert error.detail.startswith(named)


@CLIENTS
def test_rule_1_what_is_in_bounds_is_taken(kind: type[RouterClient | AsyncRouterClient]) -> None:
    waits = Timeouts(connect=0, read=float("inf"), total=86_400)
    assert isinstance(made(kind, timeouts=waits, retry=RetryPolicy(attempts=10)), Success)


@LENT
def test_rule_2_a_lent_client_sends_as_its_new_owner_does(
    kind: type[RouterClient | AsyncRouterClient], lent: type[httpx.Client]
) -> None:
    other = AsyncRouterClient if kind is RouterClient else RouterClient
    assert isinstance(made(kind, client=lent()), Success)
    error = made(other, client=lent()).failure()
    assert error.code == "invalid_options"


@LENT
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_rule_3_in_clear_nothing_goes_through_a_proxy_of_the_environment(
    kind: type[RouterClient | AsyncRouterClient],
    lent: type[httpx.Client],
    variable: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert isinstance(made(kind, LOOPBACK, client=lent()), Success)
    monkeypatch.setenv(variable, "http://proxy.example:3128")
    error = made(kind, LOOPBACK, client=lent()).failure()
    assert error.code == "insecure_base_url"
    assert "proxy" in error.detail
    assert isinstance(made(kind, LOOPBACK, client=lent(trust_env=False)), Success)
    assert isinstance(made(kind, client=lent()), Success)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert isinstance(made(kind, LOOPBACK, client=lent()), Success)
