"""One logical call of a router client: what the synchronous and the asynchronous client share.

Rules:
1. A call has one body, one idempotency key and one deadline, however many attempts it takes.
2. Of an answer in 2xx at most one chunk past 1 MiB is kept, of any other one past 64 KiB.
3. An answer outside 2xx is told by its status, though its body be cut short or late: what matters
   has come.
4. What ran out of time at the deadline is the deadline's.
"""

from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from attrs import frozen
from typing_extensions import override

from mimir.core.limits import WIRE_OUT_MAX_BYTES
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed, RouteError
from mimir.core.route.kinds import FailureKind
from mimir.core.route.request import (
    BaseUrl,
    RouteRequest,
    check_idempotency_key,
    encode,
)
from mimir.core.route.response import RouteResponse, read
from mimir.core.route.retry import RetryPolicy, next_wait
from mimir.core.secret import Secret
from mimir.shell import clock, ids
from mimir.shell._clients import Post
from mimir.shell._deadline import DEADLINE
from mimir.shell._transport_errors import TIMEOUT_KINDS, failure_kind

ERROR_BODY_MAX_BYTES: Final = 64 * 1024

_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
    "User-Agent": "mimir-oracle",
}
_NANOSECONDS: Final = 1_000_000_000
_MILLISECOND: Final = 1_000_000
_TOTAL_MAX_SECONDS: Final = 86_400.0
_SHORTEST_SECONDS: Final = 0.001


@frozen(kw_only=True)
class Timeouts:
    """How long each phase may take, in seconds; ``total`` bounds the call from end to end.

    No phase takes longer than what is left of the whole, and the whole no longer than a day.
    """

    connect: float = 5.0
    read: float = 10.0
    write: float = 10.0
    pool: float = 5.0
    total: float = 30.0


@frozen
class Terms:
    """What holds for every call of a client; ``chance`` gives a number in [0, 1)."""

    base_url: BaseUrl
    token: Secret
    timeouts: Timeouts
    retry: RetryPolicy | None
    now: Callable[[], int]
    chance: Callable[[], float]

    def begin(self, request: RouteRequest, key: str | None) -> Outcome["Call", RequestFailed]:
        """Begin a call, under a key of its own where the caller gives none."""
        total = max(0.0, min(self.timeouts.total, _TOTAL_MAX_SECONDS))
        deadline = self.now() + int(total * _NANOSECONDS)
        body = encode(request)
        if isinstance(body, Failure):
            return body
        field = check_idempotency_key(ids.idempotency_key() if key is None else key)
        if isinstance(field, Failure):
            return field
        return Success(Call(self, body.unwrap(), field.unwrap(), deadline))


class RouterBase:
    """What both clients are beside their sending: closed or not, and silent about the token."""

    __slots__ = ("_closed", "_terms")

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._closed = False

    @override
    def __reduce__(self) -> NoReturn:
        message = "a router client is neither copied nor pickled: it holds connections"
        raise TypeError(message)

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._terms.base_url.text!r})"


@frozen
class Call:
    """One question and the time that it may take; ``deadline`` is monotonic nanoseconds."""

    terms: Terms
    body: bytes
    key_field: str
    deadline: int

    def left(self) -> float:
        """Return the seconds until the deadline, 0 from there on."""
        return max(0, self.deadline - self.terms.now()) / _NANOSECONDS

    def post(self, *, closed: bool) -> Outcome[Post, RequestFailed]:
        """Return the request to send; ``RequestFailed`` where the client or the time is over."""
        left = self.left()
        if closed or not left:
            return Failure(RequestFailed("client_closed" if closed else "deadline_exceeded"))
        waits = self.terms.timeouts
        phases = {
            "connect": _within(waits.connect, left),
            "read": _within(waits.read, left),
            "write": _within(waits.write, left),
            "pool": _within(waits.pool, left),
        }
        post = Post(
            url=self.terms.base_url.route,
            headers={**_HEADERS, "Idempotency-Key": self.key_field},
            content=self.body,
            extensions={"timeout": phases, DEADLINE: self.deadline},
            token=self.terms.token,
        )
        return Success(post)

    def wait(self, attempt: int, outcome: Outcome[RouteResponse, RouteError]) -> float | None:
        """Return the seconds to wait for the next attempt; ``None`` where ``outcome`` stands."""
        policy = self.terms.retry
        if policy is None or isinstance(outcome, Success):
            return None
        left = max(0, self.deadline - self.terms.now()) // _MILLISECOND
        wait = next_wait(policy, attempt, outcome.failure(), left, self.terms.chance())
        return None if wait is None else wait / 1_000


class Answer:
    """What has come back of one attempt so far."""

    __slots__ = ("_body", "_call", "_complete", "_headers", "_limit", "_status")

    def __init__(self, call: Call) -> None:
        self._call = call
        self._status = 0
        self._headers: Mapping[str, str] = {}
        self._limit = ERROR_BODY_MAX_BYTES
        self._body = bytearray()
        self._complete = False

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Keep the head."""
        self._status, self._headers = status, headers
        if self._is_good():
            self._limit = WIRE_OUT_MAX_BYTES

    def take(self, chunk: bytes) -> bool:
        """Keep a part of the body and tell whether to read on."""
        if not self._call.left():
            return False
        self._body += chunk
        self._complete = len(self._body) > self._limit
        return not self._complete

    def end(self) -> None:
        """Note that the whole body was read."""
        self._complete = True

    def outcome(self, error: Exception | None) -> Outcome[RouteResponse, RouteError]:
        """Read what has come; ``error`` is what ended it early, ``None`` for the deadline."""
        if not self._status or (self._is_good() and not self._complete):
            return Failure(RequestFailed(self._kind(error)))
        now = clock.unix_ns() // _NANOSECONDS
        token = self._call.terms.token
        return read(self._status, self._headers, bytes(self._body), token=token, now=now)

    def _is_good(self) -> bool:
        return 200 <= self._status <= 299

    def _kind(self, error: Exception | None) -> FailureKind:
        kind = "deadline_exceeded" if error is None else failure_kind(error)
        return "deadline_exceeded" if kind in TIMEOUT_KINDS and not self._call.left() else kind


def _within(seconds: float, most: float) -> float:
    """Hold ``seconds`` between a millisecond and ``most``; what is no number counts as least."""
    return min(seconds, most) if seconds > _SHORTEST_SECONDS else min(_SHORTEST_SECONDS, most)
