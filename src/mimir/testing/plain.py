"""Plain JSON data, and everything that is not.

Rules:
1. ``json_values`` lies within every limit of a parser: integers of 64 bits, finite floats, text
   that UTF-8 can carry.
2. ``anything`` adds what lies past them, and values that run code of their own when touched.
"""

from math import inf, nan

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mimir.core.fields import Json, is_object, is_text
from mimir.core.limits import DEPTH_MAX, INTEGER_MAX
from mimir.testing.foreign import colliding_keys, foreign_values

_TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
_SCALARS: SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-INTEGER_MAX, INTEGER_MAX),
    st.floats(allow_nan=False, allow_infinity=False),
    _TEXTS,
)
_FIELDS = (
    "id",
    "model",
    "lane",
    "task_class",
    "in",
    "digest",
    "allowed_models",
    "input",
    "input_tokens",
)


def json_values(*, max_leaves: int = 20) -> SearchStrategy[Json]:
    """Make plain JSON data of at most ``max_leaves`` scalars.

    >>> from hypothesis import find
    >>> find(json_values(), lambda value: type(value) is list and len(value) == 2)
    [None, None]
    """

    def extend(inner: SearchStrategy[Json]) -> SearchStrategy[Json]:
        lists: SearchStrategy[Json] = st.lists(inner, max_size=6).map(list)
        objects: SearchStrategy[Json] = st.dictionaries(_TEXTS, inner, max_size=6).map(dict)
        return lists | objects

    return st.recursive(_SCALARS, extend, max_leaves=max_leaves)


def json_objects(*, max_leaves: int = 20) -> SearchStrategy[dict[str, Json]]:
    """Make a JSON object of plain data.

    >>> from hypothesis import find
    >>> find(json_objects(), lambda value: True)
    {}
    """
    return st.dictionaries(_TEXTS, json_values(max_leaves=max_leaves), max_size=6)


def anything() -> SearchStrategy[object]:
    """Make any Python value at all: plain, past every limit, of a foreign type, deep, or cyclic.

    >>> from hypothesis import find
    >>> type(find(anything(), lambda value: type(value) is bytes))
    <class 'bytes'>
    """
    plain = json_values().map(_as_object)
    return st.one_of(plain, _past_limits(), _foreign(), st.builds(_too_deep), st.builds(_cyclic))


def spoiled(documents: SearchStrategy[dict[str, object]]) -> SearchStrategy[dict[str, object]]:
    """Take a document and put ``anything`` in the place of one of its values, at any level.

    >>> from hypothesis import find, strategies as st
    >>> find(spoiled(st.just({"a": 1})), lambda document: document["a"] is True)
    {'a': True}
    """

    @st.composite
    def made(draw: st.DrawFn) -> dict[str, object]:
        document = draw(documents)
        value = draw(anything())
        places = _places(document)
        return _replaced(document, draw(st.sampled_from(places)), value) if places else {"a": value}

    return made()


def _as_object(value: Json) -> object:
    return value


def _past_limits() -> SearchStrategy[object]:
    numbers = st.sampled_from([nan, inf, -inf, 2**63, -(2**63), 10**5_000, -0.0, 1e308])
    texts = st.sampled_from(["\ud800", "a\udfffb", "x" * 100_000, "\x00", "\u202e", "sk-"])
    lists = st.sampled_from([100_001, 1_001]).map(lambda size: [0] * size)
    return st.one_of(numbers, texts, lists, st.text(), st.binary(), st.floats(), st.integers())


def _foreign() -> SearchStrategy[object]:
    alone = st.integers(0, len(foreign_values()) - 1).map(lambda at: foreign_values()[at])
    keys = st.lists(st.sampled_from(_FIELDS), max_size=3, unique=True).map(tuple)
    return st.one_of(
        alone,
        alone.map(lambda value: [value]),
        alone.map(lambda value: {"a": value}),
        keys.map(colliding_keys),
        st.dictionaries(st.integers() | st.none() | st.binary(max_size=3), st.none(), max_size=3),
    )


def _too_deep() -> object:
    value: object = None
    for level in range(100 * DEPTH_MAX):
        value = [value] if level % 2 else {"a": value}
    return value


def _cyclic() -> object:
    value: dict[str, object] = {}
    value["a"] = [value]
    return value


def _places(document: dict[str, object]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for key, value in document.items():
        found.append((key,))
        inner = _texts_only(value)
        found.extend((key, *rest) for rest in _places(inner))
    return found


def _replaced(
    document: dict[str, object], place: tuple[str, ...], value: object
) -> dict[str, object]:
    key, *rest = place
    inner = _replaced(_texts_only(document[key]), tuple(rest), value) if rest else value
    return {**document, key: inner}


def _texts_only(value: object) -> dict[str, object]:
    """Read an object of text keys; anything else has no place of its own."""
    if not is_object(value):
        return {}
    return {key: inner for key, inner in value.items() if is_text(key)}
