"""Where a price list is fetched from: a file, a URL, or the installed LiteLLM.

Rules:
1. A file or a URL gives the list's JSON, that JSON in gzip, or a LiteLLM wheel with the list in it;
   which one it is, its first bytes say.
2. Nothing of LiteLLM is imported or run: its list is read as a file.
3. Every read is bounded, and so is what comes out of an archive.
4. What is recorded of a source is its last name and its version, never a path or a query.
"""

import importlib.metadata
import importlib.util
import io
import zipfile
from email.parser import HeaderParser
from pathlib import Path
from typing import ClassVar, Final, Literal, TypeAlias

import httpx
from attrs import frozen

from mimir.core.fields import field_name
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.table import PriceTableUnusable
from mimir.shell import _files
from mimir.shell.prices import decompress

LIST_FILE: Final = "litellm/model_prices_and_context_window_backup.json"
"""Where the list stands in LiteLLM's wheel."""

INSTALLED: Final = "installed"
"""The source that means the installed LiteLLM."""

SOURCE_MAX_BYTES: Final = 256 * 1024 * 1024
"""Bytes of a file or a response that is read: a wheel is about 41 MB."""

LIST_MAX_BYTES: Final = 16 * 1024 * 1024
"""Bytes of a list that was taken out of an archive: five times those of the present one."""

TIMEOUT_SECONDS: Final = 60.0
"""The longest that one network operation of a download may take."""

_OK: Final = 200
_UNSTATED: Final = "unstated"
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZIP_MAGIC: Final = b"PK\x03\x04"


Reason: TypeAlias = Literal[
    "missing", "unreadable", "too_large", "damaged", "not_text", "no_list", "status", "network"
]
"""Why a source gives no list; ``status`` is an HTTP status other than 200."""


@frozen
class RawList:
    """A price list as it was fetched: its JSON's bytes, and what its source says of it."""

    name: str
    version: str
    licence: str
    content: bytes


@frozen
class PriceSourceUnreadable:
    """A source that gives no price list; ``reason`` is a closed word, ``detail`` bounded."""

    reason: Reason
    detail: str
    code: ClassVar[Literal["price_source_unreadable"]] = "price_source_unreadable"

    @property
    def message(self) -> str:
        """What is wrong with the source."""
        return f"price list source: {self.reason.replace('_', ' ')}: {self.detail}"


def fetch(
    source: str, client: httpx.Client | None = None
) -> Outcome[RawList, PriceSourceUnreadable]:
    """Fetch a price list from a path, an ``http(s)`` URL, or ``installed``.

    ``client`` is used for a URL; without it one is made that follows redirects.
    """
    if source == INSTALLED:
        return _installed()
    if source.startswith(("https://", "http://")):
        name = _last_name(source)
        content = _download(source, client)
    else:
        name = Path(source).name
        content = _file(Path(source))
    return content if isinstance(content, Failure) else _open(field_name(name), content.unwrap())


def _last_name(url: str) -> str:
    """The last part of a URL's path, or its host: no query, no user, no password."""
    path = url.partition("?")[0].partition("#")[0].rstrip("/")
    return path.rpartition("/")[2].rpartition("@")[2]


def _installed() -> Outcome[RawList, PriceSourceUnreadable]:
    spec = importlib.util.find_spec("litellm")
    if spec is None or spec.origin is None:
        return _fail("missing", "litellm is not installed")
    content = _file(Path(spec.origin).parent.parent / LIST_FILE)
    if isinstance(content, Failure):
        return content
    try:
        metadata = importlib.metadata.metadata("litellm")
        stated = {name: metadata[name] for name in metadata}
    except importlib.metadata.PackageNotFoundError:
        stated = {}
    version, licence = stated.get("Version", _UNSTATED), stated.get("License-Expression", _UNSTATED)
    return Success(RawList("installed litellm", version, licence, content.unwrap()))


def _file(path: Path) -> Outcome[bytes, PriceSourceUnreadable]:
    try:
        with _files.opened(path) as file:
            content = file.read(SOURCE_MAX_BYTES + 1)
    except FileNotFoundError:
        return _fail("missing", field_name(path.name))
    except (OSError, ValueError) as error:
        return _fail("unreadable", f"{field_name(path.name)}: {type(error).__name__}")
    if len(content) > SOURCE_MAX_BYTES:
        return _fail("too_large", field_name(path.name))
    return Success(content)


def _download(url: str, client: httpx.Client | None) -> Outcome[bytes, PriceSourceUnreadable]:
    try:
        if client is not None:
            return _stream(client, url)
        with httpx.Client(follow_redirects=True, timeout=TIMEOUT_SECONDS) as own:
            return _stream(own, url)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return _fail("network", type(error).__name__)


def _stream(client: httpx.Client, url: str) -> Outcome[bytes, PriceSourceUnreadable]:
    with client.stream("GET", url) as response:
        if response.status_code != _OK:
            return _fail("status", str(response.status_code))
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > SOURCE_MAX_BYTES:
                return _fail("too_large", "response body")
    return Success(bytes(content))


def _open(name: str, content: bytes) -> Outcome[RawList, PriceSourceUnreadable]:
    if content.startswith(_ZIP_MAGIC):
        return _wheel(name, content)
    if content.startswith(_GZIP_MAGIC):
        plain = decompress(content, name, LIST_MAX_BYTES)
        if isinstance(plain, Failure):
            return _undone(plain.failure())
        content = plain.unwrap()
    return Success(RawList(name, _UNSTATED, _UNSTATED, content))


def _wheel(name: str, content: bytes) -> Outcome[RawList, PriceSourceUnreadable]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = _member(archive, LIST_FILE)
            if listed is None:
                return _fail("no_list", f"{name} has no {LIST_FILE} of a readable size")
            version, licence = _metadata(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        return _fail("damaged", f"{name}: {type(error).__name__}")
    return Success(RawList(name, version, licence, listed))


def _member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    if name not in archive.namelist() or archive.getinfo(name).file_size > LIST_MAX_BYTES:
        return None
    with archive.open(name) as file:
        return file.read(LIST_MAX_BYTES)


def _metadata(archive: zipfile.ZipFile) -> tuple[str, str]:
    names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    content = _member(archive, names[0]) if names else None
    headers = HeaderParser().parsestr((content or b"").decode("utf-8", "replace"))
    return headers.get("Version", _UNSTATED), headers.get("License-Expression", _UNSTATED)


def _undone(error: PriceTableUnusable) -> Failure[PriceSourceUnreadable]:
    return _fail("too_large" if error.reason == "too_large" else "damaged", error.detail)


def _fail(reason: Reason, detail: str) -> Failure[PriceSourceUnreadable]:
    return Failure(PriceSourceUnreadable(reason, detail))
