"""``mimir price``: what one call costs, and how that comes about, line by line.

Rules:
1. Every bucket and counter of a usage is an option, ``--input-tokens`` to
   ``--output-video-seconds``; ``--usage`` reads them from a file instead.
2. A call without a price is the exit code 1 and one line; bad input is 2. With
   ``--on-missing partial`` a lower bound is an answer, and marked.
3. ``--json`` prints the cost in the form of ``mimir.core.pricing.cost_json``.
"""

import argparse
import json
from typing import Final

from attrs import frozen

from mimir.core import instant
from mimir.core.fields import InvalidField
from mimir.core.instant import Instant
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import cost_json
from mimir.core.pricing import price as pricing
from mimir.core.pricing.dimensions import NAMES
from mimir.core.pricing.find import Prices
from mimir.core.pricing.price import UnknownTier
from mimir.core.pricing.usage import Usage
from mimir.core.pricing.usage_line import SEARCH_CONTEXTS
from mimir.shell.cli import files
from mimir.shell.cli.commands import Commands, whole_number
from mimir.shell.cli.files import FileRefused
from mimir.shell.cli.pricing.bill import bill
from mimir.shell.cli.pricing.price_options import add_options, on_missing, open_prices, said
from mimir.shell.cli.pricing.usage_formats import FORMATS, OWN
from mimir.shell.cli.terminal import refuse, say

_FAULT: Final = 1
_SHORT: Final = {"input_tokens": "--input", "output_tokens": "--output"}


@frozen
class _Call:
    """What the options say of the call, read."""

    usage: Usage
    tier: str
    at: Instant | None
    region: str | None


def register(commands: Commands) -> None:
    """Add ``price``."""
    parser = commands.add_parser(
        "price",
        help="price one call, line by line",
        description="Price one call exactly and show the bill. Exit code: 0 priced, 1 it has no"
        " price, 2 bad input.",
    )
    parser.add_argument("model", metavar="MODEL", help="provider:model_id")
    parser.add_argument("--tier", help="the service tier that served; standard if not given")
    parser.add_argument("--at", metavar="TIME", help="when, such as 2026-01-31T12:00:00Z")
    parser.add_argument("--region", help="where it was served, such as eu or us")
    parser.add_argument(
        "--search-context",
        choices=tuple(SEARCH_CONTEXTS),
        default="medium",
        help="how much a web search read",
    )
    parser.add_argument("--usage", metavar="FILE", help="a usage object, JSON; - is standard input")
    add_options(parser)
    counts = parser.add_argument_group("counts", "disjoint: no token is counted in two of them")
    for name in NAMES:
        short = [_SHORT[name]] if name in _SHORT else []
        flags = [f"--{name.replace('_', '-')}", *short]
        counts.add_argument(*flags, dest=name, type=whole_number, metavar="N")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Price the call and print the bill."""
    call = _call(args)
    if isinstance(call, Failure):
        return refuse(said(call.failure()))
    prices = open_prices(args.prices, args.overlay)
    if isinstance(prices, Failure):
        return refuse(said(prices.failure()))
    return _print(args, call.unwrap(), prices.unwrap())


def _print(args: argparse.Namespace, call: _Call, prices: Prices) -> int:
    cost = pricing.price(
        args.model,
        call.usage,
        prices,
        tier=call.tier,
        at=call.at,
        region=call.region,
        search_context=SEARCH_CONTEXTS[args.search_context],
        on_missing=on_missing(args.on_missing),
    )
    if isinstance(cost, Failure):
        error = cost.failure()
        code = refuse(error.message)
        return code if isinstance(error, UnknownTier) else _FAULT
    found = cost.unwrap()
    say(json.dumps(cost_json.to_json(found), indent=2) if args.json else bill(found))
    return 0


def _call(args: argparse.Namespace) -> Outcome[_Call, InvalidField | FileRefused]:
    at: Outcome[Instant, InvalidField] | None = None
    if args.at is not None:
        at = instant.parse(args.at, "--at")
        if isinstance(at, Failure):
            return at
    raw = _raw(args)
    if isinstance(raw, Failure):
        return raw
    form = FORMATS[args.format]
    usage = form.parse(raw.unwrap())
    if isinstance(usage, Failure):
        return usage
    tier: str | None = form.tier(raw.unwrap()) if args.tier is None else args.tier
    region: str | None = form.region(raw.unwrap()) if args.region is None else args.region
    when = None if at is None else at.unwrap()
    return Success(_Call(usage.unwrap(), "standard" if tier is None else tier, when, region))


def _raw(args: argparse.Namespace) -> Outcome[object, FileRefused]:
    """Return the usage object of the file, or one of the counts that were given."""
    given: dict[str, object] = {
        name: count for name in NAMES if (count := getattr(args, name)) is not None
    }
    if args.usage is None:
        if args.format == OWN:
            return Success(given)
        return Failure(FileRefused("--format", f"{args.format} is for --usage"))
    if given:
        name = f"--{next(iter(given)).replace('_', '-')}"
        return Failure(FileRefused(name, "the counts come from --usage"))
    return files.read_json(args.usage, files.DOCUMENT_MAX_BYTES)
