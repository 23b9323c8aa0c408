"""A marked key goes in everywhere, and is seen nowhere: parsers, errors, records, logs, the shell.

Rules:
1. The marker is made while the tests run, one of each family that ``mimir.testing`` makes.
2. It stands in the place of every text of every document of every parser, as a value and as a key.
3. What comes back is looked at as ``repr`` and ``str`` show it, and an error as ``describe`` and
   its fields do; a raised exception as a traceback shows it, with the locals of its frames.
4. What passes through by its purpose is exempt by name, with its reason.
5. A function is driven where a trace sees that its driver calls it, and nowhere else.
"""

import importlib
import inspect
import io
import json
import logging
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final, get_args

import attrs
import pytest
from driven import CORE, SHELL
from hypothesis import find
from parsers import DESCRIPTOR, PARSERS, ROW, Parser, _world

import mimir
from mimir import MimirError, Secret, describe
from mimir.core.outcome import Failure, Success
from mimir.shell.cli.main import main
from mimir.shell.decide import decide
from mimir.shell.health import LaneHealth
from mimir.shell.prices import prices
from mimir.shell.store import Store, read_record
from mimir.testing import key_texts

FAMILIES: Final = ("sk-", "sk-proj-", "sk-ant-api03-", "vk-", "AKIA", "AIza")
MARKERS: Final = [
    find(key_texts(), lambda text, family=family: text.startswith(family)) for family in FAMILIES
]

HOLDS: Final = {
    "read_json": "returns the document that it read, for a parser to look at",
    "parse_record": "keeps the whole document beside what it read of it",
    "route_log": "copies a decision record, which a builder looked at",
    "EventBuffer": "keeps a payload as it was given; `redact` is what goes before it",
    "redact": "answers scrubbed; without capture nothing",
}
"""Parsers whose answer holds data that is no name of anything, with the reason."""

HANDED_BACK: Final = "it is the caller's own text, handed back"

PASSES: Final = dict.fromkeys(
    (
        *("truncate", "split_provider", "gen_ai_reasoning", "gen_ai_tool_call"),
        *("gen_ai_tool_result", "plain:to_plain"),
    ),
    HANDED_BACK,
)
"""Public functions that return what they are given."""

PUBLIC_MODULES: Final = (
    *("health", "events", "router", "prices", "decide", "store", "schemas", "smoke", "plain"),
    *("adapters.litellm", "adapters.otel"),
)

by_marker = pytest.mark.parametrize("marker", MARKERS, ids=FAMILIES)


def shown(value: Any) -> str:
    """Everything that ``value`` tells of itself."""
    told = [repr(value), str(value)]
    if isinstance(value, Success):
        told.append(repr(value.unwrap()))
    if isinstance(value, Failure):
        error = value.failure()
        told += [getattr(error, "message", ""), repr(error), str(attrs.asdict(error))]
        if isinstance(error, get_args(MimirError)):
            told.append(describe(error))
    return " ".join(told)


def told_by(value: Any) -> str:
    """Everything that ``value`` and its parts tell of themselves."""
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return " ".join(map(told_by, value))
    return shown(value)


def marked(document: Any, marker: str) -> Iterator[Any]:
    """``document`` with the marker in the place of each of its parts, keys too."""
    yield marker
    yield f"an openai:{marker}, too"
    if type(document) is dict:
        yield {**document, marker: 1}
        for key, held in document.items():
            for made in marked(held, marker):
                yield {**document, key: made}
    elif type(document) is list:
        for at, held in enumerate(document[:2]):
            for made in marked(held, marker):
                yield [*document[:at], made, *document[at + 1 :]]


def functions_of_the_shell() -> dict[str, Any]:
    """Every function, method and property of the public modules, by the name of its driver."""
    found: dict[str, Any] = {}
    for name in PUBLIC_MODULES:
        module = importlib.import_module(f"mimir.shell.{name}")
        for word, value in vars(module).items():
            homes = (module.__name__, *(["mimir.shell._router"] if name == "router" else []))
            if word.startswith("_") or not getattr(value, "__module__", "").startswith(homes):
                continue
            if inspect.isfunction(value):
                found[f"{name}:{word}"] = value
            elif inspect.isclass(value) and not attrs.has(value):
                for method, held in vars(value).items():
                    made = getattr(held, "fget", getattr(held, "__func__", held))
                    if not method.startswith("_") and inspect.isfunction(made):
                        found[f"{name}:{word}.{method}"] = made
    return found


def functions_of_the_core() -> dict[str, Any]:
    functions = {name: getattr(mimir, name) for name in mimir.__all__}
    return {name: held for name, held in functions.items() if inspect.isfunction(held)}


FUNCTIONS: Final = functions_of_the_core() | functions_of_the_shell()
DRIVEN: Final = CORE | SHELL


def called_by(driver: Callable[[], object]) -> set[CodeType]:
    """Run ``driver`` and return the code of all that it called."""
    seen: set[CodeType] = set()

    def trace(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            seen.add(frame.f_code)

    sys.setprofile(trace)
    try:
        driver()
    finally:
        sys.setprofile(None)
    return seen


def test_every_public_function_is_driven_or_exempt_by_name() -> None:
    driven = {name for name in PARSERS if name in FUNCTIONS} | set(DRIVEN) | set(PASSES)
    assert driven == set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(DRIVEN))
