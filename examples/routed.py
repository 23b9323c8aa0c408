"""Ask a router for a placement over HTTP; here the router is an application in this process.

    python examples/routed.py

Against a real one, leave ``client=`` out and give its own URL and token.
"""

import json
from collections.abc import Callable, Iterable
from typing import Final

import httpx

from mimir import (
    Descriptor,
    ExpectedTokens,
    Failure,
    NotPlaced,
    Placed,
    RouteRequest,
    Success,
)
from mimir.shell.router import RouterClient

TOKEN: Final = "example-token"

ANSWER: Final = {
    "verdict": "placement",
    "placement": {
        "lane": "openai",
        "model": "openai:gpt-4o-mini",
        "runtime": "managed",
        "reasons": ["capability_match", "cheapest_viable"],
        "candidates": [{"id": "mini", "verdict": "chosen"}, {"id": "sonnet", "verdict": "ranked"}],
    },
    "grant": {
        "key": "example-grant-key",
        "expires_at": "2026-01-31T12:05:00Z",
        "budget_microdollars": 15_000,
    },
    "workflow_id": "workflow-7",
    "step_id": "step-2",
    "decision_id": "rd_" + "a2" * 13,
    "snapshot_at": "2026-01-31T12:00:00Z",
}
REFUSAL: Final = {"error": "who are you?"}


def application(
    environ: dict[str, object], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Answer as a router does: 401 without the token, a placement with it."""
    allowed = environ.get("HTTP_AUTHORIZATION") == f"Bearer {TOKEN}"
    start_response("200 OK" if allowed else "401 Unauthorized", [("Content-Type", "text/json")])
    return [json.dumps(ANSWER if allowed else REFUSAL).encode()]


def main() -> None:
    """Ask twice: with the right token and with a wrong one."""
    ask(TOKEN)
    ask("another-token")


def ask(token: str) -> None:
    """Ask once and print the answer. The grant's key shows only where it is asked for."""
    wanted = Descriptor(
        task_class="summarise",
        budget_ceiling_microdollars=15_000,
        latency_tolerance_ms=3_000,
        capabilities=("tools",),
        expected_tokens=ExpectedTokens(2_000, 500),
    )
    request = RouteRequest(descriptor=wanted, workflow_id="workflow-7", step_id="step-2")
    with httpx.Client(transport=httpx.WSGITransport(app=application)) as http:
        client = RouterClient.connect("https://router.example", token, client=http).unwrap()
        answer = client.route(request)
    match answer:
        case Success(Placed() as placed):
            print(f"placed on {placed.placement.model}, lane {placed.placement.lane}")
            print(f"grant {placed.grant}")
        case Success(NotPlaced() as refused):
            print(f"no candidate: {', '.join(refused.reasons)}")
        case Failure(error):
            print(f"{error.code}: {error.message}")


if __name__ == "__main__":
    main()
