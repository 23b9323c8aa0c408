"""Every fault against a real server that misbehaves so, on every client that can meet it.

Rules:
1. A case is a line of ``faults.jsonl`` (given) or ``more.jsonl`` (ours); its name binds it to a
   scenario, and one without fails.
2. What comes back is one of the outcomes that the case's ``expect`` names, with its
   ``safe_to_retry``.
3. A client that hangs fails its case: it runs in a thread that is waited for.
4. Where a case is about memory, what the whole exchange allocates is measured.
"""

import gc
import re
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest
from drivers import Answers, Driver
from fault_cases import HERE, VENDORED, read
from scenarios import SCENARIOS

from mimir.core.outcome import Success
from mimir.core.route.failure import HttpError
from mimir.core.route.kinds import FAILURE_KINDS

SECONDS_MAX = 30
"""How long a case may take before it counts as hung; the clients' own limits are far below."""

LEAN_BYTES_MAX = 8_000_000
WORDS = {*FAILURE_KINDS, "http_error", "unauthorized", "rate_limited", "success"}
SELF_JUDGED = {"policy", "cancel"}


def within_time(play: Callable[[], Answers], seconds: float = SECONDS_MAX) -> Answers:
    """Run ``play`` in a thread and wait for it, but not for ever."""
    done: Future[Answers] = Future()

    def run() -> None:
        try:
            done.set_result(play())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done.result(timeout=seconds)


def word(outcome: object) -> str:
    """Name an outcome as ``expect`` does."""
    if isinstance(outcome, Success):
        return "success"
    error = outcome.failure()
    named = isinstance(error, HttpError) and error.kind != "other"
    return error.kind if named else error.code


def words(expect: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", expect)) & WORDS


@pytest.fixture(scope="module", autouse=True)
def _only_the_garbage_of_this_module() -> Iterator[None]:
    """Leave what is there out of the collection behind each case: it takes most of its time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def test_a_fault_becomes_the_outcome_that_its_case_names(
    case: dict[str, object], driver: Driver
) -> None:
    scenario = SCENARIOS[str(case["name"])]
    if scenario.lean:
        tracemalloc.start()
    try:
        outcomes = within_time(lambda: scenario.play(driver))
        if scenario.lean:
            assert tracemalloc.get_traced_memory()[1] < LEAN_BYTES_MAX
    finally:
        tracemalloc.stop()
    gc.collect()  # a socket that was left open warns now, and a warning is an error
    assert outcomes or case["class"] in SELF_JUDGED
    for outcome in outcomes:
        assert word(outcome) in (words(str(case["expect"])) or {"success"})
        if not isinstance(outcome, Success):
            assert outcome.failure().safe_to_retry == case["safe_to_retry"]


def test_every_scenario_is_bound_to_a_case_and_no_id_stands_twice() -> None:
    cases = [case for file in VENDORED for case in read(file)]
    assert {case["name"] for case in cases} == set(SCENARIOS)
    assert len({case["id"] for case in cases}) == len(cases)


def test_the_given_cases_are_all_there() -> None:
    assert len(read(HERE / "faults.jsonl")) == 35


def test_what_a_case_expects_is_read_from_its_words() -> None:
    assert words("tls_failed or connect_timeout (after 5 s)") == {"tls_failed", "connect_timeout"}
    assert words("not used") == set()


def test_a_client_that_hangs_is_seen() -> None:
    over = threading.Event()
    with pytest.raises(TimeoutError):
        within_time(lambda: [over.wait()], seconds=0.01)
    over.set()
