"""The smoke sees each part, and blames no other for it."""

import asyncio
import importlib
from typing import NoReturn

import pytest

from mimir.shell import smoke
from mimir.shell.smoke import StageResult, run_smoke

SUBJECTS = {
    "descriptor": "mimir.core.descriptor.parse",
    "catalog": "mimir.core.catalog.resolve",
    "oracle": "mimir.core.oracle.place.place",
    "decision record": "mimir.core.record.build.build",
    "route log": "mimir.core.route.log.to_meta",
    "pricing": "mimir.core.pricing.price.price",
    "health": "mimir.shell.health.LaneHealth.observe",
    "turn events": "mimir.shell.events.EventBuffer.append",
    "router client": "mimir.shell.router.RouterClient.route",
    "redact": "mimir.core.redaction.gate.redact",
}


def broken(*_: object, **__: object) -> NoReturn:
    message = "broken on purpose"
    raise RuntimeError(message)


def silent(*_: object, **__: object) -> None:
    """Answer nothing at all."""


def test_ten_stages_pass_in_order_and_none_is_skipped() -> None:
    verdict, results = run_smoke()
    assert verdict == "ok"
    assert [result.name for result in results] == list(SUBJECTS)
    assert {result.status for result in results} == {"pass"}
    assert all(result.detail for result in results)


@pytest.mark.parametrize("replacement", [broken, silent])
@pytest.mark.parametrize("stage", SUBJECTS)
def test_a_broken_part_fails_its_own_stage_and_no_other(
    stage: str, replacement: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name = SUBJECTS[stage].rsplit(".", 1)
    monkeypatch.setattr(_resolve(owner), name, replacement)
    verdict, results = run_smoke()
    assert verdict == "error"
    assert [result.name for result in results if result.status == "fail"] == [stage]


def test_the_router_stage_fails_where_the_asynchronous_client_is_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mimir.shell.router.AsyncRouterClient.route", broken)
    _, results = run_smoke()
    assert [result.name for result in results if result.status == "fail"] == ["router client"]


def test_the_smoke_runs_within_an_event_loop() -> None:
    async def run() -> str:
        return run_smoke()[0]

    assert asyncio.run(run()) == "ok"


def test_a_stage_that_blows_up_says_what_it_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "STAGES", (("descriptor", broken),))
    assert run_smoke() == ("error", [StageResult("descriptor", "fail", "raised RuntimeError")])


def test_the_smoke_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run_smoke()
    assert capsys.readouterr() == ("", "")


def _resolve(dotted: str) -> object:
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError:
        owner, name = dotted.rsplit(".", 1)
        return getattr(importlib.import_module(owner), name)
