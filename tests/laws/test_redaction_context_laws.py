"""What holds of scrubbing for every text that is made of secrets, names, quotes and signs."""

import json
import random
import string

from hypothesis import given
from hypothesis import strategies as st

from mimir.core.redaction.rules import DEFAULT_RULES
from mimir.core.redaction.text import REDACTED, scrub
from mimir.testing.key_forms import FORMS, fill

MARKS = sorted({mark.literal for those in DEFAULT_RULES.passes[0].marks.values() for mark in those})
NAMES = [
    "password",
    "api_key",
    "DB_PASSWORD",
    "token",
    "Authorization",
    "Cookie",
    "x-api-key",
    "auth",
]
SIGNS = [
    *(
        ":",
        "=",
        ": ",
        " = ",
        '": "',
        '\\": \\"',
        "='",
        "'",
        '"',
        '\\"',
        "\\",
        "\n",
        "\\n",
        " ",
        ",",
    ),
    *(";", "&", "?", "<", ">", "</", "%3D", "%26", "@", "(", ")", "[", "]", "{", "}", "${", "--"),
    *(
        "-u ",
        " is ",
        "value",
        "Bearer ",
        "Basic ",
        REDACTED,
        "hunter2",
        "letmein",
        "://bob:",
        "the",
    ),
    *("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "..."),
]


def keys() -> st.SearchStrategy[str]:
    return st.builds(
        lambda form, seed: fill(form[1], random.Random(seed)), st.sampled_from(FORMS), st.integers()
    )


def mixtures() -> st.SearchStrategy[str]:
    piece = st.one_of(
        st.sampled_from(NAMES),
        st.sampled_from(SIGNS),
        st.sampled_from(MARKS),
        keys(),
        st.text(string.ascii_letters + string.digits + "+/=_-.", max_size=40),
        st.text(max_size=4),
    )
    return st.lists(piece, max_size=10).map("".join)


def documents() -> st.SearchStrategy[object]:
    leaves = st.none() | st.booleans() | st.integers() | mixtures()
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(NAMES) | mixtures(), inner, max_size=4)
            | inner.map(json.dumps)
        ),
        max_leaves=10,
    )


@given(mixtures())
def test_scrubbing_twice_is_scrubbing_once(text: str) -> None:
    once = scrub(text)
    assert scrub(once) == once


@given(documents(), st.booleans(), st.sampled_from([None, 1]), st.sampled_from([(",", ":"), None]))
def test_json_stays_json_of_the_same_shape(
    value: object, ascii_only: bool, indent: int | None, separators: tuple[str, str] | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, separators=separators)
    scrubbed = json.loads(scrub(text), object_pairs_hook=list)
    assert _pairs(scrubbed) == _pairs(json.loads(text, object_pairs_hook=list))


def _pairs(value: object) -> object:
    """Return the form of a value, so that objects whose keys become alike lose none."""
    if isinstance(value, list | tuple):
        return [_pairs(item) for item in value]
    return type(value)
