"""A model that has no rates: what it might have been meant to be.

Rules:
1. A near name is proposed, never used.
2. Proposed are the ids of the asked provider that resemble it, nearest first, then the same id at
   other providers: at most ``NEAR_MAX`` in all, each a name that has rates.
3. A model without a provider that the list has from several is ambiguous, and they are named.
"""

from collections.abc import Iterator
from typing import ClassVar, Final, Literal

from attrs import frozen

from mimir.core.fields import field_name
from mimir.core.limits import ID_MAX_CHARS
from mimir.core.pricing.providers import ProviderAliases, is_provider, qualified_keys
from mimir.core.pricing.table import PriceTable
from mimir.core.vocabulary import split_provider

NEAR_MAX: Final = 3
"""Names that an error proposes."""

_LIKENESS: Final = 0.7
_COMPARED_MAX: Final = 500


@frozen
class UnknownModel:
    """No row has rates of the model. ``model`` is a scrubbed, bounded excerpt."""

    model: str
    near: tuple[str, ...] = ()
    code: ClassVar[Literal["unknown_model"]] = "unknown_model"

    @property
    def message(self) -> str:
        """What was not found, and what is near to it."""
        text = f'no price for model "{self.model}": neither a configured nor a listed row has one'
        return f"{text}; near: {', '.join(self.near)}" if self.near else text


@frozen
class AmbiguousModel:
    """A model without a provider that several providers have; ``candidates`` are full names."""

    model: str
    candidates: tuple[str, ...]
    code: ClassVar[Literal["ambiguous_model"]] = "ambiguous_model"

    @property
    def message(self) -> str:
        """What to write instead."""
        return f'"{self.model}" names no provider; one of: {", ".join(self.candidates)}'


def unknown(
    model: str, table: PriceTable, aliases: ProviderAliases
) -> UnknownModel | AmbiguousModel:
    """Make the error of a model that was not found, by the rules above.

    >>> from mimir.core.pricing.table import EMPTY
    >>> unknown("nobody:none", EMPTY, ProviderAliases())
    UnknownModel(model='nobody:none', near=())
    """
    if len(model) > ID_MAX_CHARS:
        return UnknownModel(field_name(model))
    provider, model_id = split_provider(model)
    same = sorted(set(_same(model_id, table)))
    if provider is None and len(same) > 1:
        return AmbiguousModel(field_name(model), tuple(same[:NEAR_MAX]))
    near = same
    if provider is not None:
        ids = sorted(set(_ids(provider, model_id, table, aliases)))[:_COMPARED_MAX]
        near = [*(f"{provider}:{item}" for item in _resembling(model_id, ids)), *same]
    return UnknownModel(field_name(model), tuple(near[:NEAR_MAX]))


def _same(model_id: str, table: PriceTable) -> Iterator[str]:
    for key, row in table.rows.items():
        if row.prices and key in (model_id, f"{row.provider}/{model_id}"):
            yield f"{row.provider}:{model_id}"


def _resembling(model_id: str, ids: list[str]) -> list[str]:
    # Loaded for the first model that is not found: most programs have none.
    from difflib import get_close_matches

    return get_close_matches(model_id, ids, NEAR_MAX, _LIKENESS)


def _ids(
    provider: str, model_id: str, table: PriceTable, aliases: ProviderAliases
) -> Iterator[str]:
    start = model_id[:1]
    prefixes = qualified_keys(provider, "", aliases)
    for key, row in table.rows.items():
        if not row.prices:
            continue
        prefix = next(filter(key.startswith, prefixes), None)
        if prefix is None and not is_provider(provider, row.provider, aliases):
            continue
        found = key.removeprefix(prefix or "")
        if found.startswith(start):
            yield found
