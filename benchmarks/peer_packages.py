"""One adapter a package: how it prices a call, and which rates it publishes for it.

Rules:
1. ``price`` gives dollars, or raises: ``CannotSayError`` where the package has no way to say what
   the call was, anything else where it refuses the call.
2. ``rate`` gives the package's own dollars per unit of one dimension under the call's conditions,
   and ``None`` where it publishes none.
3. Only bundled data is used; nothing is fetched.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from importlib import import_module, metadata, resources
from pathlib import Path
from typing import Any, Final

from peer_cases import Call

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_LOG"] = "ERROR"
sys.path.append(str(Path(__file__).parents[1] / "tests" / "laws"))

slow: Any = import_module("slow_pricing")
compact: Any = import_module("mimir.core.pricing.compact").compact
parse_usage: Any = import_module("mimir").parse_usage

_NO_SOURCE: Final = import_module("mimir.core.pricing.table").EMPTY.source
_MILLION: Final = 10**6


class CannotSayError(Exception):
    """The package has no argument for what the call was."""


def moment(call: Call) -> datetime | None:
    """Return the time of a call, if it has one."""
    return None if call.at is None else datetime.fromisoformat(call.at)


def only(call: Call, *names: str) -> None:
    """Refuse to say a call that counts anything but ``names``."""
    if not call.malformed and not set(call.counts) <= set(names):
        raise CannotSayError


class Package:
    """A package under comparison."""

    distribution = ""
    statement = ""

    @property
    def version(self) -> str:
        """The installed version."""
        return metadata.version(self.distribution)

    def price(self, call: Call) -> Fraction | None:
        """Price a call in dollars."""
        raise NotImplementedError

    def right(self, call: Call) -> Fraction | None:
        """Return the right amount by the package's own rates; ``None`` where it lacks one."""
        total = Fraction(0)
        for name, count in call.counts.items():
            one = self.rate(call, name)
            if one is None:
                return None
            total += one * count
        return total

    def rate(self, call: Call, name: str) -> Fraction | None:
        """Return the package's rate of one dimension, in dollars."""
        raise NotImplementedError

    def plain(self) -> Callable[[], object]:
        """Return a plain call of 1,234 tokens in and 567 out, ready to be timed."""
        raise NotImplementedError


class ListPackage(Package):
    """A package whose rates have the form of LiteLLM's list: its rows and Anthropic's, OpenAI's and
    Google's published rules give the right amount.
    """

    def __init__(self) -> None:
        made = compact(self.listed(), _NO_SOURCE).unwrap()
        self.rows: Mapping[str, Any] = made.table.rows

    def listed(self) -> str:
        """Return the list's JSON."""
        raise NotImplementedError

    def right(self, call: Call) -> Fraction | None:
        """Return what the slow reference makes of the package's own row."""
        keys = (f"{call.provider}/{call.model}", call.model)
        key = next((key for key in keys if key in self.rows), None)
        if key is None or call.malformed:
            return None
        asked = slow.Call(key, self.rows[key], call.tier, moment(call), call.region)
        made = slow.bill(asked, call.counts)
        return None if made is None or made.missing else made.total


class Mimir(ListPackage):
    """This library."""

    distribution = "mimir-oracle"
    statement = "import mimir"

    def __init__(self) -> None:
        self.mimir: Any = import_module("mimir")
        self.instant: Any = import_module("mimir.core.instant").Instant
        self.prices = import_module("mimir.shell.prices").prices().unwrap()
        self.rows = self.prices.table.rows

    def price(self, call: Call) -> Fraction | None:
        usage = self.mimir.parse_usage(dict(call.counts)).unwrap()
        model = f"{call.provider}:{call.model}"
        at = None if call.at is None else self.instant(call.at)
        cost = self.mimir.price(
            model, usage, self.prices, tier=call.tier, at=at, region=call.region
        )
        return Fraction(cost.unwrap().femtodollars, 10**15)

    def plain(self) -> Callable[[], object]:
        price, prices = self.mimir.price, self.prices
        usage = self.mimir.Usage(input_tokens=1_234, output_tokens=567)
        return lambda: price("openai:gpt-4o", usage, prices)


