"""The keys of an object in a form that is ours to write: all of them, and no other.

Rules:
1. An unknown key is refused before an absent one; the first of its kind is named.
2. What people write by hand may leave keys out: its parsers say which, and do not ask here.
"""

from collections.abc import Sequence

from mimir.core.fields import InvalidField, Subject, field_name, invalid, is_text


def known_keys(
    raw: dict[object, object], subject: Subject, known: Sequence[str], path: str = ""
) -> InvalidField | None:
    """Refuse the first key that is none of ``known``, by its name; ``path`` goes before it."""
    for key in raw:
        if not is_text(key) or key not in known:
            message = f"unknown key; expected {', '.join(known)}"
            return invalid(subject, f"{path}{field_name(key)}", message)
    return None


def exact_keys(
    raw: dict[object, object], subject: Subject, keys: Sequence[str], path: str = ""
) -> InvalidField | None:
    """Refuse the first key that is none of ``keys``, and then the first of ``keys`` that is absent.

    >>> exact_keys({"a": 1}, "record", ["a", "b"], "c.").field
    'c.b'
    """
    unknown = known_keys(raw, subject, keys, path)
    if unknown is not None:
        return unknown
    absent = next((key for key in keys if key not in raw), None)
    return None if absent is None else invalid(subject, f"{path}{absent}", "is required")
