"""Many threads at once, switched as often as the interpreter can."""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

SWITCH_SECONDS = 1e-6
"""The least that the interpreter takes; its own is 5 ms."""


@contextmanager
def quick_switches() -> Iterator[None]:
    """Let threads be switched after a microsecond inside the block."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def together(works: Sequence[Callable[[], None]]) -> None:
    """Run every work in a thread of its own, all begun at once; what one raises is raised here."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        start.wait()
        work()

    with quick_switches(), ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result()


def loses(attempt: Callable[[], bool], attempts: int = 200) -> bool:
    """Tell whether one of ``attempts`` tries loses something; the first that does is the last.

    A naive version loses by chance, so it is tried until it does. One that is right never does, so
    it need not be tried as often.
    """
    return any(attempt() for _ in range(attempts))
