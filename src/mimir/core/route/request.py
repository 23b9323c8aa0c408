"""What goes to the router: where, with which token, and the bytes of the body.

Rules:
1. The token travels over https, or over plain http to this machine alone.
2. A base URL holds no user, password, query or fragment, and no error repeats one. Its path has no
   segment of dots and no control character; a host that ends in a number is an IPv4 address.
3. A token is visible ASCII without spaces, so that no header can be forged with it.
4. A body is UTF-8 JSON of at most ``WIRE_IN_MAX_BYTES``.
5. An idempotency key is 1 to 255 visible ASCII characters.
6. A descriptor goes with every field, its quality bar too: the router says whether it serves one.
"""

import json
import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from attrs import frozen

from mimir.core.descriptor import Descriptor, to_json
from mimir.core.fields import InvalidField, Json, is_text, optional_text
from mimir.core.limits import ID_MAX_CHARS, WIRE_IN_MAX_BYTES
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed, show_text
from mimir.core.route.kinds import FailureKind
from mimir.core.secret import Secret

ROUTE_PATH: Final = "/v1/route"
"""The path of the one operation, below the base URL."""

URL_MAX_CHARS: Final = 2_048
"""Characters of a base URL."""

TOKEN_MAX_CHARS: Final = 8_192
"""Characters of a bearer token."""

IDEMPOTENCY_KEY_MAX_CHARS: Final = 255
"""Characters of an idempotency key."""

_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/(?:[a-z0-9._~!$&'()*+,;=:-]|%(?!7f)[2-9a-f][0-9a-f])*)*)",
    re.ASCII | re.IGNORECASE,
)
_TOKEN = re.compile(r"[\x21-\x7e]+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_LABEL_MAX_CHARS: Final = 63


@frozen
class BaseUrl:
    """Where a router lives: a checked URL without a trailing slash."""

    text: str

    @property
    def route(self) -> str:
        """The URL that a request is posted to."""
        return self.text + ROUTE_PATH


@frozen(kw_only=True)
class RouteRequest:
    """One question to the router: the descriptor, and the step that it is asked for."""

    descriptor: Descriptor
    workflow_id: str | None = None
    step_id: str | None = None
    parent_step_id: str | None = None


def check_base_url(url: object) -> Outcome[BaseUrl, RequestFailed]:
    """Read a base URL: https, or http to ``localhost``, 127.0.0.0/8 or ``[::1]``.

    :return: the URL, or ``RequestFailed`` of kind ``invalid_base_url`` or ``insecure_base_url``;
        neither repeats the URL, which may hold a password.

    >>> check_base_url("https://router.example/eu/").unwrap().route
    'https://router.example/eu/v1/route'
    >>> check_base_url("http://router.example").failure().code
    'insecure_base_url'
    """
    if not is_text(url) or len(url) > URL_MAX_CHARS:
        return _refuse(
            "invalid_base_url", f"expected a string of at most {URL_MAX_CHARS} characters"
        )
    if "@" in url:
        return _refuse("invalid_base_url", "it holds a user or a password")
    found = _URL.fullmatch(url)
    if found is None or not _is_sound(found):
        return _refuse("invalid_base_url", "expected https://host[:port][/path] in ASCII")
    if found["scheme"].lower() == "http" and not _is_loopback(found["host"].lower()):
        return _refuse("insecure_base_url", "")
    return Success(BaseUrl(url.rstrip("/")))


def check_token(token: object) -> Outcome[Secret, RequestFailed]:
    """Read a bearer token: 1 to 8192 visible ASCII characters, as text or already secret.

    :return: the token as a ``Secret``, or ``RequestFailed`` of kind ``invalid_token``, which
        repeats nothing of it.

    >>> check_token("two words").failure().code
    'invalid_token'
    """
    text = token.reveal() if type(token) is Secret else token
    if not is_text(text) or len(text) > TOKEN_MAX_CHARS or not _TOKEN.fullmatch(text):
        return _refuse("invalid_token", "")
    return Success(Secret(text))


def check_idempotency_key(key: object) -> Outcome[str, RequestFailed]:
    r"""Read an idempotency key and write it as its header field, a quoted string.

    :return: the field, or ``RequestFailed`` of kind ``invalid_request``.
    :source: draft-ietf-httpapi-idempotency-key-header, section 2.1; RFC 8941, section 3.3.3.

    >>> print(check_idempotency_key('step-"2"').unwrap())
    "step-\"2\""
    """
    if not is_text(key) or len(key) > IDEMPOTENCY_KEY_MAX_CHARS or not _TOKEN.fullmatch(key):
        return _refuse("invalid_request", "idempotency_key: expected 1 to 255 visible characters")
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return Success(f'"{escaped}"')


def encode(request: RouteRequest) -> Outcome[bytes, RequestFailed]:
    """Write the body of ``POST /v1/route``.

    :return: UTF-8 JSON of at most 256 KiB with the keys ``descriptor``, ``workflow_id``,
        ``step_id`` and ``parent_step_id``, or ``RequestFailed`` of kind ``invalid_request`` or
        ``request_too_large``.

    >>> encode(RouteRequest(descriptor=Descriptor(task_class="chat", latency_tolerance_ms=9,
    ...     budget_ceiling_microdollars=5), step_id="s1")).unwrap()[-56:]
    b'"workflow_id":null,"step_id":"s1","parent_step_id":null}'
    """
    if not _is_request(request):
        return _refuse("invalid_request", "expected a RouteRequest with a Descriptor")
    ids = {
        "workflow_id": request.workflow_id,
        "step_id": request.step_id,
        "parent_step_id": request.parent_step_id,
    }
    for name, value in ids.items():
        if isinstance(
            read := optional_text(value, "route_request", name, ID_MAX_CHARS), InvalidField
        ):
            return _refuse("invalid_request", f"{name}: {read.message}")
    body = _dump({"descriptor": to_json(request.descriptor), **ids})
    if body is None:
        return _refuse("invalid_request", "the descriptor holds what JSON cannot carry")
    if len(body) > WIRE_IN_MAX_BYTES:
        return _refuse("request_too_large", f"{len(body)} bytes, at most {WIRE_IN_MAX_BYTES}")
    return Success(body)


def _is_request(value: object) -> bool:
    return isinstance(value, RouteRequest) and _is_descriptor(value.descriptor)


def _is_descriptor(value: object) -> bool:
    return isinstance(value, Descriptor)


def _dump(document: dict[str, Json]) -> bytes | None:
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        return None


def _is_sound(found: re.Match[str]) -> bool:
    return _is_port(found["port"]) and _is_host(found["host"]) and _is_path(found["path"])


def _is_path(path: str) -> bool:
    """Tell whether no segment is one of dots, which the client or the server would resolve."""
    return {".", ".."}.isdisjoint(path.lower().replace("%2e", ".").split("/"))


def _is_port(port: str | None) -> bool:
    return port is None or 1 <= int(port) <= 65_535


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return isinstance(_address(host), IPv6Address)
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return isinstance(_address(host), IPv4Address)
    return all(0 < len(label) <= _LABEL_MAX_CHARS for label in labels)


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _refuse(kind: FailureKind, detail: str) -> Failure[RequestFailed]:
    return Failure(RequestFailed(kind, show_text(detail)))