class LiteLlm(ListPackage):
    """LiteLLM: its cost calculator with a usage object of its own."""

    distribution = "litellm"
    statement = "import litellm"

    def __init__(self) -> None:
        self.litellm: Any = import_module("litellm")
        self.types: Any = import_module("litellm.types.utils")
        self.calculator: Any = import_module("litellm.cost_calculator")
        super().__init__()

    def listed(self) -> str:
        return json.dumps(self.litellm.model_cost)

    def price(self, call: Call) -> Fraction | None:
        if call.at is not None or "web_searches" in call.counts:
            raise CannotSayError
        usage = self._usage(call)
        names = {"model": call.model, "custom_llm_provider": call.provider}
        if call.provider == "anthropic":
            usage.inference_geo = call.region
            usage.speed = "fast" if call.tier == "fast" else None
        elif call.region is not None:
            names["data_residency"] = call.region
        if call.tier == "batch":
            given, taken = self.calculator.batch_cost_calculator(usage=usage, **names)
        else:
            spoken = call.tier == "standard" or usage.get("speed") == "fast"
            tier = None if spoken else call.tier
            given, taken = self.litellm.cost_per_token(
                usage_object=usage, service_tier=tier, **names
            )
        return Fraction(repr(given)) + Fraction(repr(taken))

    def _usage(self, call: Call) -> Any:
        if "input_tokenz" in call.counts:
            return self.types.Usage(**call.counts)
        count = call.counts.get
        read, cached_image = count("cache_read_tokens", 0), count("cache_read_image_tokens", 0)
        five, hour = count("cache_write_5m_tokens", 0), count("cache_write_1h_tokens", 0)
        audio, image = count("input_audio_tokens", 0), count("input_image_tokens", 0)
        text = count("input_tokens", 0)
        prompt = text + read + cached_image + five + hour + audio + image
        spoken, drawn = count("output_audio_tokens", 0), count("output_image_tokens", 0)
        thought, said = count("reasoning_tokens", 0), count("output_tokens", 0)
        given = self.types.PromptTokensDetailsWrapper(
            cached_tokens=call.counts.get("cached_tokens", read + cached_image),
            text_tokens=text or None,
            audio_tokens=audio or None,
            image_tokens=image + cached_image or None,
            cache_creation_tokens=five + hour or None,
            cache_creation_token_details=self.types.CacheCreationTokenDetails(
                ephemeral_5m_input_tokens=five, ephemeral_1h_input_tokens=hour
            ),
        )
        taken = self.types.CompletionTokensDetailsWrapper(
            reasoning_tokens=thought or None,
            audio_tokens=spoken or None,
            image_tokens=drawn or None,
            text_tokens=said if spoken or drawn or thought else None,
        )
        return self.types.Usage(
            prompt_tokens=call.counts.get("prompt_tokens", prompt),
            completion_tokens=said + spoken + drawn + thought,
            total_tokens=0,
            prompt_tokens_details=given,
            completion_tokens_details=taken,
            cache_creation_input_tokens=five + hour,
            cache_read_input_tokens=read,
        )

    def plain(self) -> Callable[[], object]:
        cost = self.litellm.cost_per_token
        return lambda: cost(model="gpt-4o", prompt_tokens=1_234, completion_tokens=567)


class TokenCost(ListPackage):
    """tokencost: input, output and cached tokens, one by one."""

    distribution = "tokencost"
    statement = "import tokencost"

    def __init__(self) -> None:
        self.tokencost: Any = import_module("tokencost")
        super().__init__()

    def listed(self) -> str:
        file = resources.files("tokencost") / "model_prices.json"
        return file.read_text(encoding="utf-8")

    def price(self, call: Call) -> Fraction | None:
        only(call, "input_tokens", "output_tokens", "cache_read_tokens")
        if call.region is not None or call.at is not None or call.tier != "standard":
            raise CannotSayError
        if "input_tokenz" in call.counts or "cached_tokens" in call.counts:
            raise CannotSayError
        kinds = {"input_tokens": "input", "output_tokens": "output", "cache_read_tokens": "cached"}
        each = (
            self.tokencost.calculate_cost_by_tokens(count, call.model, kinds[name])
            for name, count in call.counts.items()
        )
        return sum((Fraction(amount) for amount in each), Fraction(0))

    def plain(self) -> Callable[[], object]:
        cost = self.tokencost.calculate_cost_by_tokens
        return lambda: cost(1_234, "gpt-4o", "input") + cost(567, "gpt-4o", "output")


