"""What a router client is made with: checked before anything is made or sent.

Rules:
1. An option of the wrong type or out of its bounds is ``invalid_options``, and names itself.
2. A lent client sends as its new owner does: a synchronous one for threads, an asynchronous one for
   tasks.
3. In clear nothing goes through a lent client that takes its proxies from the environment, where
   that has one: the token would go to it.
"""

import inspect
import math
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from attrs import asdict

from mimir.core.fields import excerpt
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed
from mimir.core.route.request import BaseUrl, check_base_url, check_token
from mimir.core.route.retry import RetryPolicy
from mimir.core.route.retry import parse as parse_retry
from mimir.core.secret import Secret
from mimir.shell._router_call import Terms, Timeouts
from mimir.shell._way import environment_proxy


def check(
    base_url: str,
    token: str | Secret,
    timeouts: Timeouts | None,
    retry: RetryPolicy | None,
    client: object,
    *,
    is_async: bool,
    now: Callable[[], int],
    chance: Callable[[], float],
) -> Outcome[Terms, RequestFailed]:
    """Check where to, with which token, how and through which client, and give the terms."""
    url = check_base_url(base_url)
    if isinstance(url, Failure):
        return url
    secret = check_token(token)
    if isinstance(secret, Failure):
        return secret
    problem = _of_timeouts(timeouts) or _of_retry(retry)
    if problem is not None:
        return Failure(RequestFailed("invalid_options", problem))
    refused = None if client is None else check_lent(client, url.unwrap(), is_async=is_async)
    if refused is not None:
        return Failure(refused)
    waits = Timeouts() if timeouts is None else timeouts
    return Success(Terms(url.unwrap(), secret.unwrap(), waits, retry, now, chance))


def check_lent(client: object, url: BaseUrl, *, is_async: bool) -> RequestFailed | None:
    """Refuse a client that cannot be sent through, or in clear through a proxy.

    :return: ``RequestFailed`` of kind ``invalid_options`` or ``insecure_base_url``.

    >>> check_lent(5, BaseUrl("https://router.example"), is_async=False).detail
    'client: expected a synchronous client of httpx, got 5'
    """
    send: object = getattr(client, "send", None)
    is_client = callable(send) and callable(getattr(client, "build_request", None))
    if not is_client or inspect.iscoroutinefunction(send) != is_async:
        kind = "an asynchronous" if is_async else "a synchronous"
        problem = f"client: expected {kind} client of httpx, got {excerpt(client)}"
        return RequestFailed("invalid_options", problem)
    if getattr(client, "trust_env", False) and _has_clear_proxy(url):
        return RequestFailed(
            "insecure_base_url", "the client would use the environment's proxy; trust_env=False"
        )
    return None


def _has_clear_proxy(url: BaseUrl) -> bool:
    parts = urlsplit(url.text)
    is_clear = parts.scheme.lower() == "http"
    return is_clear and environment_proxy("http", parts.netloc) is not None


def _of_timeouts(timeouts: object) -> str | None:
    if timeouts is None:
        return None
    if not isinstance(timeouts, Timeouts):
        return f"timeouts: expected Timeouts, got {excerpt(timeouts)}"
    waits: Mapping[str, object] = asdict(timeouts)
    wrong = next((name for name, value in waits.items() if not _is_wait(value)), None)
    if wrong is None:
        return None
    return f"timeouts.{wrong}: expected seconds from 0 up, got {excerpt(waits[wrong])}"


def _is_wait(value: object) -> bool:
    if type(value) is int:
        return value >= 0
    return type(value) is float and not math.isnan(value) and value >= 0


def _of_retry(retry: object) -> str | None:
    if retry is None:
        return None
    if not isinstance(retry, RetryPolicy):
        return f"retry: expected a RetryPolicy, got {excerpt(retry)}"
    read = parse_retry(asdict(retry))
    return f"retry.{read.failure().line}" if isinstance(read, Failure) else None
