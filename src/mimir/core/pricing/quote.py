"""What the oracle sees of a price: the input and output rates of one model, as they were taken.

Rules:
1. A quote is of the standard tier, at no time and in no region: what a call will cost, before it is
   known where it runs.
2. Rates are picodollars per token; what they have beyond whole picodollars is ``rest``.
3. A context tier counts for the whole request: ``above`` has a step for each, lowest first. A step
   without a rate, and what is past the last range, has no price; never that of a lower step.
4. An amount is exact: rate times count, in femtodollars (deviation D10).
"""

from attrs import frozen

from mimir.core.money import FEMTODOLLARS_PER_PICODOLLAR, Femtodollars
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.cost import Cell, CellSource
from mimir.core.pricing.cube import RateCube
from mimir.core.pricing.find import Prices
from mimir.core.pricing.layers import ModelRates
from mimir.core.pricing.price import PricingError
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model


@frozen
class QuoteStep:
    """The rates in femtodollars per token of a request of more than ``above`` input tokens.

    ``None`` is no rate.
    """

    above: int
    input: int | None
    output: int | None


@frozen
class Quote:
    """The rates of one model, complete: ``input`` and ``output`` in picodollars per token.

    ``key`` is the price list's own key of the row, ``None`` for a configured row. ``rest`` is what
    the two rates have beyond whole picodollars, in femtodollars (0 to 999); ``None`` is nothing.
    """

    model: Model
    input: int
    output: int
    source: CellSource
    key: str | None
    rest: tuple[int, int] | None = None
    above: tuple[QuoteStep, ...] = ()

    @property
    def rates(self) -> Rates:
        """The rates in microdollars per million tokens, without ``rest`` and ``above``."""
        return Rates(input=self.input, output=self.output)


def look_up(model: str, prices: Prices) -> Outcome[Quote, PricingError]:
    """Take the quote of ``model``.

    Errors: those of ``find``; ``MissingRate`` and ``InexactRate`` for a row without a usable input
    or output rate.

    >>> from mimir.core.pricing.providers import ProviderAliases
    >>> from mimir.core.pricing.table import EMPTY
    >>> config = {Model("house:small"): Rates(input=2, output=3)}
    >>> look_up("house:small", Prices(config, EMPTY, ProviderAliases())).unwrap().source
    'config'
    """
    rates = prices.find(model)
    if not isinstance(rates, ModelRates):
        return Failure(rates)
    cube = rates.current
    given = cube.rate("input_tokens")
    if not isinstance(given, Cell):
        return Failure(given)
    taken = cube.rate("output_tokens")
    if not isinstance(taken, Cell):
        return Failure(taken)
    picodollars, rest = _split(given.rate, taken.rate)
    return Success(Quote(Model(model), *picodollars, given.source, given.key, rest, _steps(cube)))


def amount(quote: Quote, usage: Usage) -> Femtodollars | None:
    """Return rate times count of input and output, exactly; ``None`` where there is no rate.

    ``usage`` is not checked.

    >>> quote = Quote(Model("p:m"), 2, 3, "config", None)
    >>> amount(quote, Usage(input_tokens=10, output_tokens=1))
    23000
    >>> long = Quote(Model("p:m"), 2, 3, "config", None, None, (QuoteStep(9, 5, 7),))
    >>> amount(long, Usage(input_tokens=10))
    50
    """
    return amount_of(quote, usage.input_tokens, usage.output_tokens)


def amount_of(quote: Quote, given: int, taken: int) -> Femtodollars | None:
    """Do what ``amount`` does, of the counts themselves.

    >>> amount_of(Quote(Model("p:m"), 2, 3, "config", None), 10, 1)
    23000
    """
    if quote.above and given > quote.above[0].above:
        step = next(step for step in reversed(quote.above) if given > step.above)
        return _at(step, given, taken)
    total = (quote.input * given + quote.output * taken) * FEMTODOLLARS_PER_PICODOLLAR
    if quote.rest is not None:
        total += quote.rest[0] * given + quote.rest[1] * taken
    return Femtodollars(total)


def _at(step: QuoteStep, given: int, taken: int) -> Femtodollars | None:
    if (step.input is None and given) or (step.output is None and taken):
        return None
    return Femtodollars((step.input or 0) * given + (step.output or 0) * taken)


def _split(given: int, taken: int) -> tuple[tuple[int, int], tuple[int, int] | None]:
    given, given_rest = divmod(given, FEMTODOLLARS_PER_PICODOLLAR)
    taken, taken_rest = divmod(taken, FEMTODOLLARS_PER_PICODOLLAR)
    return (given, taken), (given_rest, taken_rest) if given_rest or taken_rest else None


def _steps(cube: RateCube) -> tuple[QuoteStep, ...]:
    steps: list[QuoteStep] = []
    for above in cube.contexts:
        given = cube.cell("input_tokens", above=above)
        taken = cube.cell("output_tokens", above=above)
        rates = (None if cell is None else cell.rate for cell in (given, taken))
        steps.append(QuoteStep(above - cube.inclusive, *rates))
    if cube.ceiling is not None:
        steps.append(QuoteStep(cube.ceiling, None, None))
    return tuple(steps)
