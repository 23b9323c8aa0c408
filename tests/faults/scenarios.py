"""The scenarios, each bound to the name of a case: what the server does, and who asks how.

Rules:
1. A scenario is given a driver and returns what came back; what only it can see, it asserts.
2. A case that is about the client itself, not about an answer, asserts and returns nothing.
3. ``through`` says which drivers a scenario is for, where not every one can meet the fault.
"""

import contextlib
import datetime as dt
import gzip
import os
import socket
import ssl
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx
import httpx2
import trustme
from attrs import evolve
from drivers import BODY, QUICK, REQUEST, TOKEN, Answers, Driver
from lab import (
    Line,
    Script,
    Server,
    answer,
    authority,
    certified,
    chunked,
    drips,
    floods,
    local_certificate,
    sends,
    sends_and_ends,
    sends_and_hangs,
    trusting,
)

from mimir.shell.router import Timeouts

Play = Callable[[Driver], Answers]


class Scenario(NamedTuple):
    """How a fault is made; ``lean`` where its memory is measured."""

    play: Play
    through: Callable[[Driver], bool] = lambda driver: True
    lean: bool = False


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    name: str, through: Callable[[Driver], bool] = lambda driver: True, *, lean: bool = False
) -> Callable[[Play], Play]:
    def keep(play: Play) -> Play:
        SCENARIOS[name] = Scenario(play, through, lean)
        return play

    return keep


def owned(driver: Driver) -> bool:
    return driver.owned


def borrowed(driver: Driver) -> bool:
    return not driver.owned


def keeps_the_deadline(driver: Driver) -> bool:
    """A borrowed synchronous client meets the deadline between the parts of a body alone."""
    return driver.owned or driver.is_async


OK = answer("200 OK", "", BODY)
HEAD = b"HTTP/1.1 200 OK\r\n"
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\n\r\n"


def asked_of(*scripts: Script, driver: Driver, **options: object) -> Answers:
    with Server(scripts).serving() as server:
        return driver.ask(server.url, **options)


def simple(name: str, script: Script, *, lean: bool = False, through=lambda driver: True) -> None:
    """Bind a script that is met with time to spare."""
    SCENARIOS[name] = Scenario(lambda driver: asked_of(script, driver=driver), through, lean)


def timed(name: str, script: Script, timeouts: Timeouts, through=lambda driver: True) -> None:
    """Bind a script that lasts for longer than ``timeouts``."""
    SCENARIOS[name] = Scenario(
        lambda driver: asked_of(script, driver=driver, timeouts=timeouts), through
    )


def json_answer(body: bytes) -> Script:
    return sends(answer("200 OK", "Content-Type: application/json\r\n", body))


def coded(coding: str, body: bytes) -> Script:
    return sends(answer("200 OK", f"Content-Encoding: {coding}\r\n", body))