class GenaiPrices(Package):
    """genai-prices: inclusive totals, and a context for the service tier."""

    distribution = "genai-prices"
    statement = "import genai_prices"
    names: Final = {
        "input_tokens": "input_mtok",
        "cache_read_tokens": "cache_read_mtok",
        "cache_write_5m_tokens": "cache_write_mtok",
        "cache_write_1h_tokens": "cache_write_1h_mtok",
        "input_audio_tokens": "input_audio_mtok",
        "input_image_tokens": "input_image_mtok",
        "cache_read_image_tokens": "cache_image_read_mtok",
        "output_tokens": "output_mtok",
        "reasoning_tokens": "output_reasoning_mtok",
        "output_audio_tokens": "output_audio_mtok",
        "output_image_tokens": "output_image_mtok",
        "web_searches": "web_searches_kcount",
    }
    providers: Final = {"gemini": "google"}
    output: Final = ("output_tokens", "reasoning_tokens", "output_audio_tokens")

    def __init__(self) -> None:
        self.genai: Any = import_module("genai_prices")

    def price(self, call: Call) -> Fraction | None:
        if call.region is not None:
            raise CannotSayError
        made = self._calculated(call, self.genai.Usage(**self._counts(call)))
        return Fraction(made.total_price)

    def rate(self, call: Call, name: str) -> Fraction | None:
        plain = self._calculated(call._replace(tier="standard"), self.genai.Usage(input_tokens=1))
        per = 1_000 if name == "web_searches" else _MILLION
        stated = dict(vars(plain.model_price))
        if call.tier != "standard":
            wanted = self._context(call)
            found = [item for item in plain.model.price_variants or () if item.when == wanted]
            if not found:
                return None
            stated = {**stated, **vars(found[0].prices)}
        field = self.names[name]
        rate = stated.get(field)
        if rate is None and name == "reasoning_tokens":
            rate = stated.get("output_mtok")
        return None if rate is None else self._at(rate, call) / per

    def _at(self, rate: Any, call: Call) -> Fraction:
        given = sum(count for name, count in call.counts.items() if not name.startswith("output"))
        given -= call.counts.get("reasoning_tokens", 0) + call.counts.get("web_searches", 0)
        tiers = [tier.price for tier in getattr(rate, "tiers", ()) if given > tier.start]
        return Fraction((tiers or [getattr(rate, "base", rate)])[-1])

    def _context(self, call: Call) -> dict[str, str]:
        said = {"batch": {"processing": "batch"}, "fast": {"speed": "fast"}}
        return said.get(call.tier, {"service_tier": call.tier})

    def _calculated(self, call: Call, usage: Any) -> Any:
        return self.genai.calc_price(
            usage,
            call.model,
            provider_id=self.providers.get(call.provider, call.provider),
            genai_request_timestamp=moment(call),
            price_context=None if call.tier == "standard" else self._context(call),
        )

    def _counts(self, call: Call) -> dict[str, int]:
        if "input_tokenz" in call.counts:
            return dict(call.counts)
        if "cached_tokens" in call.counts:
            return {"input_tokens": 100, "cache_read_tokens": 500}
        count = call.counts.get
        hour, five = count("cache_write_1h_tokens", 0), count("cache_write_5m_tokens", 0)
        read_image = count("cache_read_image_tokens", 0)
        output = ("output_tokens", "reasoning_tokens", "output_audio_tokens", "output_image_tokens")
        searches = count("web_searches", 0)
        made = {
            "web_searches": searches,
            "input_tokens": sum(v for k, v in call.counts.items() if k not in output) - searches,
            "output_tokens": sum(v for k, v in call.counts.items() if k in output),
            "cache_read_tokens": count("cache_read_tokens", 0) + read_image,
            "cache_write_tokens": hour + five,
            "cache_write_1h_tokens": hour,
            "input_audio_tokens": count("input_audio_tokens", 0),
            "input_image_tokens": count("input_image_tokens", 0) + read_image,
            "cache_image_read_tokens": read_image,
            "output_audio_tokens": count("output_audio_tokens", 0),
            "output_image_tokens": count("output_image_tokens", 0),
            "output_reasoning_tokens": count("reasoning_tokens", 0),
        }
        return {name: value for name, value in made.items() if value}

    def plain(self) -> Callable[[], object]:
        usage = self.genai.Usage(input_tokens=1_234, output_tokens=567)
        calc_price = self.genai.calc_price
        return lambda: calc_price(usage, "gpt-4o", provider_id="openai")


