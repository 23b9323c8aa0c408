"""What can go wrong with a routed request: an HTTP status, or no usable answer at all.

Rules:
1. ``HttpError`` is any status outside 2xx; everything else is ``RequestFailed`` of one kind.
2. The kinds are closed, so that a ``match`` over them stays exhaustive; each error tells by the
   table of ``kinds`` whether repeating the request is safe.
3. No text of an error holds the bearer token: it is replaced before anything is cut short. Where a
   piece of it is left, in whatever form, nothing is quoted.
4. A text is cleaned of control characters, scrubbed of keys and bounded, in that order.
5. Of a body that may hold the key of a grant nothing is quoted.
"""

import re
from typing import ClassVar, Final, Literal, TypeAlias

from attrs import frozen

from mimir.core.limits import ERROR_TEXT_MAX_CHARS
from mimir.core.redaction.text import scrub
from mimir.core.route.kinds import KINDS, FailureKind, is_safe_status
from mimir.core.route.repeats import may_hold_key, repeats
from mimir.core.secret import Secret

StatusKind: TypeAlias = Literal["unauthorized", "rate_limited", "other"]
"""What a status outside 2xx means to the caller: 401, 429, or any other."""

BODY_EXCERPT_MAX_CHARS: Final = 256
"""Characters of a response body that an error quotes."""

REPLACEMENT: Final = "[REDACTED]"
"""What stands where the token stood."""

_WINDOW_CHARS: Final = 16_384
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"\s+")


@frozen
class RequestFailed:
    """No usable answer: the world is at fault, or for ``invalid_*`` and ``insecure_*`` the caller.

    ``detail`` says what was seen, scrubbed and bounded; it may be empty.

    >>> RequestFailed("bad_response", "verdict: missing").message
    'the answer cannot be read: verdict: missing'
    """

    kind: FailureKind
    detail: str = ""

    @property
    def code(self) -> FailureKind:
        """The stable code: the kind."""
        return self.kind

    @property
    def message(self) -> str:
        """One sentence, at most 512 characters."""
        meaning = KINDS[self.kind].meaning
        return f"{meaning}: {self.detail}"[:ERROR_TEXT_MAX_CHARS] if self.detail else meaning

    @property
    def safe_to_retry(self) -> bool:
        """Tell whether the same request may be sent again: the router cannot have acted on it."""
        return KINDS[self.kind].safe_to_retry


@frozen
class HttpError:
    """The router answered with a status outside 2xx.

    ``body`` is an excerpt of at most 256 characters, scrubbed; ``retry_after`` is whole seconds
    from 0 to a day, or ``None`` where the router gave none that can be read.

    >>> HttpError(429, "rate_limited", "slow down", 5).message
    'the router answered 429 (rate_limited): slow down'
    """

    status: int
    kind: StatusKind
    body: str
    retry_after: int | None

    code: ClassVar[Literal["http_error"]] = "http_error"

    @property
    def message(self) -> str:
        """One sentence, at most 512 characters."""
        said = f"the router answered {self.status} ({self.kind})"
        return f"{said}: {self.body}"[:ERROR_TEXT_MAX_CHARS] if self.body else said

    @property
    def safe_to_retry(self) -> bool:
        """Tell whether the same request may be sent again: the router says that it did not act."""
        return is_safe_status(self.status, self.retry_after)


RouteError: TypeAlias = HttpError | RequestFailed
"""Everything that a routed request can come back with instead of an answer."""


def show_text(text: str, token: Secret | None = None) -> str:
    """Make ``text`` fit for an error: the token replaced, scrubbed, at most 256 characters.

    :param token: the bearer token, replaced as it stands and in JSON's form with escaped slashes;
        a text that holds it, or a piece of it, in any other form is replaced as a whole.

    >>> show_text("no such\\n key: t0k/en", Secret("t0k/en"))
    'no such key: [REDACTED]'
    """
    window = _window(text)
    if token is not None:
        window = _without(window, token.reveal(), cut=len(text) > _WINDOW_CHARS)
    return scrub(_SPACE.sub(" ", window).strip())[:BODY_EXCERPT_MAX_CHARS]


def show_bytes(body: bytes, token: Secret | None = None) -> str:
    """Make a response body fit for an error, whatever its bytes are; rule 5 counts.

    >>> show_bytes(b"\\xff\\x00 busy"), show_bytes(b'{"grant": {"key": "abc"}}')
    ('\\ufffd busy', '25 bytes that may hold a key')
    """
    text = body[: 4 * _WINDOW_CHARS].decode("utf-8", "replace")
    if may_hold_key(_window(text)):
        return f"{len(body)} bytes that may hold a key"
    return show_text(text, token)


def _window(text: str) -> str:
    return _CONTROL.sub("", text[:_WINDOW_CHARS])


def _without(window: str, token: str, *, cut: bool) -> str:
    if not token:
        return window
    escaped = token.replace("/", "\\/")
    hidden = window.replace(escaped, REPLACEMENT).replace(token, REPLACEMENT)
    # Where the window ends inside the token, what it holds of it is shorter than the token.
    rest = hidden[: -len(escaped)] if cut else hidden
    return REPLACEMENT if repeats(rest, token) else rest