@cache
def bomb(wbits: int) -> bytes:
    """Zeros of 300 MB, in about 300 kB: after a full flush the same block may follow again."""
    packer = zlib.compressobj(wbits=wbits)
    zeros = bytes(1_000_000)
    first, further = (packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + 299 * further + packer.flush()


@cache
def twice_packed() -> bytes:
    """Zeros of 50 MB in a few hundred bytes, packed twice."""
    packer = zlib.compressobj(wbits=31)
    zeros = bytes(1_000_000)
    once = b"".join(packer.compress(zeros) for _ in range(50)) + packer.flush()
    return gzip.compress(once)


def bombed(coding: str, wbits: int) -> Script:
    def run(line: Line) -> None:
        coded(coding, bomb(wbits))(line)

    return run


# What cannot be reached, or is not to be reached.


@scenario("refused")
def refused(driver: Driver) -> Answers:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return driver.ask(f"http://127.0.0.1:{port}")


@scenario("dns")
def dns(driver: Driver) -> Answers:
    return driver.ask("https://no-such-router.invalid", tls=trusting())


@contextmanager
def deaf() -> Generator[str]:
    """Serve a port whose queue is full, so that no further connection is made."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@scenario("connect_timeout")
def connect_timeout(driver: Driver) -> Answers:
    with deaf() as url:
        return driver.ask(url, timeouts=Timeouts(connect=0.2))


@scenario("pool_exhausted", borrowed)
def pool_exhausted(driver: Driver) -> Answers:
    limits = (httpx if driver.library == "httpx" else httpx2).Limits(max_connections=0)
    return asked_of(sends(OK), driver=driver, limits=limits, timeouts=Timeouts(pool=0.1))


def over_tls(certificate: trustme.LeafCert, driver: Driver, tls: ssl.SSLContext | None) -> Answers:
    with Server([sends(OK)], tls=certified(certificate)).serving() as server:
        outcomes = driver.ask(server.url, tls=tls)
    assert server.requests == []
    return outcomes


@scenario("tls_untrusted")
def tls_untrusted(driver: Driver) -> Answers:
    return over_tls(local_certificate(), driver, None)


@scenario("tls_name")
def tls_name(driver: Driver) -> Answers:
    return over_tls(authority().issue_cert("router.example"), driver, trusting())


@scenario("tls_expired")
def tls_expired(driver: Driver) -> Answers:
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = authority().issue_cert(
        "127.0.0.1", not_before=past, not_after=past + dt.timedelta(days=1)
    )
    return over_tls(certificate, driver, trusting())


@scenario("tls_plain")
def tls_plain(driver: Driver) -> Answers:
    script = sends_and_ends(answer("400 Bad Request", "", b"plain http here"))

    def run(line: Line) -> None:
        line.connection.recv(65_536)
        script(line)

    with Server([run], reads=False).serving() as server:
        return driver.ask(server.url.replace("http:", "https:"), tls=trusting())


@scenario("tls_hang")
def tls_hang(driver: Driver) -> Answers:
    with Server([Line.hang], reads=False).serving() as server:
        url = server.url.replace("http:", "https:")
        return driver.ask(url, tls=trusting(), timeouts=Timeouts(connect=0.2))


@scenario("tls_cut")
def tls_cut(driver: Driver) -> Answers:
    script = sends_and_ends(answer("200 OK", "", BODY)[:-5])
    with Server([script], tls=certified(local_certificate())).serving() as server:
        return driver.ask(server.url, tls=trusting())


@scenario("tls_good")
def tls_good(driver: Driver) -> Answers:
    with Server([sends(OK)], tls=certified(local_certificate())).serving() as server:
        return driver.ask(server.url, tls=trusting(), times=2)


@scenario("http_scheme")
def http_scheme(driver: Driver) -> Answers:
    return driver.ask("http://router.example")


@scenario("userinfo_url")
def userinfo_url(driver: Driver) -> Answers:
    outcomes = driver.ask("https://user:hunter2@router.example")
    assert "hunter2" not in repr(outcomes) + outcomes[0].failure().message
    return outcomes


def refused_token(token: str) -> Play:
    def play(driver: Driver) -> Answers:
        with Server([sends(OK)]).serving() as server:
            outcomes = driver.ask(server.url, token=token)
        assert server.connections == 0
        assert "secret-part" not in repr(outcomes) + outcomes[0].failure().message
        return outcomes

    return play


for given, token in {
    "token_unicode": "secret-part-\u00f6",
    "token_newline": "secret-part\r\nX-Forged: 1",
    "token_nul": "secret-part\0",
    "token_space": "secret-part two",
    "token_empty": "",
    "token_long": "secret-part" * 1_000,
}.items():
    SCENARIOS[given] = Scenario(refused_token(token))


@scenario("request_too_large")
def request_too_large(driver: Driver) -> Answers:
    huge = evolve(REQUEST.descriptor, task_class="x" * 300_000)
    with Server([sends(OK)]).serving() as server:
        outcomes = driver.ask(server.url, request=evolve(REQUEST, descriptor=huge))
    assert server.connections == 0
    return outcomes


# Connections that end, and answers that cannot be read.

simple("rst", Line.reset)
simple("close", Line.close)
simple("mid_status", sends_and_ends(b"HTTP/1.1 200 O"))
simple("mid_body", sends_and_ends(HEAD + b"Content-Length: 100\r\n\r\n{'ver'"))
simple("mid_chunk", sends_and_ends(chunked(b"20\r\nabc")))
simple("no_last_chunk", sends_and_ends(chunked(f"{len(BODY):x}\r\n".encode(), BODY, b"\r\n")))
simple("huge_chunk", sends_and_ends(chunked(b"FFFFFFFFFFFFFFFF\r\nabc")))
simple("bad_chunk", sends(chunked(b"ZZ\r\nabc")))
simple("bad_status_line", sends(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"))
simple("lower_http", sends(b"http/1.1 200 ok\r\ncontent-length: 0\r\n\r\n"))
simple("two_lengths", sends(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"))
simple("negative_length", sends(HEAD + b"Content-Length: -5\r\n\r\n{}"))
simple("two_codings", sends(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"))
simple("nul_header", sends(HEAD + b"X: a\0b\r\nContent-Length: 2\r\n\r\n{}"))
simple("lf_only", sends(OK.replace(b"\r\n", b"\n")))
simple("http_10", sends_and_ends(b"HTTP/1.0 200 OK\r\n\r\n" + BODY))
simple("continue_100", sends(b"HTTP/1.1 100 Continue\r\n\r\n", OK))
simple("upgrade_101", sends(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"))
simple("trailers", sends(chunked(b"1\r\n{\r\n0\r\nX: " + b"x" * 99 + b"\r\n\r\n")))


@scenario("interim_then_reset")
def interim_then_reset(driver: Driver) -> Answers:
    def run(line: Line) -> None:
        line.send(EARLY_HINTS)
        line.pause(0.05)
        line.reset()

    return asked_of(run, driver=driver)


@scenario("huge_header")
def huge_header(driver: Driver) -> Answers:
    long = sends(HEAD + b"X: " + b"x" * 200_000 + b"\r\n\r\n")
    many = sends(HEAD + b"X-Field: x\r\n" * 20_000 + b"\r\n")
    short = sends(HEAD + b"a:\r\n" * 20_000 + b"Content-Length: 0\r\n\r\n")
    return [asked_of(script, driver=driver)[0] for script in (long, many, short)]


def http2(*frames: bytes) -> Play:
    def run(line: Line) -> None:
        line.send(bytes((0, 0, 0, 4, 0, 0, 0, 0, 0)))
        line.pause(0.05)
        line.send(b"".join(frames))
        line.pause(0.2)

    def play(driver: Driver) -> Answers:
        tls = certified(local_certificate(), ["h2"])
        with Server([run], tls=tls, reads=False).serving() as server:
            return driver.ask(server.url, tls=trusting(), http2=True)

    return play


GOAWAY = bytes((0, 0, 8, 7, 0, 0, 0, 0, 0)) + bytes((0, 0, 0, 1, 0, 0, 0, 2))
RST_STREAM = bytes((0, 0, 4, 3, 0, 0, 0, 0, 1)) + bytes((0, 0, 0, 2))


@scenario("h2_goaway", borrowed)
def h2_goaway(driver: Driver) -> Answers:
    return http2(GOAWAY)(driver) + http2(RST_STREAM)(driver)


# Routers that take too long.

timed("hang", Line.hang, Timeouts(read=0.2))
timed("slow_headers", drips(HEAD + b"X: ", b"x"), QUICK, keeps_the_deadline)
timed("slow_body", drips(HEAD + b"Content-Length: 9000\r\n\r\n", b"{"), QUICK)
timed("endless_1xx", drips(b"", EARLY_HINTS, 0.02), QUICK, keeps_the_deadline)
timed("slow_chunk_ext", drips(chunked(b"1;"), b"x"), QUICK, keeps_the_deadline)
timed("tiny_chunks", floods(chunked(), b"1\r\n \r\n" * 1_000), Timeouts(total=0.5))
timed("hang_in_body", sends_and_hangs(OK[:-1]), Timeouts(read=0.2))
timed("no_time", sends(OK), Timeouts(total=0.0))
timed(
    "odd_timeouts",
    sends(OK),
    Timeouts(connect=float("inf"), read=float("inf"), pool=0.5, total=float("inf")),
)


@scenario("slow_write")
def slow_write(driver: Driver) -> Answers:
    wanted = evolve(REQUEST.descriptor, task_class="x" * 250_000)
    with Server([Line.hang], reads=False, window=2_048).serving() as server:
        return driver.ask(
            server.url,
            request=evolve(REQUEST, descriptor=wanted),
            timeouts=Timeouts(write=0.2, read=0.2),
        )


# Answers that are too large.

simple("gzip_bomb", bombed("gzip", 31), lean=True)
simple("deflate_bomb", bombed("deflate", 15), lean=True)
simple("raw_deflate_bomb", bombed("deflate", -15), lean=True)
simple("br_bomb", coded("br", bytes(range(256)) * 400), lean=True)
simple("zstd_bomb", coded("zstd", b"\x28\xb5\x2f\xfd" + bytes(400)), lean=True)
simple("gzip_corrupt", coded("gzip", gzip.compress(BODY)[:10] + b"\xff" * 50))
simple("coding_unknown", coded("snappy", BODY))
simple("body_too_large", sends(answer("200 OK", "", b" " * 2_000_000)), lean=True)
simple("endless_body", floods(HEAD + b"\r\n", b" " * 65_536), lean=True)
simple("endless_chunks", floods(chunked(), b"10000\r\n" + b" " * 65_536 + b"\r\n"), lean=True)
simple("chunk_ext_flood", floods(chunked(b"1;"), b"x" * 65_536), lean=True)
simple("header_flood", floods(HEAD, b"X: y\r\n" * 10_000), lean=True)
simple("error_flood", floods(b"HTTP/1.1 500 Oh\r\n\r\n", b"x" * 65_536), lean=True)


@scenario("gzip_chain", lean=True)
def gzip_chain(driver: Driver) -> Answers:
    chain = ", ".join(["gzip"] * 100)
    scripts = [coded("gzip, gzip", twice_packed()), coded(chain, twice_packed())]
    return [asked_of(script, driver=driver)[0] for script in scripts]


# JSON that is none, or that nobody should read.

simple("json_bad_utf8", json_answer(b'{"verdict": "\xff\xfe"}'))
simple("json_bigint", json_answer(b"9" * 1_000_000), lean=True)
simple("json_bigint_inside", json_answer(b'{"verdict": ' + b"9" * 100_000 + b"}"))
simple("json_depth", json_answer(b"[" * 100_000 + b"]" * 100_000), lean=True)
simple("json_nan", json_answer(b'{"verdict": NaN}'))
simple("json_infinite", json_answer(BODY.replace(b"500", b"1e999")))
simple("json_dup_keys", json_answer(b'{"verdict": "no_candidate", "verdict": "placement"}'))
simple("json_surrogate", json_answer(b'{"verdict": "no_candidate", "reasons": ["\\ud800"]}'))
simple("json_trailing", json_answer(BODY + b"{}"))
simple("json_bom", json_answer(b"\xef\xbb\xbf" + BODY))
simple("json_utf16", json_answer(BODY.decode().encode("utf-16")))
simple("json_many", json_answer(b"[" + b"{}," * 300_000 + b"0]"), lean=True)
simple("empty_204", sends(b"HTTP/1.1 204 No Content\r\n\r\n"))
simple("empty_200", sends(answer("200 OK")))


@scenario("html_200")
def html_200(driver: Driver) -> Answers:
    key = "sk-" + "a1B2" * 12
    page = f"<html>log in, {TOKEN} {key}</html>".encode() + b"x" * 90_000
    outcomes = asked_of(sends(answer("200 OK", "Content-Type: text/html\r\n", page)), driver=driver)
    said = outcomes[0].failure().message
    assert "log in" in said
    assert len(said) <= 512
    assert TOKEN not in said + repr(outcomes)
    assert key not in said
    return outcomes


@scenario("json_wrong_shape")
def json_wrong_shape(driver: Driver) -> Answers:
    bodies = (b"[]", b"null", b'{"verdict": "no_candidate", "candidates": {}}', b'"placement"')
    return [asked_of(json_answer(body), driver=driver)[0] for body in bodies]


# Statuses.


def with_status(status: str, headers: str = "") -> Play:
    return lambda driver: asked_of(sends(answer(status, headers, b"no")), driver=driver)


for given, status in {
    "s400": "400 Bad Request",
    "s403": "403 Forbidden",
    "s404": "404 Not Found",
    "s407": "407 Proxy Authentication Required",
    "s408": "408 Request Timeout",
    "s409": "409 Conflict",
    "s425": "425 Too Early",
    "s500": "500 Internal Server Error",
    "s502": "502 Bad Gateway",
    "s503": "503 Service Unavailable",
    "s504": "504 Gateway Timeout",
}.items():
    SCENARIOS[given] = Scenario(with_status(status))

SCENARIOS["s503_retry_after"] = Scenario(with_status("503 Oh", "Retry-After: 5\r\n"))


@scenario("redirect_301_308")
def redirect_301_308(driver: Driver) -> Answers:
    with Server([sends(OK)]).serving() as evil:
        location = f"Location: {evil.url}/steal\r\n"
        scripts = [
            sends(answer(f"{status} Moved", location)) for status in (301, 302, 303, 307, 308)
        ]
        outcomes = [asked_of(script, driver=driver, **_following(driver))[0] for script in scripts]
    assert evil.connections == 0
    assert [outcome.failure().status for outcome in outcomes] == list(MOVED)
    return outcomes


MOVED = (301, 302, 303, 307, 308)


def _following(driver: Driver) -> dict[str, bool]:
    return {} if driver.owned else {"follow_redirects": True}


@scenario("location_unreadable", owned)
def location_unreadable(driver: Driver) -> Answers:
    scripts = [sends(answer("302 Found", f"Location: {url}\r\n")) for url in ("http://[", "//:x")]
    return [asked_of(script, driver=driver)[0] for script in scripts]


@scenario("s401")
def s401(driver: Driver) -> Answers:
    echo = f'{{"error": "Bearer {TOKEN} is unknown"}}'.encode()
    outcomes = asked_of(
        sends(answer("401 Unauthorized", f"X-Seen: {TOKEN}\r\n", echo)), driver=driver
    )
    error = outcomes[0].failure()
    assert TOKEN not in repr(outcomes) + str(error) + error.message
    return outcomes


@scenario("s429")
def s429(driver: Driver) -> Answers:
    later = "Fri, 31 Dec 9999 23:59:59 GMT"
    waits = {"5": 5, later: 86_400, "junk": None, "-5": None, "1" + "0" * 20: 86_400}
    scripts = [sends(answer("429 Slow", f"Retry-After: {value}\r\n")) for value in waits]
    outcomes = [asked_of(script, driver=driver)[0] for script in scripts]
    assert [outcome.failure().retry_after for outcome in outcomes] == list(waits.values())
    return outcomes


@scenario("s413_early")
def s413_early(driver: Driver) -> Answers:
    wanted = evolve(REQUEST.descriptor, task_class="x" * 250_000)

    def run(line: Line) -> None:
        line.connection.recv(1_024)
        line.send(answer("413 Too Large", "Connection: close\r\n", b"too large"))
        line.pause(0.2)

    with Server([run], reads=False, window=2_048).serving() as server:
        outcomes = driver.ask(
            server.url,
            request=evolve(REQUEST, descriptor=wanted),
            timeouts=Timeouts(write=5.0, read=5.0),
        )
    assert outcomes[0].failure().status == 413
    return outcomes


simple("error_cut_short", sends_and_ends(b"HTTP/1.1 500 Oh\r\nContent-Length: 100\r\n\r\noh"))
timed("error_drips", drips(b"HTTP/1.1 500 Oh\r\nContent-Length: 99\r\n\r\n", b"o"), QUICK)


# What comes of using a connection again.


@scenario("stale_keepalive")
def stale_keepalive(driver: Driver) -> Answers:
    with Server([sends_and_ends(OK)]).serving() as server:
        outcomes = driver.ask(server.url, times=3, between=lambda: server.over.wait(0.05))
    assert len(server.requests) == len(outcomes)
    return outcomes


@scenario("keepalive")
def keepalive(driver: Driver) -> Answers:
    with Server([sends(OK)]).serving() as server:
        outcomes = driver.ask(server.url, times=3)
    assert (len(server.requests), server.connections) == (3, 1)
    return outcomes


@scenario("pipelined", owned)
def pipelined(driver: Driver) -> Answers:
    evil = answer("200 OK", "", BODY.replace(b"sonnet", b"stolen"))
    outcomes = asked_of(sends(OK + evil), driver=driver, times=2)
    assert "stolen" not in repr(outcomes)
    return outcomes


@scenario("cookies")
def cookies(driver: Driver) -> Answers:
    with Server([sends(answer("200 OK", "Set-Cookie: id=1\r\n", BODY))]).serving() as server:
        outcomes = driver.ask(server.url, times=2)
    assert not any(b"cookie" in request.lower() for request in server.requests)
    return outcomes


# The environment.


@contextmanager
def environment(**variables: str) -> Generator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@scenario("env_proxy", owned)
def env_proxy(driver: Driver) -> Answers:
    with Server([sends(OK)]).serving() as evil, Server([sends(OK)]).serving() as server:
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
        with environment(**dict.fromkeys(names, evil.url), NO_PROXY="", no_proxy=""):
            outcomes = driver.ask(server.url)
    assert evil.connections == 0
    return outcomes


@scenario("env_proxy_asked_for", owned)
def env_proxy_asked_for(driver: Driver) -> Answers:
    refuses = sends(answer("403 Forbidden", "", b"no"))

    def run(line: Line) -> None:
        asked.append(line.connection.recv(65_536))
        refuses(line)

    asked: list[bytes] = []
    with (
        Server([run], reads=False).serving() as proxy,
        environment(HTTPS_PROXY=proxy.url, https_proxy=proxy.url, NO_PROXY="", no_proxy=""),
    ):
        outcomes = driver.ask("https://router.example", trust_env=True)
    assert asked[0].startswith(b"CONNECT router.example:443 ")
    assert TOKEN.encode() not in b"".join(asked)
    return outcomes


@scenario("env_netrc")
def env_netrc(driver: Driver) -> Answers:
    with TemporaryDirectory() as home:
        netrc = Path(home) / ".netrc"
        netrc.write_text("machine 127.0.0.1 login me password hunter2\n", encoding="utf-8")
        netrc.chmod(0o600)
        with environment(HOME=home, NETRC=str(netrc)), Server([sends(OK)]).serving() as server:
            outcomes = driver.ask(server.url)
    (request,) = server.requests
    assert f"authorization: bearer {TOKEN}".encode() in request.lower()
    assert request.lower().count(b"authorization:") == 1
    return outcomes


@scenario("env_keylog", owned)
def env_keylog(driver: Driver) -> Answers:
    with TemporaryDirectory() as folder:
        log = Path(folder) / "keys"
        with environment(SSLKEYLOGFILE=str(log), SSL_CERT_FILE="/nowhere.pem"):
            outcomes = over_tls(local_certificate(), driver, None)
        assert not log.exists()
    return outcomes