class OpenAiCostCalculator(Package):
    """openai-cost-calculator: disjoint counts, a service tier and a region."""

    distribution = "openai-cost-calculator"
    statement = "import openai_cost_calculator.api"
    names: Final = {
        "input_tokens": ("input_tokens", "input"),
        "cache_read_tokens": ("cached_input_tokens", "cached_input"),
        "cache_write_5m_tokens": ("cache_write_tokens", "cache_write"),
        "cache_write_1h_tokens": ("cache_write_1h_tokens", "cache_write_1h"),
        "input_audio_tokens": ("input_audio_tokens", "input_audio"),
        "input_image_tokens": ("input_image_tokens", "input_image"),
        "output_tokens": ("output_tokens", "output"),
        "reasoning_tokens": ("reasoning_tokens", "reasoning"),
        "output_audio_tokens": ("output_audio_tokens", "output_audio"),
        "output_image_tokens": ("output_image_tokens", "output_image"),
        "web_searches": ("web_search_calls", "web_search"),
    }

    def __init__(self) -> None:
        self.api: Any = import_module("openai_cost_calculator.api")
        self.usage: Any = import_module("openai_cost_calculator.catalog.costing").Usage

    def price(self, call: Call) -> Fraction | None:
        if "cached_tokens" in call.counts:
            made = self.usage.from_totals(input_tokens=100, cached_input_tokens=500)
        else:
            only(call, *self.names)
            known = {self.names.get(name, (name, ""))[0]: n for name, n in call.counts.items()}
            made = self.usage(**known)
        cost = self.api.calculate_cost(
            call.provider,
            call.model,
            usage=made,
            service_tier=None if call.tier == "standard" else call.tier,
            region=call.region,
            at=moment(call),
        )
        return Fraction(cost.total)

    def rate(self, call: Call, name: str) -> Fraction | None:
        entry = self.api.get_model_pricing(call.provider, call.model)
        given = sum(n for key, n in call.counts.items() if "put" in key or "cache" in key)
        given -= sum(n for key, n in call.counts.items() if "output" in key)
        rates = self._rates(entry, call, given)
        if rates is None or name not in self.names:
            return None
        field = self.names[name][1]
        rate = rates.get(field, rates.get("output") if field == "reasoning" else None)
        per = 1 if name == "web_searches" else _MILLION
        return None if rate is None else Fraction(rate) / per

    def _rates(self, entry: Any, call: Call, given: int) -> Mapping[str, Any] | None:
        period = "off_peak" if call.off_peak else "peak"
        fitting = [
            item
            for item in entry.prices
            if item.conditions.get("service_tier", "standard") == call.tier
            and item.conditions.get("region", None)
            in (call.region, "global" if call.region is None else call.region)
            and item.conditions.get("period", period) == period
            and item.min_input_tokens <= given
        ]
        return max(fitting, key=lambda item: item.min_input_tokens).rates if fitting else None

    def plain(self) -> Callable[[], object]:
        cost = self.api.calculate_cost
        return lambda: cost("openai", "gpt-4o", input_tokens=1_234, output_tokens=567)


class ModelPrices(Package):
    """model-prices: five counts, the modes batch and fast, no regions."""

    distribution = "model-prices"
    statement = "import model_prices"
    names: Final = {
        "input_tokens": "input",
        "output_tokens": "output",
        "cache_read_tokens": "cache_read",
        "cache_write_5m_tokens": "cache_write",
    }
    providers: Final = {"gemini": "google"}
    modes: Final = {"standard": None, "batch": "batch", "fast": "fast"}

    def __init__(self) -> None:
        self.module: Any = import_module("model_prices")

    def price(self, call: Call) -> Fraction | None:
        if call.region is not None or call.tier not in self.modes:
            raise CannotSayError
        if "cached_tokens" in call.counts:
            raise CannotSayError
        only(call, *self.names, "cache_write_1h_tokens")
        counts = {name.replace("_5m", ""): count for name, count in call.counts.items()}
        provider = self.providers.get(call.provider, call.provider)
        conditions = {"provider": provider, "mode": self.modes[call.tier], "at": call.at}
        cost = self.module.cost(call.model, **conditions, **counts)
        return None if cost is None else Fraction(repr(cost))

    def rate(self, call: Call, name: str) -> Fraction | None:
        provider = self.providers.get(call.provider, call.provider)
        found = self.module.rates(
            call.model, provider=provider, mode=self.modes[call.tier], at=call.at
        )
        if found is None:
            return None
        given = sum(n for key, n in call.counts.items() if not key.startswith("output"))
        if name == "cache_write_1h_tokens":
            one = Fraction(repr(found.input)) * Fraction(repr(found.cache_write_1h_multiple or 0))
            return one / _MILLION if one else None
        rate = getattr(found, self.names[name])
        for tier in found.tiers:
            if given > tier.above and getattr(tier, self.names[name]) is not None:
                rate = getattr(tier, self.names[name])
        return None if rate is None else Fraction(repr(rate)) / _MILLION

    def plain(self) -> Callable[[], object]:
        cost = self.module.cost
        return lambda: cost("gpt-4o", provider="openai", input_tokens=1_234, output_tokens=567)


PACKAGES: Final[tuple[Callable[[], Package], ...]] = (
    Mimir,
    LiteLlm,
    GenaiPrices,
    OpenAiCostCalculator,
    ModelPrices,
    TokenCost,
)
