"""The synchronous router client; its asynchronous twin does the same in the same order.

Rules:
1. Here are only the sends, the reads and the waits. What they are and what they mean is told by
   ``_router_call``.
2. The deadline is kept by the client's own transport, at every wait. Through a borrowed client it
   bounds each phase, and is looked at between the parts of a body.
"""

import random
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from types import TracebackType
from typing import Self

import httpx

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed, RouteError
from mimir.core.route.request import RouteRequest
from mimir.core.route.response import RouteResponse
from mimir.core.route.retry import RetryPolicy
from mimir.core.secret import Secret
from mimir.shell import clock
from mimir.shell._clients import Client, Line, R, line
from mimir.shell._deadline import DeadlineTransport
from mimir.shell._options import check
from mimir.shell._router_call import Answer, Call, RouterBase, Terms, Timeouts
from mimir.shell._transport_errors import Caught
from mimir.shell._way import way_to


class RouterClient(RouterBase):
    """A client of one router, over pooled connections; make it with ``connect``, which checks.

    It may be shared between threads. Used in a ``with`` block it is closed at the end.
    """

    __slots__ = ("_line", "_release", "_sleep")

    def __init__(
        self,
        terms: Terms,
        line: Line,
        release: Callable[[], None] | None,
        sleep: Callable[[float], None],
    ) -> None:
        """Hold what ``connect`` has checked and made."""
        super().__init__(terms)
        self._line = line
        self._release = release
        self._sleep = sleep

    @classmethod
    def connect(
        cls,
        base_url: str,
        token: str | Secret,
        *,
        client: Client[R] | None = None,
        timeouts: Timeouts | None = None,
        retry: RetryPolicy | None = None,
        trust_env: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        now: Callable[[], int] = clock.monotonic_ns,
        chance: Callable[[], float] = random.random,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Outcome[Self, RequestFailed]:
        """Check where to and with which token, and make the client; nothing is sent yet.

        :param client: a client of httpx or httpx2 to send through, with its own proxies,
            certificates and hooks; it stays its owner's to close. A proxy that it was made with
            sees what goes to a base URL of plain http, the token too: give it none there. One of
            the environment is refused.
        :param timeouts: seconds of each phase and of the whole; 30 for the whole.
        :param retry: what is repeated; nothing without it.
        :param trust_env: whether proxies and certificates may come from the environment.
        :param ssl_context: which certificates are trusted, in place of certifi's.
        :param now: the monotonic clock of the deadline, in nanoseconds; ``chance`` and ``sleep``
            are those of the waits between attempts.
        :return: the client, or ``RequestFailed`` of kind ``invalid_base_url``,
            ``insecure_base_url``, ``invalid_token`` or ``invalid_options``; with ``trust_env`` also
            ``tls_failed`` or ``proxy_failed``.

        >>> RouterClient.connect("http://router.example", "t0ken").failure().code
        'insecure_base_url'
        """
        terms = check(
            base_url, token, timeouts, retry, client, is_async=False, now=now, chance=chance
        )
        if isinstance(terms, Failure):
            return terms
        if client is not None:
            return Success(cls(terms.unwrap(), line(client), None, sleep))
        way = way_to(terms.unwrap().base_url, trust_env=trust_env, ssl_context=ssl_context)
        if isinstance(way, Failure):
            return way
        own = httpx.Client(transport=DeadlineTransport(way.unwrap(), now), trust_env=False)
        return Success(cls(terms.unwrap(), line(own), own.close, sleep))

    def route(
        self, request: RouteRequest, *, idempotency_key: str | None = None
    ) -> Outcome[RouteResponse, RouteError]:
        """Ask the router; what is safe to repeat is repeated where a policy says so.

        :param idempotency_key: 1 to 255 visible ASCII characters, the same for every attempt;
            without it the call gets one of its own.
        :return: the answer, ``HttpError`` for a status outside 2xx, or ``RequestFailed``.

        >>> from mimir.core.descriptor import Descriptor
        >>> asked = RouteRequest(descriptor=Descriptor(task_class="chat",
        ...     budget_ceiling_microdollars=500, latency_tolerance_ms=2000))
        >>> busy = httpx.MockTransport(lambda request: httpx.Response(503, text="busy"))
        >>> client = httpx.Client(transport=busy)
        >>> with RouterClient.connect("https://r.example", "t0ken", client=client).unwrap() as r:
        ...     r.route(asked).failure().message
        'the router answered 503 (other): busy'
        """
        call = self._terms.begin(request, idempotency_key)
        if isinstance(call, Failure):
            return call
        attempt = 0
        while True:
            attempt += 1
            outcome = self._attempt(call.unwrap())
            wait = call.unwrap().wait(attempt, outcome)
            if wait is None:
                return outcome
            self._sleep(wait)

    def _attempt(self, call: Call) -> Outcome[RouteResponse, RouteError]:
        post = call.post(closed=self._closed or self._line.is_closed())
        if isinstance(post, Failure):
            return post
        answer = Answer(call)
        with Caught() as caught, closing(self._line.send(post.unwrap())) as response:
            answer.begin(response.status_code, response.headers)
            # A transport of a test may hand over a response that is read already.
            read_already = response.is_stream_consumed
            for chunk in [response.content] if read_already else response.iter_raw():
                if not answer.take(chunk):
                    break
            else:
                answer.end()
        return answer.outcome(caught.error)

    def close(self) -> None:
        """Refuse further requests, and close the connections unless the client was borrowed."""
        self._closed = True
        if self._release is not None:
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
