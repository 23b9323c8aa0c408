"""What the router answered: bytes in, a typed answer or a typed error out.

Rules:
1. A 2xx is read as a ``RouteResponse``; any other status is an ``HttpError``, whatever its body.
2. Fields that are not known here are ignored; a known one of the wrong type is ``bad_response``.
3. Ids, times and the grant may be absent or null, and so may a grant's expiry and budget. Lists may
   be absent but not null.
4. More than ``HEADER_FIELDS_MAX`` header fields are ``bad_response``, whatever the status.
5. An error names the field and the shape of what stands there, and never quotes it: the answer may
   hold the token.
6. An answer that repeats the token anywhere, or its grant's key outside the grant, is refused: what
   it names is shown and kept. So is a lane or a model that looks like a key.
7. An answer whose length is told in two ways is refused: somebody may have read it otherwise.
"""

import json
from collections.abc import Mapping
from typing import Final, TypeAlias

from attrs import frozen

from mimir.core.fields import is_integer, is_object, is_text
from mimir.core.limits import HEADER_FIELDS_MAX, ID_MAX_CHARS, LIST_MAX_ITEMS, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.candidates import RoutedCandidate, candidates
from mimir.core.route.failure import HttpError, RequestFailed, RouteError, StatusKind, show_bytes
from mimir.core.route.http import check_coding, header, read_json, retry_after
from mimir.core.route.steps import Bad, Object, bad, items, name, optional_text, text, texts
from mimir.core.secret import Secret
from mimir.core.texts import is_unicode
from mimir.core.vocabulary import Runtime, is_runtime

_KEY_MAX_CHARS: Final = 8_192
_REPEATED_MIN_CHARS: Final = 8  # what is shorter may stand there by chance
_STATUS_KINDS: Final[dict[int, StatusKind]] = {401: "unauthorized", 429: "rate_limited"}


@frozen
class RoutedPlacement:
    """Where the step is to run, and why there."""

    lane: str
    model: str
    runtime: Runtime
    reasons: tuple[str, ...] = ()
    candidates: tuple[RoutedCandidate, ...] = ()


@frozen
class Grant:
    """A key minted for one placement, its expiry as written, its budget in microdollars."""

    key: Secret
    expires_at: str | None = None
    budget_microdollars: int | None = None


@frozen
class Placed:
    """The router placed the step; the ids and the snapshot's time are as it gave them."""

    placement: RoutedPlacement
    grant: Grant | None
    workflow_id: str | None
    step_id: str | None
    decision_id: str | None
    snapshot_at: str | None


@frozen
class NotPlaced:
    """The router found no candidate: the exclusion classes, and every entry's verdict."""

    reasons: tuple[str, ...]
    candidates: tuple[RoutedCandidate, ...]
    workflow_id: str | None
    step_id: str | None
    decision_id: str | None
    snapshot_at: str | None


RouteResponse: TypeAlias = Placed | NotPlaced
"""What a router answers."""


def read(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    token: Secret | None = None,
    now: int | None = None,
) -> Outcome[RouteResponse, RouteError]:
    """Read one answer.

    :param headers: names in any case.
    :param body: the raw bytes; for a 2xx one byte past 1 MiB is enough to have it refused.
    :param token: the bearer token that was sent, so that no error shows it.
    :param now: seconds since 1970-01-01 UTC, for a Retry-After that is a date.
    :return: the answer, ``HttpError``, or ``bad_response`` or ``response_too_large``.

    >>> read(200, {}, b'{"verdict": "no_candidate", "reasons": ["cost"]}').unwrap().reasons
    ('cost',)
    >>> read(429, {"Retry-After": "5"}, b"busy").failure()
    HttpError(status=429, kind='rate_limited', body='busy', retry_after=5)
    """
    if len(headers) > HEADER_FIELDS_MAX:
        return Failure(RequestFailed("bad_response", f"more than {HEADER_FIELDS_MAX} headers"))
    if header(headers, "content-length") and header(headers, "transfer-encoding"):
        return Failure(RequestFailed("bad_response", "its length is told in two ways"))
    coded = check_coding(headers, body)
    if not 200 <= status <= 299:
        shown = "" if coded else show_bytes(body, token)
        wait = retry_after(header(headers, "retry-after"), now)
        return Failure(HttpError(status, _STATUS_KINDS.get(status, "other"), shown, wait))
    if coded is not None:
        return Failure(coded)
    document = read_json(body, token)
    if isinstance(document, Failure):
        return document
    answer = _answer(document.unwrap())
    if not isinstance(answer, Bad):
        answer = _repeats(document.unwrap(), answer, token) or answer
    if isinstance(answer, Bad):
        return Failure(RequestFailed("bad_response", answer.detail))
    return Success(answer)


