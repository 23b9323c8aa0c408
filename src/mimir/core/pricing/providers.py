"""Which names mean one provider: what a caller writes and what the price list states.

Rules:
1. A provider is itself. It is another name only where that is declared, and only in the direction
   asked name -> listed name: nothing follows from a likeness of two names.
2. A declared name that ends in ``*`` is every name that begins with what stands before it.
3. A name without ``*`` is also tried as the prefix of a provider-qualified key, in its order.
"""

from collections.abc import Mapping
from typing import Final

from attrs import evolve, field, frozen

from mimir.core.fields import (
    InvalidField,
    excerpt,
    field_name,
    invalid,
    is_list,
    is_object,
    text,
)
from mimir.core.limits import LIST_MAX_ITEMS, NAME_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success

_WILD: Final = "*"


@frozen
class ProviderAliases:
    """The declared names of the price list by the provider that a caller asks for.

    >>> ProviderAliases({"vertex": ("vertex_ai", "vertex_ai-*")})
    ProviderAliases(names={'vertex': ('vertex_ai', 'vertex_ai-*')})
    """

    names: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])


NO_ALIASES: Final = ProviderAliases()
"""Every provider is itself alone."""


def is_provider(asked: str, stated: str, aliases: ProviderAliases) -> bool:
    """Tell whether the provider that a row states is the one asked for, or declared to be.

    >>> aliases = ProviderAliases({"vertex": ("vertex_ai*",)})
    >>> is_provider("vertex", "vertex_ai-language-models", aliases)
    True
    >>> is_provider("ollama", "openai", aliases)
    False
    """
    if asked == stated:
        return True
    return any(_matches(name, stated) for name in aliases.names.get(asked, ()))


def qualified_keys(asked: str, model_id: str, aliases: ProviderAliases) -> tuple[str, ...]:
    """List the provider-qualified keys of a model, in the order in which they are tried.

    >>> qualified_keys("google", "gemini-2.5-pro", ProviderAliases({"google": ("gemini",)}))
    ('google/gemini-2.5-pro', 'gemini/gemini-2.5-pro')
    """
    declared = aliases.names.get(asked, ())
    literal = (name for name in declared if not name.endswith(_WILD))
    return tuple(f"{name}/{model_id}" for name in (asked, *literal))


def parse(raw: object) -> Outcome[ProviderAliases, InvalidField]:
    """Read ``{asked: [listed, ...]}``; names are 1 to 128 characters, at most 1,000 of each kind.

    The error's subject is ``price_table``; its field names the provider and the item.

    >>> parse({"vertex": ["vertex_ai*"]}).unwrap().names
    {'vertex': ('vertex_ai*',)}
    >>> parse({"vertex": "vertex_ai"}).failure().field
    'providers.vertex'
    """
    if not is_object(raw) or len(raw) > LIST_MAX_ITEMS:
        return Failure(
            invalid("price_table", "providers", f"expected an object, got {excerpt(raw)}")
        )
    names: dict[str, tuple[str, ...]] = {}
    for key, value in raw.items():
        asked = text(key, "price_table", "", NAME_MAX_CHARS, "expected a provider as key")
        if isinstance(asked, InvalidField):
            return Failure(evolve(asked, field=f"providers.{field_name(key)}"))
        listed = _names(value)
        if isinstance(listed, InvalidField):
            where = f"providers.{field_name(asked)}{listed.field}"
            return Failure(evolve(listed, field=where))
        names[asked] = listed
    return Success(ProviderAliases(names))


def _names(raw: object) -> tuple[str, ...] | InvalidField:
    if not is_list(raw) or not raw or len(raw) > LIST_MAX_ITEMS:
        return invalid("price_table", "", f"expected a list of names, got {excerpt(raw)}")
    names: list[str] = []
    for index, item in enumerate(raw):
        name = text(item, "price_table", f"[{index}]", NAME_MAX_CHARS, "expected a name")
        if isinstance(name, InvalidField):
            return name
        if name.strip(_WILD) == "" or _WILD in name[:-1]:
            return invalid("price_table", f"[{index}]", "expected a name, with * only last")
        names.append(name)
    return tuple(names)


def _matches(name: str, stated: str) -> bool:
    return stated.startswith(name[:-1]) if name.endswith(_WILD) else stated == name
