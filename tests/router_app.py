"""A tiny router for tests: a WSGI application that answers as told and keeps what it got."""

import json
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx

PLACED: dict[str, object] = {
    "verdict": "placement",
    "placement": {
        "lane": "anthropic",
        "model": "anthropic:claude-sonnet-4-5",
        "runtime": "managed",
        "reasons": ["capability_match", "cheapest_viable"],
        "candidates": [
            {"id": "sonnet", "verdict": "chosen"},
            {
                "id": "opus",
                "verdict": "excluded",
                "reason": {"class": "cost", "detail": {"cap": 5}},
            },
        ],
    },
    "grant": {
        "key": "grant-key-text",
        "expires_at": "2026-01-31T12:00:00Z",
        "budget_microdollars": 500,
    },
    "workflow_id": "w1",
    "step_id": "s1",
    "decision_id": "rd_" + "a" * 26,
    "snapshot_at": "2026-01-31T11:00:00Z",
}

NOT_PLACED: dict[str, object] = {
    "verdict": "no_candidate",
    "reasons": ["cost"],
    "candidates": [{"id": "opus", "verdict": "excluded", "reason": {"class": "cost"}}],
    "workflow_id": None,
    "decision_id": "rd_" + "b" * 26,
    "snapshot_at": "2026-01-31T11:00:00Z",
}


class RouterApp:
    """Answers every request with ``status``, ``headers`` and ``body``; ``seen`` is what came."""

    def __init__(
        self,
        answer: object = None,
        *,
        status: str = "200 OK",
        headers: Iterable[tuple[str, str]] = (),
        body: bytes | None = None,
    ) -> None:
        self.status = status
        self.headers = [("Content-Type", "application/json"), *headers]
        self.body = json.dumps(answer).encode() if body is None else body
        self.seen: list[dict[str, object]] = []

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        asked = environ["wsgi.input"].read()
        self.seen.append(
            {
                "method": environ["REQUEST_METHOD"],
                "path": environ["PATH_INFO"],
                "authorization": environ.get("HTTP_AUTHORIZATION"),
                "accept_encoding": environ.get("HTTP_ACCEPT_ENCODING"),
                "body": json.loads(asked),
            }
        )
        start(self.status, self.headers)
        return [self.body]


def in_process(app: RouterApp) -> httpx.Client:
    """Make a real httpx client whose requests end in ``app``."""
    return httpx.Client(transport=httpx.WSGITransport(app), trust_env=False)


def raising(make: Callable[[], Exception]) -> httpx.Client:
    """Make a real httpx client whose transport fails with what ``make`` returns."""

    def fail(request: httpx.Request) -> httpx.Response:
        raise make()

    return httpx.Client(transport=httpx.MockTransport(fail), trust_env=False)
