"""A first catalog, made of the price table's rows for the providers that someone uses.

Rules:
1. An entry stands for each row of the table in mode ``chat`` that ``PROVIDER:ID`` is priced by:
   looking the model up gives this very row, with both rates.
2. A row whose deprecation date is today or earlier is left out. Today is an argument.
3. A row for fine-tuned models (``ft:...``) is left out: it is the price of a base, no model that
   can be called.
4. Capabilities: ``tools`` is ``supports_function_calling``, ``vision`` is ``supports_vision``,
   ``long_context`` is ``max_input_tokens`` of ``LONG_CONTEXT_TOKENS`` or more.
5. The id is the model, the lane is the provider, the latency is unknown, the order is the table's.
6. The context window is ``max_input_tokens`` and ``max_output_tokens`` together, where both are
   stated and above 0; otherwise it is unknown. The window holds what goes in and what comes out,
   and the list does not say whether a model's two limits share one window (gpt-4o: 128,000 in all,
   of which 16,384 may come out) or stand side by side (gpt-5: 272,000 in and 128,000 out make its
   400,000). The sum is the most that can fit in either case, so that no entry is excluded which
   would do; ``max_input_tokens`` alone would exclude requests that fit. A window that is known to
   be smaller is for the catalog's owner to state.
7. The runtime is ``local`` for the providers of ``LOCAL_PROVIDERS``, but for models of theirs that
   are marked as running in a cloud; it is ``managed`` for every other.
"""

import difflib
import json
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, TypeAlias

from attrs import frozen

from mimir.core.entry import Entry
from mimir.core.fields import field_name
from mimir.core.limits import ID_MAX_CHARS, INTEGER_MAX
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.find import INPUT_FIELD, OUTPUT_FIELD, Prices, listed
from mimir.core.pricing.providers import is_provider, qualified_keys
from mimir.core.pricing.quote import look_up
from mimir.core.pricing.table import Row, Source
from mimir.core.vocabulary import Capability, EntryId, Lane, Model, Runtime

LONG_CONTEXT_TOKENS: Final = 200_000
"""Input tokens from which on a model has ``long_context``."""

LOCAL_PROVIDERS: Final = frozenset({"lemonade", "llamafile", "lm_studio", "ollama", "ollama_chat"})
"""Providers whose models run on the caller's own machine."""

_NEAR_MAX: Final = 5
_CLOUD: Final = ("-cloud", ":cloud")
_FINE_TUNED: Final = "ft:"

_Offers: TypeAlias = Sequence[tuple[str, Row]]


@frozen
class UnknownProvider:
    """No chat model of the provider is priced and current: the caller named another one.

    ``provider`` is a scrubbed, bounded excerpt; ``near`` holds at most five like names.
    """

    code: ClassVar[str] = "unknown_provider"
    provider: str
    near: tuple[str, ...]

    @property
    def message(self) -> str:
        """Name the provider and its like."""
        near = f"; near it: {', '.join(self.near)}" if self.near else ""
        return f'no priced, current chat model of provider "{self.provider}"{near}'


def starter(
    providers: Sequence[str], prices: Prices, today: str
) -> Outcome[tuple[Entry, ...], UnknownProvider]:
    """Make the entries for ``providers``, each provider once, in the order given.

    ``today`` is a date such as ``2026-01-31``. Configured rates are not looked at.

    :return: the entries; ``UnknownProvider`` for the first provider without any.

    >>> from mimir.core.pricing.providers import ProviderAliases
    >>> from mimir.core.pricing.table import PriceTable
    >>> row = Row("openai", mode="chat", prices={"input_cost_per_token": 5,
    ...     "output_cost_per_token": 9}, supports=frozenset({"supports_vision"}))
    >>> table = PriceTable(Source("list", "1", "2026-01-01", "MIT", "sha256:0"), {"gpt": row})
    >>> prices = Prices({}, table, ProviderAliases())
    >>> [entry.id for entry in starter(["openai"], prices, "2026-01-31").unwrap()]
    ['openai:gpt']
    >>> starter(["opnai"], prices, "2026-01-31").failure().near
    ('openai',)
    """
    listed = Prices({}, prices.table, prices.aliases)
    offers = _offers(listed, today)
    entries: list[Entry] = []
    for provider in dict.fromkeys(providers):
        made = tuple(_entries(provider, listed, offers))
        if not made:
            return Failure(_unknown(provider, listed, offers))
        entries.extend(made)
    return Success(tuple(entries))


def available(prices: Prices, today: str) -> dict[str, int]:
    """Count, by its name, the entries that each provider of the table has, most first.

    The names are those that rows state, and the declared ones.
    """
    listed = Prices({}, prices.table, prices.aliases)
    return _counts(listed, _offers(listed, today))


