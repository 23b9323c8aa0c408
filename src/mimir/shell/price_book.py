"""The dated price book on disk: a TOML file of negotiated or corrected rates.

Rules:
1. Numbers are read as the text that they are written as, never as floats.
2. A date of TOML is a day; a date-time needs an offset, and is turned into UTC.
3. A file that is missing, too large, no TOML or no overlay is a typed error that names it, never an
   empty book.
4. The source of the rates is the file's name, the newest ``valid_from`` in it, and its digest.

Source of the form of dates: TOML 1.0, "Offset Date-Time" and "Local Date".
"""

import hashlib
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

from attrs import evolve

from mimir.core.fields import field_name, is_list, is_object
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import book_parse
from mimir.core.pricing.book import Overlay
from mimir.core.pricing.table import PriceTableError, PriceTableUnusable, Source
from mimir.shell.prices import StrPath, read_file


def load(path: StrPath) -> Outcome[Overlay, PriceTableError]:
    """Read the overlay of a TOML file, as ``book_parse`` describes it.

    >>> load("no-such-file.toml").failure().message
    'overlay is missing: no-such-file.toml'
    """
    content = read_file(path, "overlay")
    if isinstance(content, Failure):
        return content
    return read(content.unwrap(), field_name(Path(path).name))


def read(content: bytes, name: str) -> Outcome[Overlay, PriceTableError]:
    """Read the bytes of an overlay; ``name`` is what its source is called.

    >>> text = b'[[rates]]' + b'\\n' + b'model = "p:m"' + b'\\n' + b'input_cost_per_token = 2e-06'
    >>> read(text, "ours.toml").unwrap().periods["p:m"][0].prices
    {'input_cost_per_token': 2000000000}
    """
    try:
        raw = _plain(tomllib.loads(content.decode("utf-8"), parse_float=str))
    except UnicodeDecodeError:
        return _damaged(f"{name} is not UTF-8")
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        return _damaged(f"{name} is no TOML: {field_name(reason)}")
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    read_as = Source(name, "overlay", "none", "private", digest)
    parsed = book_parse.parse(raw, read_as)
    if isinstance(parsed, Failure):
        return parsed
    overlay = parsed.unwrap()
    starts = [item.since for rows in overlay.periods.values() for item in rows if item.since]
    dated = read_as._replace(date=max(starts)[: len("2026-01-31")] if starts else "none")
    return Success(evolve(overlay, source=dated))


def _damaged(detail: str) -> Failure[PriceTableError]:
    return Failure(PriceTableUnusable("damaged", detail, "overlay"))


def _plain(value: object) -> object:
    """Turn the dates of TOML into text; all else is plain data already."""
    if is_object(value):
        return {key: _plain(item) for key, item in value.items()}
    if is_list(value):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return _instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _instant(value: datetime) -> str:
    """Write a date-time in UTC; one without an offset stays as it is and is refused as such."""
    if value.tzinfo is None:
        return value.isoformat()
    moment = value.astimezone(UTC).replace(tzinfo=None)
    return f"{moment.isoformat()}Z"
