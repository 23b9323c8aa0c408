"""Attaching from several threads leaves one signal attached."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from blinker import Signal

from mimir.shell.health import LaneHealth


@pytest.fixture
def _quick_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_quick_switches")
def test_objects_attached_from_many_threads_end_on_one_signal() -> None:
    with ThreadPoolExecutor(8) as pool:
        for _ in range(200):
            health, start = LaneHealth(), Barrier(8)
            signals = [Signal() for _ in range(8)]

            def attach(signal: Signal, health: LaneHealth = health, at: Barrier = start) -> None:
                at.wait()
                health.attach(signal)

            list(pool.map(attach, signals))
            assert sum(len(signal.receivers) for signal in signals) == 1
            health.detach()
            assert not any(signal.receivers for signal in signals)
