"""How a snapshot is taken from live prices."""

from mimir.core.catalog import resolve
from mimir.core.instant import Instant
from mimir.core.pricing.find import Prices
from mimir.core.pricing.rates import Rates
from mimir.core.scorecard import Scorecard
from mimir.core.snapshot import take
from mimir.core.vocabulary import Lane, Model
from mimir.shell import prices as shell_prices

NOW = Instant("2026-01-01T00:00:00Z")


def test_every_model_is_looked_up_once_and_what_has_no_price_is_named() -> None:
    rows = [
        {"id": f"e{n}", "model": model, "lane": "x", "runtime": "managed"}
        for n, model in enumerate(["a:b", "no:such", "a:b"])
    ]
    vendored = shell_prices.prices().unwrap()
    prices = Prices(
        config={Model("a:b"): Rates(input=1, output=2)},
        table=vendored.table,
        aliases=vendored.aliases,
    )
    lanes = {Lane("x"): "ok"}
    snapshot = take(resolve(rows).unwrap(), prices, lanes, 5, NOW)
    lanes[Lane("x")] = "degraded"
    assert list(snapshot.quotes) == ["a:b"]
    assert snapshot.quotes[Model("a:b")].output == 2
    assert list(snapshot.unquoted) == ["no:such"]
    assert (snapshot.lanes, snapshot.remaining, snapshot.taken_at) == ({"x": "ok"}, 5, NOW)


def card(passed: int, model: str = "a:b", task_class: str = "chat") -> Scorecard:
    return Scorecard(
        task_class=task_class, model=Model(model), passed=passed, runs=9, as_of=Instant(NOW.text)
    )


def test_scorecards_are_kept_by_task_class_and_model_and_the_last_one_counts() -> None:
    given = [card(1), card(2, "x:y"), card(3, task_class="sum"), card(4)]
    prices = shell_prices.prices().unwrap()
    snapshot = take(resolve([]).unwrap(), prices, {}, None, NOW, scorecards=iter(given))
    assert snapshot.scorecards == {
        ("chat", "a:b"): card(4),
        ("chat", "x:y"): card(2, "x:y"),
        ("sum", "a:b"): card(3, task_class="sum"),
    }
    assert take(resolve([]).unwrap(), prices, {}, None, NOW).scorecards == {}