def to_toml(entries: Sequence[Entry], source: Source, today: str) -> str:
    """Write ``entries`` as a catalog file, with where they come from in a comment.

    >>> entry = Entry(id=EntryId("a"), model=Model("p:m"), lane=Lane("p"), runtime="local")
    >>> print(to_toml([entry], Source("list", "1", "2026-01-01", "MIT", "-"), "2026-01-31"))
    # 1 entries, made on 2026-01-31 from the price list list, version 1, 2026-01-01.
    # Keep the entries that you can call; add p50_latency_ms and priority as you know them.
    <BLANKLINE>
    [[entry]]
    id = "a"
    model = "p:m"
    lane = "p"
    runtime = "local"
    capabilities = []
    <BLANKLINE>
    """
    head = (
        f"# {len(entries)} entries, made on {today} from the price list {field_name(source.name)},"
        f" version {field_name(source.version)}, {field_name(source.date)}.\n"
        "# Keep the entries that you can call; add p50_latency_ms and priority as you know them.\n"
    )
    return head + "".join(map(_table, entries))


def _counts(prices: Prices, offers: _Offers) -> dict[str, int]:
    stated = {row.provider for _, row in offers}
    counts = {
        name: sum(1 for _ in _entries(name, prices, offers)) for name in _names(stated, prices)
    }
    return {name: count for name, count in sorted(counts.items(), key=_most_first) if count}


def _unknown(provider: str, prices: Prices, offers: _Offers) -> UnknownProvider:
    near = difflib.get_close_matches(provider, _counts(prices, offers), _NEAR_MAX)
    return UnknownProvider(field_name(provider), tuple(near))


def _offers(prices: Prices, today: str) -> _Offers:
    """List the rows that are offered: once, since a packed table makes each row anew."""
    return [(key, row) for key, row in prices.table.rows.items() if _is_offered(row, today)]


def _entries(provider: str, prices: Prices, offers: _Offers) -> Iterator[Entry]:
    heads = qualified_keys(provider, "", prices.aliases)
    for key, row in offers:
        head = next((head for head in heads if key.startswith(head)), "")
        if not head and not is_provider(provider, row.provider, prices.aliases):
            continue
        model_id = key.removeprefix(head)
        model = Model(f"{provider}:{model_id}")
        if len(model) > ID_MAX_CHARS or model_id.startswith(_FINE_TUNED):
            continue
        if _is_priced(model, key, prices):
            yield _entry(provider, model, row)


def _is_priced(model: Model, key: str, prices: Prices) -> bool:
    """Tell whether the row ``key`` prices ``model``; plain rates are told without making a cube."""
    found = listed(model, prices)
    if found is None or found[0] != key:
        return False
    row = found[1]
    plain = (row.prices.get(INPUT_FIELD), row.prices.get(OUTPUT_FIELD))
    if not row.terms and all(isinstance(rate, int) for rate in plain):
        return True
    return isinstance(look_up(model, prices), Success)


def _is_offered(row: Row, today: str) -> bool:
    date = row.deprecation_date
    return row.mode == "chat" and (date is None or date > today)


def _entry(provider: str, model: Model, row: Row) -> Entry:
    return Entry(
        id=EntryId(model),
        model=model,
        lane=Lane(provider),
        runtime=_runtime(provider, model),
        capabilities=frozenset(_capabilities(row)),
        context_window=_window(row),
    )


def _window(row: Row) -> int | None:
    given, taken = row.max_input_tokens, row.max_output_tokens
    both = given + taken if given and taken else 0
    return both if 0 < both <= INTEGER_MAX else None


def _runtime(provider: str, model: Model) -> Runtime:
    is_local = provider in LOCAL_PROVIDERS and not model.endswith(_CLOUD)
    return "local" if is_local else "managed"


def _capabilities(row: Row) -> Iterator[Capability]:
    if "supports_function_calling" in row.supports:
        yield "tools"
    if "supports_vision" in row.supports:
        yield "vision"
    if (row.max_input_tokens or 0) >= LONG_CONTEXT_TOKENS:
        yield "long_context"


def _names(stated: set[str], prices: Prices) -> list[str]:
    return sorted(stated | set(prices.aliases.names))


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _table(entry: Entry) -> str:
    capabilities = ", ".join(_text(word) for word in sorted(entry.capabilities))
    window = entry.context_window
    return (
        "\n[[entry]]\n"
        f"id = {_text(entry.id)}\n"
        f"model = {_text(entry.model)}\n"
        f"lane = {_text(entry.lane)}\n"
        f"runtime = {_text(entry.runtime)}\n"
        f"capabilities = [{capabilities}]\n"
        + ("" if window is None else f"context_window = {window}\n")
    )


def _text(value: str) -> str:
    # A JSON string is a TOML basic string, but for U+007F, which only TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
