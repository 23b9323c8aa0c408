"""``mimir simulate``: run the decisions of a store under other rules, and say what moves.

Rules:
1. Every ``rd_*.json`` of the store is read, one after another, and none is kept: a store may hold
   any number. What is read in which order changes no figure.
2. A record that cannot be read, or whose inputs cannot be had, is in no figure; it is counted by
   the code of its error, and the first few by name are listed. So is one that has drifted, and a
   copy under another name.
3. The exit code is 0 when every record counted, 1 when one did not, 2 when the store, a file or an
   option cannot be used.
4. A report appears whole or not at all. That it cannot be written is told before the records are
   read; where it fails after that, what was found is printed all the same.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.record.parse import StoredRecord
from mimir.core.review.simulate import Decided, NewRules, simulate
from mimir.shell import _files
from mimir.shell.cli.commands import Commands
from mimir.shell.cli.files import folder, shown
from mimir.shell.cli.placing import rankers
from mimir.shell.cli.placing.documents import read_catalog, read_policy
from mimir.shell.cli.pricing.price_options import open_prices, said
from mimir.shell.cli.progress import Progress
from mimir.shell.cli.simulating.report import as_html
from mimir.shell.cli.simulating.text import Refused, Run, as_json, as_text
from mimir.shell.cli.terminal import refuse, say
from mimir.shell.store import ReadError, Store, StoreRefused, read_record

FAULT = 1


def register(commands: Commands) -> None:
    """Add ``simulate``."""
    parser = commands.add_parser(
        "simulate",
        help="run the decisions of a store under other rules",
        description="Run the decisions of a store under another policy, catalog, ranker or other"
        " prices, and say what moves and what it costs, by task class."
        " Exit code: 0 every record counted, 1 some could not be read, 2 bad input.",
    )
    parser.add_argument(
        "--store", type=folder, required=True, metavar="DIR", help="where the records are"
    )
    _add_changes(parser)
    parser.add_argument("--html", metavar="FILE", help="write a report with plots to this file")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def _add_changes(parser: argparse.ArgumentParser) -> None:
    changes = parser.add_argument_group("what changes; one or more")
    changes.add_argument("--policy", metavar="FILE", help="JSON, or TOML in FILE.toml")
    changes.add_argument(
        "--catalog",
        metavar="FILE",
        help="TOML, with a table [[entry]] per entry; it brings no prices of models that the"
        " records do not know, see --reprice",
    )
    changes.add_argument(
        "--ranker", type=rankers.ranker, metavar="RANKER", help="as of `mimir place`"
    )
    changes.add_argument(
        "--reprice", action="store_true", help="quote every model from today's price table"
    )
    changes.add_argument(
        "--rates",
        metavar="FILE",
        help="--reprice, with own rates, {model: {input, output, ...}} in microdollars per million"
        " tokens, TOML or JSON; they win over the price table",
    )
    changes.add_argument(
        "--overlay", metavar="FILE", help="--reprice, with a dated price book, TOML"
    )


def run(args: argparse.Namespace) -> int:
    """Do what ``simulate`` was asked for."""
    rules = _rules(args)
    if isinstance(rules, Failure):
        return refuse(rules.failure())
    report: str | None = args.html
    unwritten = None if report is None else _said(report, _files.refusal(Path(report)))
    if unwritten is not None:
        return refuse(unwritten)
    ran = _ran(args, rules.unwrap())
    if isinstance(ran, Failure):
        return refuse(ran.failure())
    done = ran.unwrap()
    unwritten = None if report is None else _write(report, as_html(done))
    say(as_json(done) if args.json else as_text(done))
    if unwritten is not None:
        return refuse(unwritten)
    return FAULT if done.left_out else 0


def _write(report: str, text: str) -> str | None:
    content = text.encode("utf-8", "backslashreplace")
    return _said(report, _files.replace(Path(report), content))


def _said(report: str, refused: _files.Unusable | None) -> str | None:
    return None if refused is None else f"{shown(report)}: {refused.problem}"


def _rules(args: argparse.Namespace) -> Outcome[NewRules, str]:
    priced = args.reprice or args.rates is not None or args.overlay is not None
    if args.policy is None and args.catalog is None and args.ranker is None and not priced:
        return Failure("nothing changes: give a policy, a catalog, a ranker or prices")
    policy = None if args.policy is None else read_policy(args.policy)
    if isinstance(policy, Failure):
        return policy
    catalog = None if args.catalog is None else read_catalog(args.catalog)
    if isinstance(catalog, Failure):
        return catalog
    prices = open_prices(args.rates, args.overlay) if priced else None
    if isinstance(prices, Failure):
        return Failure(said(prices.failure()))
    return Success(
        NewRules(
            policy=None if policy is None else policy.unwrap(),
            catalog=None if catalog is None else catalog.unwrap(),
            prices=None if prices is None else prices.unwrap(),
            ranker=args.ranker,
        )
    )


def _ran(args: argparse.Namespace, rules: NewRules) -> Outcome[Run, str]:
    root, refused = Path(args.store), Refused()
    try:
        count = sum(1 for _ in _records(root))
    except ValueError:
        return Failure(f"{shown(args.store)}: is no name of a folder")
    except OSError as error:
        return Failure(_unreadable(args.store, error))
    if not count:
        return Failure(f"{shown(args.store)}: holds no records")
    try:
        with Progress(count, "records") as progress:
            simulation = simulate(_decided(root, refused, progress), rules)
    except OSError as error:
        return Failure(_unreadable(args.store, error))
    return Success(Run(simulation, refused, rules, _given(args)))


def _unreadable(store: str, error: OSError) -> str:
    return f"{shown(store)}: {(error.strerror or type(error).__name__).lower()}"


def _given(args: argparse.Namespace) -> tuple[str, ...]:
    """Say what was simulated on what, for a reader of the report."""
    named = ("store", args.store), ("policy", args.policy), ("catalog", args.catalog)
    priced = ("rates", args.rates), ("overlay", args.overlay)
    files = [f"{name} {shown(value)}" for name, value in (*named, *priced) if value is not None]
    ranker = None if args.ranker is None else rankers.written(args.ranker)
    return tuple(files if ranker is None else [*files, f"ranker {ranker}"])


def _records(root: Path) -> Iterator[Path]:
    with os.scandir(root) as found:
        for file in found:
            if file.name.startswith("rd_") and file.name.endswith(".json"):
                yield root / file.name


def _decided(root: Path, refused: Refused, progress: Progress) -> Iterator[Decided]:
    """Read every record and its inputs; what cannot be read goes to ``refused``."""
    store = Store(root)
    for path in _records(root):
        record = _read(path)
        if isinstance(record, Failure):
            refused.add(path.stem, record.failure())
        else:
            inputs = store.inputs(record.unwrap())
            if isinstance(inputs, Failure):
                refused.add(path.stem, inputs.failure())
            else:
                yield record.unwrap(), inputs.unwrap()
        progress.step(1, 1)


def _read(path: Path) -> Outcome[StoredRecord, ReadError]:
    """Read a record under its own name: a copy of it would count twice."""
    record = read_record(path)
    if isinstance(record, Success) and record.unwrap().decision_id != path.stem:
        problem = f"is {record.unwrap().decision_id} under another name"
        return Failure(StoreRefused(str(path), problem))
    return record
