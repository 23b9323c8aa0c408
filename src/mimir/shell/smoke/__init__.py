"""The smoke: ten stages, each through the public API with the real objects, without network.

Rules:
1. ``run_smoke`` neither prints nor exits; a stage that blows up is a ``fail`` with its reason.
2. A stage makes its inputs itself, so that one broken part fails one stage.
3. On a plain install nothing is skipped.
"""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple, TypeAlias

from mimir.core.fields import excerpt
from mimir.core.outcome import Failure, Outcome, Success
from mimir.shell.smoke import live, pure

Status: TypeAlias = Literal["pass", "fail", "skip"]


class StageResult(NamedTuple):
    """How one stage ended; ``detail`` says what was seen, or what went wrong."""

    name: str
    status: Status
    detail: str


Stage: TypeAlias = Callable[[], Outcome[str, str]]
"""What was seen, or what went wrong."""

STAGES: Final[tuple[tuple[str, Stage], ...]] = (
    ("descriptor", pure.descriptor),
    ("catalog", pure.catalog),
    ("oracle", pure.placement),
    ("decision record", pure.decision_record),
    ("route log", pure.route_log),
    ("pricing", pure.priced),
    ("health", live.health),
    ("turn events", live.turn_events),
    ("router client", live.router_client),
    ("redact", pure.redact),
)


def run_smoke() -> tuple[Literal["ok", "error"], list[StageResult]]:
    """Run every stage in order and tell how each ended.

    :return: ``"ok"`` when no stage failed, else ``"error"``, and a result for each stage.

    >>> verdict, results = run_smoke()
    >>> verdict, len(results)
    ('ok', 10)
    """
    results = [_run(name, stage) for name, stage in STAGES]
    failed = any(result.status == "fail" for result in results)
    return ("error" if failed else "ok"), results


def _run(name: str, stage: Stage) -> StageResult:
    try:
        outcome = stage()
    except Exception as error:  # rule 1: whatever broke, it is this stage that failed
        return StageResult(name, "fail", f"raised {excerpt(error).removeprefix('a ')}")
    match outcome:
        case Success(detail):
            return StageResult(name, "pass", detail)
        case Failure(reason):
            return StageResult(name, "fail", reason)
