"""``mimir route``: ask a router where a step is to run.

Rules:
1. The token comes from an environment variable, never from an argument, where other users of the
   machine would see it. No message repeats it, nor the name of a variable that may be one.
2. The exit code is 0 for a placement, 3 for no candidate, 1 where the router was asked and no
   answer came of it, 2 for what is refused before anything is sent.
3. The key of a grant is written to the file that ``--grant-key-to`` names, and nowhere else.
"""

import argparse
import contextlib
import json
import os
import re
from typing import Final

from mimir.core.fields import excerpt
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.route.failure import RequestFailed, RouteError
from mimir.core.route.kinds import FailureKind
from mimir.core.route.request import RouteRequest
from mimir.core.route.response import Placed, RouteResponse
from mimir.core.route.retry import RetryPolicy
from mimir.core.texts import masked
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.placing import documents
from mimir.shell.cli.routing import answer as answers
from mimir.shell.cli.routing.key_file import Keep, key_file
from mimir.shell.cli.terminal import refuse, say
from mimir.shell.router import RouterClient, Timeouts

FAULT: Final = 1
NO_CANDIDATE: Final = 3
DEFAULT_VARIABLE: Final = "MIMIR_ROUTER_TOKEN"
REFUSED: Final[frozenset[FailureKind]] = frozenset({"invalid_request", "request_too_large"})
"""The kinds of a request that was never sent."""

_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,63}", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,3})?", re.ASCII)


def register(commands: Commands) -> None:
    """Add ``route``."""
    parser = commands.add_parser(
        "route",
        help="ask a router where a step is to run",
        description="Ask a router over HTTP where one step is to run. Exit code: 0 placed, 3 no"
        " candidate, 1 the router was asked and no answer came of it, 2 refused before anything"
        " was sent.",
    )
    parser.add_argument("--base-url", required=True, metavar="URL", help="where the router is")
    parser.add_argument(
        "--descriptor", required=True, metavar="FILE", help="JSON; - is standard input"
    )
    parser.add_argument(
        "--token-env",
        default=DEFAULT_VARIABLE,
        metavar="NAME",
        help=f"the environment variable that holds the token ({DEFAULT_VARIABLE})",
    )
    for name in ("workflow-id", "step-id", "parent-step-id"):
        parser.add_argument(f"--{name}", metavar="ID", help="told to the router")
    _add_how(parser)
    parser.set_defaults(run=run)


def _add_how(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=Timeouts().total,
        metavar="S",
        help="seconds for all of it (30)",
    )
    parser.add_argument(
        "--retries", type=_retries, default=0, metavar="N", help="0 to 9, of what is safe only (0)"
    )
    parser.add_argument("--idempotency-key", metavar="KEY", help="in place of a random one")
    parser.add_argument(
        "--trust-env", action="store_true", help="heed proxies and certificates of the environment"
    )
    parser.add_argument(
        "--grant-key-to", metavar="FILE", help="write the grant's key to this new file, mode 600"
    )
    parser.add_argument("--json", action="store_true", help="print the answer as JSON, keyless")


def run(args: argparse.Namespace) -> int:
    """Do what ``route`` was asked for."""
    client = _client(args)
    if isinstance(client, Failure):
        return refuse(client.failure())
    descriptor = documents.read_descriptor(args.descriptor)
    if isinstance(descriptor, Failure):
        return refuse(descriptor.failure())
    request = RouteRequest(
        descriptor=descriptor.unwrap(),
        workflow_id=args.workflow_id,
        step_id=args.step_id,
        parent_step_id=args.parent_step_id,
    )
    with client.unwrap() as router, _key_file(args.grant_key_to) as keep:
        if isinstance(keep, Failure):
            return refuse(keep.failure())
        asked = router.route(request, idempotency_key=args.idempotency_key)
        return _told(asked, args, keep.unwrap())


def _client(args: argparse.Namespace) -> Outcome[RouterClient, str]:
    variable: str = args.token_env
    if not _VARIABLE.fullmatch(variable) or masked(variable) != variable:
        return Failure("--token-env: expected the name of a variable in capitals, not a token")
    token = os.environ.get(variable)
    if not token:
        return Failure(f"the environment variable {variable} is not set; it is to hold the token")
    made = RouterClient.connect(
        args.base_url,
        token,
        timeouts=Timeouts(read=args.timeout, write=args.timeout, total=args.timeout),
        retry=RetryPolicy(attempts=1 + args.retries),
        trust_env=args.trust_env,
    )
    return Failure(_line(made.failure())) if isinstance(made, Failure) else made


def _key_file(path: str | None) -> contextlib.AbstractContextManager[Outcome[Keep | None, str]]:
    if path is None:
        return contextlib.nullcontext(Success(None))
    return key_file(path)


def _told(
    asked: Outcome[RouteResponse, RouteError], args: argparse.Namespace, keep: Keep | None
) -> int:
    if isinstance(asked, Failure):
        error = asked.failure()
        code = refuse(_line(error))
        return code if isinstance(error, RequestFailed) and error.kind in REFUSED else FAULT
    answer = asked.unwrap()
    key = "key not shown (see --grant-key-to)"
    if isinstance(answer, Placed) and answer.grant is not None and keep is not None:
        keep(answer.grant.key)
        key = f"key in {args.grant_key_to}"
    if args.json:
        say(json.dumps(answers.document(answer), indent=2))
    else:
        say(answers.text(answer, key))
    return 0 if isinstance(answer, Placed) else NO_CANDIDATE


def _line(error: RouteError) -> str:
    return f"{error.code}: {error.message}"


def _seconds(text: str) -> float:
    if _SECONDS.fullmatch(text) and float(text) > 0:
        return float(text)
    message = f"expected seconds, such as 30 or 0.5, got {excerpt(text)}"
    raise argparse.ArgumentTypeError(message)


def _retries(text: str) -> int:
    if len(text) == 1 and text.isascii() and text.isdigit():
        return int(text)
    message = f"expected a number from 0 to 9, got {excerpt(text)}"
    raise argparse.ArgumentTypeError(message)
