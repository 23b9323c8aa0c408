"""Real servers on this machine's loopback that misbehave as told, by bytes and pauses.

Rules:
1. A server reads one whole request from a connection and then plays its script; a script that
   returns leaves the connection open for the next request, unless the server answers only once.
2. Every pause ends when the server is closed, and so does every connection.
3. What a server got is kept, so that a test can tell what was sent and what was not.
"""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cache

import trustme

Script = Callable[["Line"], None]
"""What a server does on a connection, once it has read a request."""


class Line:
    """One connection of a server, as a script sees it."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self.connection = connection
        self.over = over

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def pause(self, seconds: float) -> None:
        self.over.wait(seconds)

    def hang(self) -> None:
        """Say nothing more until the server is closed."""
        self.over.wait(60)

    def drip(self, part: bytes, every: float) -> None:
        """Send ``part`` again and again until the server is closed."""
        while not self.over.wait(every):
            self.send(part)

    def flood(self, part: bytes) -> None:
        """Send ``part`` as fast as it is taken, until the server is closed."""
        while not self.over.is_set():
            self.send(part)

    def reset(self) -> None:
        """End the connection with an RST."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def close(self) -> None:
        """End the connection in order."""
        self.connection.shutdown(socket.SHUT_RDWR)


class Server:
    """Plays one script for each connection, the last one for every further one."""

    def __init__(
        self,
        scripts: Sequence[Script],
        *,
        tls: ssl.SSLContext | None = None,
        reads: bool = True,
        window: int | None = None,
    ) -> None:
        self.scripts = scripts
        self.tls = tls
        self.reads = reads
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self.listener = socket.socket()
        if window is not None:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.threads = [threading.Thread(target=self._accept)]

    @contextmanager
    def serving(self) -> Generator["Server"]:
        self.threads[0].start()
        try:
            yield self
        finally:
            self.over.set()
            with contextlib.suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            for thread in self.threads:
                thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                script = self.scripts[min(self.connections, len(self.scripts) - 1)]
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection, script))
                self.threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket, script: Script) -> None:
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.suppress(OSError, ValueError))
            stack.callback(connection.close)
            connection.settimeout(10)
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
            while not self.reads or (request := read_request(connection, self.over)):
                if self.reads:
                    self.requests.append(request)
                script(Line(connection, self.over))
                if not self.reads:
                    break


def read_request(connection: socket.socket, over: threading.Event) -> bytes:
    """Read one whole request; empty where the peer is gone or the server is closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := _receive(connection, over)):
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line[15:] for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"]
    while len(body) < int(lengths[0]):
        if not (part := _receive(connection, over)):
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def _receive(connection: socket.socket, over: threading.Event) -> bytes:
    connection.settimeout(0.05)
    while not over.is_set():
        with contextlib.suppress(TimeoutError):
            return connection.recv(65_536)
    return b""


def answer(status: str, headers: str = "", body: bytes = b"") -> bytes:
    """Write an answer with its length."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def chunked(*chunks: bytes) -> bytes:
    """Write a chunked answer as far as the chunks go."""
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(chunks)


def sends(*parts: bytes) -> Script:
    """Return what sends ``parts`` and waits for the next request."""

    def run(line: Line) -> None:
        for part in parts:
            line.send(part)

    return run


def sends_and_ends(data: bytes) -> Script:
    """Return what sends ``data`` and closes the connection."""

    def run(line: Line) -> None:
        line.send(data)
        line.close()

    return run


def sends_and_hangs(data: bytes) -> Script:
    """Return what sends ``data``, and then nothing more."""

    def run(line: Line) -> None:
        line.send(data)
        line.hang()

    return run


def drips(head: bytes, part: bytes, every: float = 0.05) -> Script:
    """Return what sends ``head``, and then ``part`` again and again."""

    def run(line: Line) -> None:
        line.send(head)
        line.drip(part, every)

    return run


def floods(head: bytes, part: bytes) -> Script:
    """Return what sends ``head``, and then ``part`` without end."""

    def run(line: Line) -> None:
        line.send(head)
        line.flood(part)

    return run


@cache
def authority() -> trustme.CA:
    """Return the certificate authority of the lab."""
    return trustme.CA()


def trusting() -> ssl.SSLContext:
    """Return a client's context that trusts the lab."""
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


def certified(certificate: trustme.LeafCert, protocols: Sequence[str] = ()) -> ssl.SSLContext:
    """Return a server's context with ``certificate``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


@cache
def local_certificate() -> trustme.LeafCert:
    """Return a good certificate for 127.0.0.1."""
    return authority().issue_cert("127.0.0.1")
