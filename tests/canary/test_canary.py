"""A marked key goes in everywhere, and is seen nowhere: parsers, errors, records, logs, the shell.

Rules:
1. The marker is made while the tests run, one of each family that ``mimir.testing`` makes.
2. It stands in the place of every text of every document of every parser, as a value and as a key.
3. What comes back is looked at as ``repr`` and ``str`` show it, and an error as ``describe`` and
   its fields do; a raised exception as a traceback shows it, with the locals of its frames.
4. What passes through by its purpose is exempt by name, with its reason.
"""

import io
import json
import logging
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, get_args

import attrs
import httpx
import pytest
from hypothesis import find
from parsers import DESCRIPTOR, PARSERS, ROW, TYPED, Parser, _world

import mimir
from mimir import MimirError, Secret, describe
from mimir.core.outcome import Failure, Success
from mimir.shell.cli.main import main
from mimir.shell.decide import decide
from mimir.shell.events import EventBuffer
from mimir.shell.health import LaneHealth
from mimir.shell.prices import prices
from mimir.shell.router import RouterClient
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

PASSES: Final = {"truncate", "split_provider"}
"""Public functions that return what they are given."""

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


def test_every_public_function_is_driven_or_exempt_by_name() -> None:
    driven = set(PARSERS) | set(DRIVEN) | PASSES
    functions = {name for name in mimir.__all__ if name in TYPED or name in PARSERS}
    assert functions - driven == set()


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


def _decided(marker: str) -> list[Any]:
    inputs = _world()
    given = {"health": LaneHealth(), "prices": prices().unwrap(), "sealed": True}
    ids = [{name: marker} for name in ("workflow_id", "step_id", "grant_id")]
    decided = [
        decide(inputs.descriptor, inputs.catalog, inputs.policy, **given, **id_) for id_ in ids
    ]
    return [*decided, mimir.explain(inputs), mimir.place(*attrs.astuple(inputs, recurse=False)[:4])]


def _priced(marker: str) -> list[Any]:
    usage, found = mimir.Usage(input_tokens=1), prices().unwrap()
    names = (marker, f"openai:{marker}", f"{marker}:gpt-4o")
    priced: list[Any] = [mimir.price("openai:gpt-4o", usage, found, tier=marker)]
    for name in names:
        priced += [mimir.look_up(name, found), mimir.price(name, usage, found)]
        priced.append(mimir.meter(name, usage, found))
    return priced


def _logged(marker: str) -> list[Any]:
    failed = mimir.route_log(
        "r", mimir.Caller("k"), mimir.Correlation(), mimir.GrantFailed(marker), {}
    ).unwrap()
    return [mimir.to_meta(failed, 1)]


def _health(marker: str) -> list[Any]:
    health = LaneHealth()
    health.attach()
    refused = health.hold(mimir.Lane("p"), marker)
    health.detach()
    return [refused, health.view(), health.all()]


def _events(marker: str) -> list[Any]:
    buffer = EventBuffer()
    return [buffer.append("r", marker, {}), buffer.append("r", "t", [marker]), buffer.take("r")]


def _raising(marker: str) -> list[Any]:
    def resolver(_model: mimir.Model) -> object:
        raise ValueError(marker)

    return [mimir.resolve([ROW], resolver), mimir.resolve([ROW], lambda _: Secret(marker))]


DRIVEN: Final[dict[str, Callable[[str], list[Any]]]] = {
    **dict.fromkeys(
        (
            *("build_record", "record_to_json", "place", "prepare", "explain", "fallback"),
            *("seal_inputs", "seal_world", "take_snapshot", "replay", "simulate", "add_effects"),
            *("apply_change", "describe", "descriptor_to_json", "ranker_to_json"),
        ),
        _decided,
    ),
    **dict.fromkeys(
        (
            *("price", "look_up", "meter", "charge", "select_plane", "cost_microdollars"),
            *("cost_to_json", "total_cost", "to_microdollars", "gen_ai_usage"),
        ),
        _priced,
    ),
    **dict.fromkeys(("to_meta", "event_to_json"), _logged),
    **dict.fromkeys(("health_view", "observe_completion", "try_probe"), _health),
    "EventBuffer": _events,
    "resolve": _raising,
    "scrub": lambda marker: [mimir.scrub(f"a {marker} b")],
    **dict.fromkeys(
        ("gen_ai_reasoning", "gen_ai_tool_call", "gen_ai_tool_result"),
        lambda marker: [mimir.redact({"a": marker}, {marker: [marker]}, capture=True)],
    ),
}
"""What each typed function's arguments come from: parsers have refused the key before it."""


@by_marker
@pytest.mark.parametrize("drive", sorted(set(DRIVEN.values()), key=str), ids=lambda _: "")
def test_nothing_that_is_returned_shows_one(drive: Callable[[str], list[Any]], marker: str) -> None:
    for value in drive(marker):
        assert marker not in shown(value)


@by_marker
def test_a_token_and_a_grant_are_seen_in_no_log_error_or_object(
    marker: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    grant = {"key": marker, "expires_at": None, "budget_microdollars": 5}
    placement = {"lane": "l", "model": "m", "runtime": "managed"}
    placed = json.dumps({"verdict": "placement", "placement": placement, "grant": grant})
    answers = iter(
        [
            httpx.Response(200, text=placed),
            *(httpx.Response(code, text=f"{marker} {{") for code in (200, 401, 429, 500)),
        ]
    )

    def answer(sent: httpx.Request) -> httpx.Response:
        assert sent.headers["authorization"].endswith(marker)
        found = next(answers, None)
        if found is None:
            raise httpx.ConnectError(marker, request=sent)
        return found

    wanted = mimir.RouteRequest(descriptor=mimir.parse_descriptor(DESCRIPTOR).unwrap())
    with warnings.catch_warnings(record=True) as warned:
        transport = httpx.Client(transport=httpx.MockTransport(answer))
        client = RouterClient.connect(
            "https://router.example", Secret(marker), client=transport
        ).unwrap()
        outcomes = [client.route(wanted) for _ in range(6)]
    assert isinstance(outcomes[0], Success)
    for value in (client, *outcomes):
        assert marker not in shown(value)
    assert marker not in caplog.text
    assert marker not in str([str(warning.message) for warning in warned])


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
