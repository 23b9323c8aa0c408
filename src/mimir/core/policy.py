"""The policy: constraints that stand on top of the catalog.

Rules:
1. ``allowed_models`` names the models that may be placed; ``None`` or none at all allows every one
   (the reference's rule for an empty list).
2. ``unpriced`` says what a model without a quote is (deviation D6): ``free`` is the reference's
   rule; ``last`` is viable and marked, its cost is unknown (so the default ranker ranks it after
   every priced entry), and with expected tokens it needs a positive cap; ``exclude`` is no
   candidate.
3. ``probe_first`` puts the best viable entry on a lane that may be probed before all others, so
   that a lane that has recovered is found out even where it would not be chosen for its cost.
4. ``when_unhealthy`` says what happens where nothing is viable and some entry fails health alone:
   ``fail`` is no candidate; ``least_bad`` places on the one whose lane is due soonest, never on a
   lane that is held or that was fallen back from; ``wait`` is no candidate and names the earliest
   time.
"""

from typing import Final, Literal, TypeAlias, TypeGuard, get_args

from attrs import frozen

from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    field_name,
    invalid,
    is_object,
    is_text,
    items,
    text,
)
from mimir.core.limits import ID_MAX_CHARS
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.vocabulary import Model

WhenUnhealthy: TypeAlias = Literal["fail", "least_bad", "wait"]
"""What happens where nothing is viable, and some entry fails health alone."""

WHEN_UNHEALTHY: Final[tuple[WhenUnhealthy, ...]] = get_args(WhenUnhealthy)

Unpriced: TypeAlias = Literal["free", "last", "exclude"]
"""What a model without a quote is."""

UNPRICED: Final[tuple[Unpriced, ...]] = get_args(Unpriced)

_KEYS: Final = ("allowed_models", "unpriced", "probe_first", "when_unhealthy")


@frozen(kw_only=True)
class Policy:
    """Constraints. An empty ``allowed_models`` allows every model."""

    allowed_models: frozenset[Model] = frozenset()
    unpriced: Unpriced = "last"
    probe_first: bool = True
    when_unhealthy: WhenUnhealthy = "fail"


DEFAULT_POLICY: Final = Policy()
"""Every model is allowed, and an unpriced one ranks last."""


def parse(raw: object) -> Outcome[Policy, InvalidField]:
    """Read a policy from JSON or TOML data.

    :return: the policy, or ``InvalidField`` with code ``invalid_policy``. A key that is no part of
        a policy is refused by name: a misspelt constraint must not pass for none.

    >>> parse({"allowed_models": ["openai:gpt-4o"], "unpriced": "exclude"}).unwrap().unpriced
    'exclude'
    >>> parse({"alowed_models": []}).failure().message
    'unknown key; a policy has allowed_models, unpriced, probe_first, when_unhealthy'
    """
    if not is_object(raw):
        return Failure(invalid("policy", "", f"expected an object, got {excerpt(raw)}"))
    for key in raw:
        if not is_text(key) or key not in _KEYS:
            message = f"unknown key; a policy has {', '.join(_KEYS)}"
            return Failure(invalid("policy", field_name(key), message))
    allowed = _allowed(raw.get("allowed_models"))
    if isinstance(allowed, InvalidField):
        return Failure(allowed)
    unpriced = raw.get("unpriced", "last")
    if not _is_unpriced(unpriced):
        return Failure(_no_word("unpriced", UNPRICED, unpriced))
    probe_first, unhealthy = raw.get("probe_first", True), raw.get("when_unhealthy", "fail")
    if type(probe_first) is not bool:
        message = f"expected true or false, got {excerpt(probe_first)}"
        return Failure(invalid("policy", "probe_first", message))
    if not is_when_unhealthy(unhealthy):
        return Failure(_no_word("when_unhealthy", WHEN_UNHEALTHY, unhealthy))
    return Success(
        Policy(
            allowed_models=allowed,
            unpriced=unpriced,
            probe_first=probe_first,
            when_unhealthy=unhealthy,
        )
    )


def to_json(policy: Policy) -> dict[str, Json]:
    """Write ``policy`` in the form that ``parse`` reads, all of it; models stand sorted.

    >>> to_json(DEFAULT_POLICY)
    {'allowed_models': [], 'unpriced': 'last', 'probe_first': True, 'when_unhealthy': 'fail'}
    """
    return {
        "allowed_models": [*sorted(policy.allowed_models)],
        "unpriced": policy.unpriced,
        "probe_first": policy.probe_first,
        "when_unhealthy": policy.when_unhealthy,
    }


def _allowed(value: object) -> frozenset[Model] | InvalidField:
    given = items(value, "policy", "allowed_models")
    if isinstance(given, InvalidField):
        return given
    models: set[Model] = set()
    for at, item in enumerate(given):
        model = text(item, "policy", f"allowed_models[{at}]", ID_MAX_CHARS)
        if isinstance(model, InvalidField):
            return model
        models.add(Model(model))
    return frozenset(models)


def _no_word(field: str, words: tuple[str, ...], got: object) -> InvalidField:
    return invalid("policy", field, f"expected one of {', '.join(words)}, got {excerpt(got)}")


def _is_unpriced(value: object) -> TypeGuard[Unpriced]:
    return is_text(value) and value in UNPRICED


def is_when_unhealthy(value: object) -> TypeGuard[WhenUnhealthy]:
    """Tell whether ``value`` is a word of ``when_unhealthy``.

    >>> is_when_unhealthy("wait"), is_when_unhealthy("later")
    (True, False)
    """
    return is_text(value) and value in WHEN_UNHEALTHY
