"""One line of a usage log: which model was called, under what conditions, and what it used.

Rules:
1. A line is one JSON object: ``model`` and ``usage``, and where they are known ``tier``, ``at``,
   ``region`` and ``search_context``. Null is not known. Any other key is refused by its name.
2. ``usage`` is disjoint buckets under the names of ``Usage``, unless a ``Format`` reads a
   provider's own form; that form may say which tier or region served, where the line does not.
3. JSON is strict: a key that stands twice in an object is refused, not read once.
4. An error names the field: ``at``, ``usage.input_tokens``.
"""

import json
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from attrs import evolve, frozen

from mimir.core import instant
from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    invalid,
    is_list,
    is_object,
    is_text,
    members,
    optional_text,
    text,
)
from mimir.core.instant import Instant
from mimir.core.limits import ID_MAX_CHARS, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import usage as usages
from mimir.core.pricing.dimensions import SearchContext
from mimir.core.pricing.usage import Usage, given
from mimir.core.vocabulary import Model

KEYS: Final = ("model", "usage", "tier", "at", "region", "search_context")
"""Every key of a line."""

SEARCH_CONTEXTS: Final[dict[str, SearchContext]] = {
    "low": "low",
    "medium": "medium",
    "high": "high",
}
"""How much a web search read, by the words that are given."""

Said: TypeAlias = Callable[[object], str | None]
"""What a usage object says of its call, ``None`` where it says nothing."""


def silent(_raw: object) -> str | None:
    """Return ``None``: the form never says."""
    return None


@frozen
class Format:
    """How one form of usage is read, and what it says of the tier and the region."""

    parse: Callable[[object], Outcome[Usage, InvalidField]]
    tier: Said = silent
    region: Said = silent


PLAIN: Final = Format(usages.parse)
"""The form of disjoint buckets."""


@frozen
class LineUnreadable:
    """A line that holds no JSON object that could be read; ``detail`` says what is wrong with it.

    A line that is too long, or is no UTF-8, is found by who reads the log.
    """

    kind: Literal["not_json", "repeated_key", "not_utf8", "too_long"]
    detail: str

    @property
    def code(self) -> str:
        """The stable code: ``line_`` and the kind."""
        return f"line_{self.kind}"

    @property
    def message(self) -> str:
        """What is wrong with the line."""
        return f"the line {self.detail}"


LineError: TypeAlias = LineUnreadable | InvalidField
"""Why a line cannot be read."""


@frozen
class UsageLine:
    """What one line says; ``None`` is not known.

    ``names`` are the counts that it gives, in its own order.
    """

    model: Model
    usage: Usage
    names: tuple[str, ...]
    tier: str | None = None
    at: Instant | None = None
    region: str | None = None
    search_context: SearchContext | None = None


@frozen
class _Repeated:
    """An object in which a key stands twice."""

    key: str


def _members(pairs: list[tuple[str, object]]) -> dict[str, object] | _Repeated:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    return _Repeated(next(key for key in keys if keys.count(key) > 1))


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_members)


def read(line: str, form: Format = PLAIN) -> Outcome[UsageLine, LineError]:
    """Read the text of one line.

    >>> read('{"model": "openai:gpt-4o", "usage": {"input_tokens": 3}}').unwrap().usage
    Usage(input_tokens=3)
    >>> read('{"model": "openai:gpt-4o", "usage": {"input_tokens": -3}}').failure().field
    'usage.input_tokens'
    >>> read('{"model": "openai:gpt-4o"').failure().code
    'line_not_json'
    """
    raw = _decoded(line)
    if isinstance(raw, LineUnreadable):
        return Failure(raw)
    parsed = parse(raw, form)
    key = _repeated(raw) if isinstance(parsed, Failure) else None
    if key is None:
        return parsed
    return Failure(LineUnreadable("repeated_key", f"has the key {excerpt(key)} twice"))


def parse(raw: object, form: Format = PLAIN) -> Outcome[UsageLine, InvalidField]:
    """Read one line as plain data, by the rules above.

    >>> parse({"model": "openai:gpt-4o", "usage": {}, "tier": "batch"}).unwrap().tier
    'batch'
    """
    if not is_object(raw):
        return Failure(_refused("", f"expected an object, got {excerpt(raw)}"))
    stray = next((key for key in raw if not is_text(key) or key not in KEYS), None)
    if stray is not None:
        return Failure(_refused(field_name(stray), f"unknown key; known: {', '.join(KEYS)}"))
    model = text(raw.get("model"), "usage", "model", ID_MAX_CHARS)
    if isinstance(model, InvalidField):
        return Failure(model)
    used = form.parse(raw.get("usage"))
    if isinstance(used, Failure):
        error = used.failure()
        where = f"usage.{error.field}" if error.field else "usage"
        return Failure(evolve(error, field=where))
    usage = used.unwrap()
    return _conditions(raw, UsageLine(Model(model), usage, _names(raw, usage, form)), form)


def _names(raw: dict[object, object], usage: Usage, form: Format) -> tuple[str, ...]:
    own = raw.get("usage") if form is PLAIN else None
    return tuple(members(own)) if is_object(own) else tuple(given(usage))


def _conditions(
    raw: dict[object, object], line: UsageLine, form: Format
) -> Outcome[UsageLine, InvalidField]:
    tier = optional_text(raw.get("tier"), "usage", "tier", NAME_MAX_CHARS)
    if isinstance(tier, InvalidField):
        return Failure(tier)
    region = optional_text(raw.get("region"), "usage", "region", NAME_MAX_CHARS)
    if isinstance(region, InvalidField):
        return Failure(region)
    at = _at(raw.get("at"))
    if isinstance(at, InvalidField):
        return Failure(at)
    context = _search_context(raw.get("search_context"))
    if isinstance(context, InvalidField):
        return Failure(context)
    used = raw.get("usage")
    return Success(
        evolve(
            line,
            tier=form.tier(used) if tier is None else tier,
            at=at,
            region=form.region(used) if region is None else region,
            search_context=context,
        )
    )


def _at(raw: object) -> Instant | None | InvalidField:
    if raw is None:
        return None
    at = instant.parse(raw, "at")
    return at.failure() if isinstance(at, Failure) else at.unwrap()


def _search_context(raw: object) -> SearchContext | None | InvalidField:
    if raw is None:
        return None
    found = SEARCH_CONTEXTS.get(raw) if is_text(raw) else None
    words = ", ".join(SEARCH_CONTEXTS)
    message = f"expected one of {words}, got {excerpt(raw)}"
    return _refused("search_context", message) if found is None else found


def _decoded(line: str) -> object:
    try:
        raw: object = _STRICT.decode(line)
    except json.JSONDecodeError as error:
        return LineUnreadable("not_json", f"is no JSON: {error.msg} at column {error.colno}")
    except ValueError:
        return LineUnreadable("not_json", "holds a number that is too large to read")
    except RecursionError:
        return LineUnreadable("not_json", "is nested too deep")
    return raw


def _repeated(raw: object) -> str | None:
    """Return a key that stands twice in an object of ``raw``: no parser takes such an object."""
    left = [raw]
    while left:
        item = left.pop()
        if isinstance(item, _Repeated):
            return item.key
        if is_object(item):
            left.extend(item.values())
        elif is_list(item):
            left.extend(item)
    return None


def _refused(field: str, message: str) -> InvalidField:
    return invalid("usage", field, message)
