"""The meter: exact sums, misses by model, and a hook that may do what it likes."""

import sys
import threading

import pytest

from mimir.core.pricing.cost import MissingRate
from mimir.core.pricing.find import Prices
from mimir.core.pricing.near import UnknownModel
from mimir.core.pricing.price import PricingError
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model
from mimir.shell import meter as meters
from mimir.shell.meter import OTHERS, Meter

PRICES = Prices(
    {Model("house:small"): Rates(input=440_000, output=10_000_000)}, EMPTY, ProviderAliases()
)
ONE = Usage(input_tokens=1)


def test_the_sum_is_exact_where_each_call_rounds_to_nothing() -> None:
    meter = Meter(PRICES)
    assert {meter.record("house:small", ONE) for _ in range(1_000)} == {0}
    reading = meter.reading()
    assert (reading.femtodollars, reading.microdollars) == (440 * 10**9, 440)
    assert (reading.calls, reading.misses) == (1_000, {})


def test_a_miss_costs_nothing_counts_by_model_and_is_told_to_the_hook() -> None:
    told: list[tuple[str, PricingError]] = []
    meter = Meter(PRICES, hook=lambda model, error: told.append((model, error)))
    assert meter.record("house:large", ONE) == 0
    assert meter.record("house:small", ONE, tier="batch") == 0
    assert meter.record("house:small", Usage(input_tokens=-1)) == 0
    assert dict(meter.reading().misses) == {"house:large": 1, "house:small": 2}
    assert told[0] == ("house:large", UnknownModel("house:large", ()))
    assert told[1][1] == MissingRate("house:small", "input_tokens", "batch", None)
    assert told[2][1].code == "negative_usage"
    assert meter.reading().calls == 3


def test_a_partial_cost_counts_what_has_a_rate_and_is_a_miss() -> None:
    filmed = Usage(input_tokens=1_000, input_video_tokens=5)
    meter = Meter(PRICES, on_missing="partial")
    assert meter.record("house:small", filmed) == 440
    assert dict(meter.reading().misses) == {"house:small": 1}
    assert Meter(PRICES).record("house:small", filmed) == 0


def test_a_hook_that_raises_is_counted_and_breaks_no_call() -> None:
    def broken(model: str, error: PricingError) -> None:
        raise RuntimeError(model, error)

    meter = Meter(PRICES, hook=broken)
    assert meter.record("house:large", ONE) == 0
    assert meter.record("house:small", Usage(input_tokens=1_000)) == 440
    assert (meter.reading().hook_failures, meter.reading().calls) == (1, 2)


def test_an_interrupt_in_the_hook_passes() -> None:
    def interrupted(model: str, error: PricingError) -> None:
        raise KeyboardInterrupt(model, error)

    meter = Meter(PRICES, hook=interrupted)
    with pytest.raises(KeyboardInterrupt):
        meter.record("house:large", ONE)
    assert dict(meter.reading().misses) == {"house:large": 1}


def test_a_hook_may_ask_the_meter() -> None:
    seen: list[int] = []
    meter = Meter(PRICES, hook=lambda model, error: seen.append(meter.reading().calls))
    meter.record("house:large", ONE)
    assert seen == [1]


def test_misses_of_further_models_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "MODELS_MAX", 2)
    meter = Meter(PRICES)
    for model in ("a:a", "b:b", "c:c", "d:d", "a:a"):
        meter.record(model, ONE)
    assert dict(meter.reading().misses) == {"a:a": 2, "b:b": 1, OTHERS: 2}


def test_a_models_name_is_scrubbed_before_it_is_kept() -> None:
    meter = Meter(PRICES)
    meter.record("x:sk-" + "a" * 40, ONE)
    (kept,) = meter.reading().misses
    assert "a" * 40 not in kept


def test_threads_lose_no_call() -> None:
    meter = Meter(PRICES)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def work() -> None:
        for _ in range(50):
            meter.record("house:small", ONE)
            meter.record("house:large", ONE)

    try:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    reading = meter.reading()
    assert (reading.calls, reading.femtodollars) == (800, 400 * 440 * 10**6)
    assert dict(reading.misses) == {"house:large": 400}