def test_a_driver_calls_what_it_stands_for(name: str) -> None:
    wanted = inspect.unwrap(FUNCTIONS[name]).__code__
    assert wanted in called_by(lambda: DRIVEN[name](MARKERS[0]))


@pytest.mark.parametrize("name", sorted(set(PARSERS) & set(FUNCTIONS)))
def test_a_parser_stands_for_what_it_calls(name: str) -> None:
    parser = PARSERS[name]
    assert FUNCTIONS[name].__code__ in called_by(lambda: parser.call(parser.documents[0]))


@by_marker
@pytest.mark.parametrize("name", sorted({driver: name for name, driver in DRIVEN.items()}.values()))
def test_nothing_that_is_returned_shows_one(
    name: str, marker: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as warned:
        assert marker not in told_by(DRIVEN[name](marker))
    assert marker not in caplog.text
    assert marker not in str([str(warning.message) for warning in warned])


@pytest.mark.parametrize("error", get_args(MimirError), ids=lambda error: error.__name__)
def test_no_description_of_an_error_shows_a_key_that_its_maker_let_in(error: type[Any]) -> None:
    """A constructor checks nothing, and a message is made of what it was given."""
    marker = MARKERS[0]
    texts = {
        field.name: f" {marker}" for field in attrs.fields(error) if field.type in (str, "str")
    }
    others = {
        field.name: OTHERS.get(field.name, 1)
        for field in attrs.fields(error)
        if field.name not in texts and field.default is attrs.NOTHING
    }
    assert marker not in describe(error(**texts, **others))


OTHERS: Final[dict[str, Any]] = {
    "kind": "bad_response",
    "candidates": (),
    "reason": "damaged",
    "differences": (mimir.Difference("a", "b", "c"),),
}
"""Fields of errors that are no text and no number."""


@by_marker
@pytest.mark.parametrize("name", sorted(set(PARSERS) - set(HOLDS)))
def test_no_parser_shows_a_key_on_success_or_on_failure(name: str, marker: str) -> None:
    parser: Parser = PARSERS[name]
    for document in parser.documents:
        for made in marked(document, marker):
            outcome = parser.call(made)
            if made is not marker or not isinstance(outcome, str):
                assert marker not in shown(outcome)


@by_marker
@pytest.mark.parametrize("name", sorted(HOLDS))
def test_no_error_of_the_others_shows_one(name: str, marker: str) -> None:
    for document in PARSERS[name].documents:
        for made in marked(document, marker):
            outcome = PARSERS[name].call(made)
            if isinstance(outcome, Failure):
                assert marker not in shown(outcome)


def _raising(marker: str) -> list[Any]:
    def resolver(_model: mimir.Model) -> object:
        raise ValueError(marker)

    return [mimir.resolve([ROW], resolver), mimir.resolve([ROW], lambda _: Secret(marker))]


@by_marker
def test_no_resolver_shows_one(marker: str) -> None:
    assert marker not in told_by(_raising(marker))


@by_marker
def test_a_secret_in_the_locals_of_a_traceback_is_masked(marker: str) -> None:
    def fails(key: Secret, held: Any) -> None:
        raise ValueError(key)

    secret = Secret(marker)
    try:
        fails(secret, {"grant": mimir.Grant(secret)})
    except ValueError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=False)
        frame = error.__traceback__.tb_next.tb_frame  # type: ignore[union-attr]
        assert marker not in "".join(told.format()) + repr(frame.f_locals)


@by_marker
def test_no_record_that_is_stored_holds_one(marker: str, tmp_path: Path) -> None:
    inputs = _world()
    decision = decide(
        inputs.descriptor,
        inputs.catalog,
        inputs.policy,
        health=LaneHealth(),
        prices=prices().unwrap(),
        sealed=True,
    ).unwrap()
    store = Store(tmp_path)
    path = store.write(decision.record, decision.seal).unwrap()  # type: ignore[arg-type]
    document = json.loads(path.read_text("utf-8"))
    for made in marked(document, marker):
        path.write_text(json.dumps(made), encoding="utf-8")
        read = read_record(path)
        assert isinstance(read, Success) or marker not in shown(read)
    assert marker not in "".join(file.read_text("utf-8") for file in tmp_path.glob("inputs/*"))


COMMANDS: Final = [
    ("place", "--catalog", "{toml}", "{json}"),
    ("place", "--catalog", "{json}", "{json}"),
    ("explain", "--catalog", "{toml}", "{json}"),
    ("replay", "{json}"),
    ("replay", "{marker}"),
    ("simulate", "{marker}"),
    ("price", "{marker}", "--input", "1"),
    ("price", "{json}"),
    ("cost", "{json}"),
    ("cost", "{marker}"),
    ("prices", "diff", "{json}", "{toml}"),
    ("prices", "lint", "{json}"),
    ("prices", "refresh", "--from", "{marker}", "--to", "{folder}"),
    ("{marker}",),
    ("place", "--{marker}"),
]


@by_marker
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_prints_one(
    command: tuple[str, ...],
    marker: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    document = {**DESCRIPTOR, "task_class": marker, marker: marker, "model": marker}
    places = {"json": "a.json", "toml": "a.toml", "folder": "out", "marker": marker}
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "a.toml").write_text(
        f'[[entry]]\nid = "{marker}"\nmodel = "{marker}"\nlane = "{marker}"\n', encoding="utf-8"
    )
    assert main([word.format(**places) for word in command]) in (1, 2)
    printed = capsys.readouterr()
    assert marker not in printed.out + printed.err
    assert "Traceback" not in printed.err
