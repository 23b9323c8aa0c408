"""The rules that a scrubber follows: passes over the text, each looking for some marks at once.

Rules:
1. The default rules are one pass for every shape, name and context, and scrub the keys of objects
   too.
2. The reference's rules are a pass a shape, one after another, and leave keys alone.
3. Rules are values: an embedder may make its own of them, and nothing is compiled later.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from mimir.core.redaction.connections import CONNECTIONS
from mimir.core.redaction.contexts import CONTEXTS
from mimir.core.redaction.finder import Mark, Pass, mark_of, one_pass
from mimir.core.redaction.key_names import Says
from mimir.core.redaction.pairs import AHEAD, Names
from mimir.core.redaction.platforms import PLATFORM_SHAPES
from mimir.core.redaction.providers import PROVIDER_SHAPES
from mimir.core.redaction.shapes import REFERENCE_SHAPES, Shape

SHAPES: Final = (*PROVIDER_SHAPES, *PLATFORM_SHAPES)
"""The families that the default rules know."""

STEMS: Final = (
    "key", "token", "secret", "pass", "pwd", "pswd", "auth", "cookie",
    "cred", "csrf", "xsrf", "jwt", "signature", "connstr", "bearer", "psk",
    "mnemonic",
)  # fmt: skip
"""What a name that hides its value has in it, in any of three spellings."""

SPELLED_STEMS: Final = (
    "onnectionString", "onnection_string", "ONNECTION_STRING", "SESSID", "_PAT", "_DSN",
    "?sig", "&sig", "sessionid", "SESSIONID", "connect.sid",
    "seed_phrase", "seedPhrase", "SEED_PHRASE", "recovery_phrase", "recoveryPhrase",
    "recovery_code", "recoveryCode", "RECOVERY_CODE", "backup_code", "backupCode",
)  # fmt: skip
"""What it has in it as it is spelled here."""


def marks_of(shapes: Iterable[Shape]) -> Iterator[Mark]:
    """Make the marks that keys of ``shapes`` are found by.

    >>> [mark.literal for mark in marks_of(REFERENCE_SHAPES)]
    ['vk-', 'sk-', 'AKIA', 'AIza']
    """
    for shape in shapes:
        for literal in shape.literals:
            yield mark_of(literal, shape.find, f"(?={shape.ahead})" if shape.ahead else "")


def name_marks(names: Names, stems: Iterable[str]) -> Iterator[Mark]:
    """Make the marks that names with secret values are found by, in three spellings each.

    >>> [mark.literal for mark in name_marks(Names(), ["key"])]
    ['key', 'Key', 'KEY']
    """
    for stem in stems:
        for literal in dict.fromkeys((stem, stem.capitalize(), stem.upper())):
            yield mark_of(literal, names.find, AHEAD)


@frozen
class Rules:
    """What is looked for, and whether the keys of objects are scrubbed too.

    ``names`` says which keys hide their values; without it none does. Make rules that know more
    with ``extended``.

    >>> Rules((one_pass(marks_of(REFERENCE_SHAPES)),)).keys
    True
    """

    passes: tuple[Pass, ...]
    keys: bool = True
    names: Names | None = None

    def says(self, name: str) -> Says:
        """Tell what the name of a key says about its value.

        >>> DEFAULT_RULES.says("api_key"), REFERENCE_RULES.says("api_key")
        ('secret', 'nothing')
        """
        return "nothing" if self.names is None else self.names.says(name)


_NAMES: Final = Names()
_NAMED: Final = (
    *name_marks(_NAMES, STEMS),
    *(mark_of(literal, _NAMES.find, AHEAD) for literal in SPELLED_STEMS),
)

DEFAULT_RULES: Final = Rules(
    (one_pass((*marks_of(SHAPES), *_NAMED, *CONTEXTS, *CONNECTIONS)),), names=_NAMES
)
"""Every family, name and context, with boundaries, so that ordinary words survive."""

REFERENCE_RULES: Final = Rules(
    tuple(one_pass(marks_of((shape,))) for shape in REFERENCE_SHAPES), keys=False
)
"""The reference's literal patterns, for its vectors only."""