def _repeats(document: object, answer: RouteResponse, token: Secret | None) -> Bad | None:
    """Find what an answer may not repeat, or what UTF-8 cannot carry, anywhere in it."""
    text = json.dumps(document, ensure_ascii=False)
    if not is_unicode(text):
        return Bad("a text that UTF-8 cannot carry")
    if token is not None and _count(text, token):
        return Bad("it repeats the token")
    grant = answer.grant if isinstance(answer, Placed) else None
    if grant is not None and _count(text, grant.key) > 1:
        return Bad("it repeats the key of the grant")
    return None


def _count(text: str, secret: Secret) -> int:
    written = json.dumps(secret.reveal(), ensure_ascii=False)[1:-1]
    return text.count(written) if len(written) >= _REPEATED_MIN_CHARS else 0


_Ids: TypeAlias = tuple[str | None, str | None, str | None, str | None]


def _answer(document: object) -> RouteResponse | Bad:
    if not is_object(document):
        return bad("the body", "an object", document)
    verdict = document.get("verdict")
    if is_text(verdict) and verdict == "placement":
        return _placed(document)
    if is_text(verdict) and verdict == "no_candidate":
        return _not_placed(document)
    return bad("verdict", "placement or no_candidate", verdict)


def _placed(document: Object) -> Placed | Bad:
    placement = _placement(document.get("placement"))
    if isinstance(placement, Bad):
        return placement
    grant = _grant(document.get("grant"))
    if isinstance(grant, Bad):
        return grant
    ids = _ids(document)
    return ids if isinstance(ids, Bad) else Placed(placement, grant, *ids)


def _not_placed(document: Object) -> NotPlaced | Bad:
    reasons = _reasons(document, "reasons")
    if isinstance(reasons, Bad):
        return reasons
    judged = candidates(document, "candidates")
    if isinstance(judged, Bad):
        return judged
    ids = _ids(document)
    return ids if isinstance(ids, Bad) else NotPlaced(reasons, judged, *ids)


def _placement(raw: object) -> RoutedPlacement | Bad:
    if not is_object(raw):
        return bad("placement", "an object", raw)
    lane = name(raw.get("lane"), "placement.lane", ID_MAX_CHARS)
    if isinstance(lane, Bad):
        return lane
    model = name(raw.get("model"), "placement.model", ID_MAX_CHARS)
    if isinstance(model, Bad):
        return model
    runtime = raw.get("runtime")
    if not is_runtime(runtime):
        return bad("placement.runtime", "managed or local", runtime)
    reasons = _reasons(raw, "placement.reasons")
    if isinstance(reasons, Bad):
        return reasons
    judged = candidates(raw, "placement.candidates")
    if isinstance(judged, Bad):
        return judged
    return RoutedPlacement(lane, model, runtime, reasons, judged)


def _grant(raw: object) -> Grant | None | Bad:
    if raw is None:
        return None
    if not is_object(raw):
        return bad("grant", "an object or null", raw)
    key = text(raw.get("key"), "grant.key", _KEY_MAX_CHARS)
    if isinstance(key, Bad):
        return key
    expires_at = optional_text(raw.get("expires_at"), "grant.expires_at", ID_MAX_CHARS)
    if isinstance(expires_at, Bad):
        return expires_at
    budget = raw.get("budget_microdollars")
    if budget is None or (is_integer(budget) and budget >= 0):
        return Grant(Secret(key), expires_at, budget)
    return bad("grant.budget_microdollars", "an integer of 0 or more, or null", budget)


def _ids(document: Object) -> _Ids | Bad:
    names = ("workflow_id", "step_id", "decision_id", "snapshot_at")
    read_ids = [optional_text(document.get(name), name, ID_MAX_CHARS) for name in names]
    wrong = next((value for value in read_ids if isinstance(value, Bad)), None)
    if wrong is not None:
        return wrong
    workflow_id, step_id, decision_id, snapshot_at = (
        None if isinstance(value, Bad) else value for value in read_ids
    )
    return workflow_id, step_id, decision_id, snapshot_at


def _reasons(holder: Object, path: str) -> tuple[str, ...] | Bad:
    values = items(holder, "reasons", path, LIST_MAX_ITEMS)
    return values if isinstance(values, Bad) else texts(values, path, NAME_MAX_CHARS)
