"""How a client of its own gets to a router: which certificates it trusts, and through which proxy.

Rules:
1. Without ``trust_env`` nothing of the environment counts: no proxy, no SSL_CERT_FILE or
   SSL_CERT_DIR, and no SSLKEYLOGFILE, which would write down the keys of the connection.
2. With it, proxies are those of the environment, for https alone: what goes in clear to this
   machine goes to no proxy. Only http and https proxies are known.
3. Whatever of the environment cannot be used is refused before anything is sent, by its kind.
"""

import ssl
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import httpcore
import httpx
from attrs import frozen

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed
from mimir.core.route.request import BaseUrl

_PROXY_SCHEMES: Final = frozenset({"http", "https"})


@frozen
class Way:
    """What a pool of connections is made with."""

    ssl_context: ssl.SSLContext
    proxy: httpcore.Proxy | None = None


def way_to(
    url: BaseUrl, *, trust_env: bool, ssl_context: ssl.SSLContext | None
) -> Outcome[Way, RequestFailed]:
    """Find the way to ``url``.

    :param ssl_context: the context to use, in place of the one that rule 1 or 2 gives.
    :return: the way, or ``RequestFailed`` of kind ``tls_failed`` where the certificates that the
        environment names cannot be read, or ``proxy_failed`` where its proxy is none.

    >>> way_to(BaseUrl("http://localhost"), trust_env=True, ssl_context=None).unwrap().proxy
    """
    parts = urlsplit(url.text)
    plain = parts.scheme.lower() == "http"
    try:
        context = ssl_context or _context(plain=plain, trust_env=trust_env)
    except OSError:
        return Failure(RequestFailed("tls_failed", "the environment's certificates are unreadable"))
    proxy = None if plain or not trust_env else environment_proxy("https", parts.netloc)
    try:
        return Success(Way(context, None if proxy is None else _proxy(proxy, context)))
    except (ValueError, httpx.InvalidURL):
        return Failure(RequestFailed("proxy_failed", "the environment's proxy is none of http"))


def _context(*, plain: bool, trust_env: bool) -> ssl.SSLContext:
    if trust_env:
        return httpx.create_ssl_context()
    # Not ssl.create_default_context, which would heed SSLKEYLOGFILE.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not plain:
        context.load_verify_locations(certifi.where())
    return context


def environment_proxy(scheme: str, host: str) -> str | None:
    """Return the URL of the proxy that the environment names for ``scheme`` to ``host``."""
    proxies = getproxies()
    named = proxies.get(scheme) or proxies.get("all")
    if not named or proxy_bypass(host):
        return None
    return named if "://" in named else f"http://{named}"


def _proxy(text: str, context: ssl.SSLContext) -> httpcore.Proxy:
    proxy = httpx.Proxy(text)
    if proxy.url.scheme not in _PROXY_SCHEMES:
        raise ValueError(proxy.url.scheme)
    url = proxy.url
    return httpcore.Proxy(
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        auth=proxy.raw_auth,
        ssl_context=context if url.scheme == "https" else None,
    )
