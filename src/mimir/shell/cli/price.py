"""``mimir price``: what a number of tokens of one model costs, and how that comes about.

Rules:
1. A rate of the file given with ``--rates`` wins over the price table.
2. A model without a price is the exit code 1 and one line; bad input is 2.
3. Dollars are written exactly; microdollars are rounded once, half to even.
"""

import argparse
import json
from collections.abc import Mapping

from mimir.core.fields import InvalidField
from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR
from mimir.core.money import render as render_money
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing import price as pricing
from mimir.core.pricing import rates, usage
from mimir.core.pricing.cost import Cost
from mimir.core.pricing.numerals import dollars
from mimir.core.pricing.quote import Quote
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import Source
from mimir.core.vocabulary import Model
from mimir.shell import prices as price_tables
from mimir.shell.cli import files
from mimir.shell.cli.commands import Commands, whole_number
from mimir.shell.cli.files import FileRefused
from mimir.shell.cli.terminal import escape, refuse, say, table

_FAULT = 1


def register(commands: Commands) -> None:
    """Add ``price``."""
    parser = commands.add_parser(
        "price",
        help="price a number of tokens",
        description="Price a number of tokens of one model. Exit code: 0 priced, 1 the model has no"
        " price, 2 bad input.",
    )
    parser.add_argument("model", metavar="MODEL", help="provider:model_id")
    parser.add_argument("--input", type=whole_number, default=0, metavar="N", help="input tokens")
    parser.add_argument("--output", type=whole_number, default=0, metavar="N", help="output tokens")
    parser.add_argument("--rates", metavar="FILE", help="own rates, {model: {input, output}}")
    parser.add_argument("--json", action="store_true", help="print the cost as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Price the tokens and print the cost."""
    counts = usage.parse({"input_tokens": args.input, "output_tokens": args.output})
    if isinstance(counts, Failure):
        return refuse(_named(counts.failure()))
    config = _config(args.rates)
    if isinstance(config, Failure):
        return refuse(config.failure().message)
    prices = price_tables.prices(config.unwrap())
    if isinstance(prices, Failure):
        return refuse(prices.failure().message)
    cost = pricing.price(args.model, counts.unwrap(), prices.unwrap())
    if isinstance(cost, Failure):
        refuse(cost.failure().message)
        return _FAULT
    source = prices.unwrap().table.source
    say(_as_json(cost.unwrap()) if args.json else _as_text(cost.unwrap(), source))
    return 0


def _config(path: str | None) -> Outcome[Mapping[Model, Rates], FileRefused]:
    if path is None:
        return Success({})
    raw = files.read_data(path, files.TABLE_MAX_BYTES)
    if isinstance(raw, Failure):
        return raw
    config = rates.parse_config(raw.unwrap())
    if isinstance(config, Failure):
        return Failure(FileRefused(files.shown(path), _named(config.failure())))
    return Success(config.unwrap())


def _named(error: InvalidField) -> str:
    return f"{error.field}: {error.message}" if error.field else error.message


def _rates(quote: Quote) -> tuple[int, int]:
    """The two rates in femtodollars per token."""
    rest = quote.rest or (0, 0)
    return (
        quote.input * FEMTODOLLARS_PER_PICODOLLAR + rest[0],
        quote.output * FEMTODOLLARS_PER_PICODOLLAR + rest[1],
    )


def _as_text(cost: Cost, source: Source) -> str:
    given, taken = _rates(cost.quote)
    tokens_in, tokens_out = cost.usage.input_tokens, cost.usage.output_tokens
    rows = [
        ("input", str(tokens_in), dollars(given, per_million=True), dollars(given * tokens_in)),
        ("output", str(tokens_out), dollars(taken, per_million=True), dollars(taken * tokens_out)),
        ("total", "", "", dollars(cost.femtodollars)),
    ]
    shown = table(("", "tokens", "$ per million", "US dollars"), rows, right=(1, 2, 3))
    return f"{shown}\n\n{cost.microdollars} microdollars, {_origin(cost.quote, source)}"


def _origin(quote: Quote, source: Source) -> str:
    if quote.key is None:
        return "at the rates of the configuration"
    where = f"{source.name}, version {source.version}, {source.date}"
    return f"at the rates of price-list row {escape(quote.key)} ({escape(where)})"


def _as_json(cost: Cost) -> str:
    given, taken = _rates(cost.quote)
    document = {
        "model": cost.quote.model,
        "microdollars": cost.microdollars,
        "femtodollars": render_money(cost.femtodollars),
        "source": cost.quote.source,
        "key": cost.quote.key,
        "usage": {
            "input_tokens": cost.usage.input_tokens,
            "output_tokens": cost.usage.output_tokens,
        },
        "femtodollars_per_token": {"input": str(given), "output": str(taken)},
    }
    return json.dumps(document, indent=2)
