"""How the compact form of a price table is read and written."""

import json

import pytest

from mimir.core.limits import CATALOG_MAX_ROWS
from mimir.core.pricing import table
from mimir.core.pricing.pack import pack
from mimir.core.pricing.packed import pack_positions, pack_values
from mimir.core.pricing.pools import POOLS
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.table import PriceTable, PriceTableUnusable, Row, Source

SOURCE = Source("list", "1.2", "2026-01-02", "MIT", "sha256:00")
FULL = Row(
    "openai",
    "chat",
    1000,
    200,
    300,
    "2030-01-01",
    frozenset({"supports_vision", "supports_tools"}),
    {"input_cost_per_token": 2_500_000_000, "output_cost_per_pixel": "12.5"},
    {"search_free_requests.period": "day"},
)
ALIASES = ProviderAliases({"vertex": ("vertex_ai*",)})
TABLE = PriceTable(SOURCE, {"gpt": FULL, "bare": Row("p"), "twin": FULL}, ALIASES)


def packed() -> dict[str, object]:
    """The table as freshly decoded JSON, to be spoiled."""
    data: object = json.loads(json.dumps(pack(TABLE)))
    assert isinstance(data, dict)
    return data


def child(node: object, step: str) -> object:
    """What stands in a node under a key, or at a position."""
    if isinstance(node, dict):
        return node[step]
    assert isinstance(node, list)
    return node[int(step)]


def spoil(path: str, value: object) -> dict[str, object]:
    """The table with one value in place of another."""
    data = packed()
    *way, last = path.split("/")
    node: object = data
    for step in way:
        node = child(node, step)
    if isinstance(node, dict):
        node[last] = value
    else:
        assert isinstance(node, list)
        node[int(last)] = value
    return data


def test_a_table_reads_back_as_it_was_packed() -> None:
    read = table.parse(packed()).unwrap()
    assert read == TABLE
    assert list(read.rows) == list(TABLE.rows)


def test_what_rows_share_is_written_once() -> None:
    pools = packed()["pools"]
    assert isinstance(pools, dict)
    assert [len(pools[name]) for name in POOLS] == [2, 2, 2, 4, 4, 2, 2, 12, 24, 1, 2]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("format", 1, "format"),
        ("format", True, "format"),
        ("format", "2", "format"),
        ("source", [], "source"),
        ("source/version", "", "source.version"),
        ("source/digest", None, "source.digest"),
        ("pools", [], "pools"),
        ("pools/providers", {}, "pools.providers"),
        ("pools/providers", ["x"] * (CATALOG_MAX_ROWS + 1), "pools.providers"),
        ("pools/providers/0", 7, "pools.providers[0]"),
        ("pools/modes/0", "", "pools.modes[0]"),
        ("pools/dates/0", "tomorrow", "pools.dates[0]"),
        ("pools/dates/0", 7, "pools.dates[0]"),
        ("pools/counts/0", "9", "pools.counts[0]"),
        ("pools/counts/0", -9, "pools.counts[0]"),
        ("pools/counts/0", True, "pools.counts[0]"),
        ("pools/names/1", None, "pools.names[1]"),
        ("pools/supports/0", "x", "pools.supports[0]"),
        ("pools/supports/0", [99], "pools.supports[0]"),
        ("pools/supports/0", [True], "pools.supports[0]"),
        ("pools/supports/0", [0, 0], "pools.supports[0]"),
        ("pools/supports/0", [0] * 1001, "pools.supports[0]"),
        ("pools/shapes/0", [-1], "pools.shapes[0]"),
        ("pools/shapes/0", [0, 0], "pools.shapes[0]"),
        ("pools/prices", None, "pools.prices"),
        ("pools/prices", [0, 1], "pools.prices"),
        ("pools/prices", "AAA", "pools.prices"),
        ("pools/prices", "\u00e9" * 8, "pools.prices"),
        ("pools/prices", pack_values([0])[:-4], "pools.prices"),
        ("pools/prices", pack_positions([0, 7]), "pools.prices[1]"),
        ("pools/prices", pack_positions([1, 1]), "pools.values"),
        ("pools/values", {}, "pools.values"),
        ("pools/values", pack_values([1]), "pools.values"),
        ("pools/values", pack_values([1] * 3), "pools.values"),
        ("pools/values", pack_values([1, -2]), "pools.values[1]"),
        ("pools/texts", None, "pools.texts"),
        ("pools/texts/0", "12", "pools.texts[0]"),
        ("pools/texts/0", 12.5, "pools.texts[0]"),
        ("pools/texts/0", "-0.5", "pools.texts[0]"),
        ("aliases", None, "providers"),
        ("aliases/vertex", "vertex_ai", "providers.vertex"),
        ("pools/terms/0", [], "pools.terms[0]"),
        ("pools/terms/0", {"": "x"}, "pools.terms[0]"),
        ("pools/terms/0", {"a": 7}, "pools.terms[0]"),
        ("pools/terms/0", {"a": "x" * 513}, "pools.terms[0]"),
        ("keys", {}, "keys"),
        ("keys", [], "keys"),
        ("keys", ["x"] * (CATALOG_MAX_ROWS + 1), "keys"),
        ("keys/1", 7, "keys[1]"),
        ("keys/1", "", "keys[1]"),
        ("keys/1", "x" * 513, "keys[1]"),
        ("keys/1", "\ud800", "keys[1]"),
        ("keys/1", "gpt", "keys"),
        ("columns", [], "columns"),
        ("columns/provider", None, "columns.provider"),
        ("columns/provider", [0, 1, 0], "columns.provider"),
        ("columns/provider", pack_positions([0, 1]), "columns.provider"),
        ("columns/provider", pack_positions([0, 1, 0, 0]), "columns.provider"),
        ("columns/provider", pack_positions([0, 1, 0])[:-1], "columns.provider"),
        ("columns/provider", "\u00e9" * 16, "columns.provider"),
        ("columns/provider", "*" * 16, "columns.provider"),
        ("columns/mode", pack_positions([0, 2, 0]), "rows.bare.mode"),
        ("columns/max_tokens", pack_positions([0, 9, 0]), "rows.bare.max_tokens"),
        ("columns/terms", pack_positions([0, 1, 2**32 - 1]), "rows.twin.terms"),
    ],
)
def test_a_malformed_table_is_refused_by_its_place(path: str, value: object, field: str) -> None:
    error = table.parse(spoil(path, value)).failure()
    assert (error.code, error.field) == ("invalid_price_table", field)


@pytest.mark.parametrize("raw", [None, [], "x", 1])
def test_a_table_that_is_no_object_is_refused(raw: object) -> None:
    assert table.parse(raw).failure().field == ""


def test_an_unusable_file_says_why() -> None:
    error = PriceTableUnusable("wrong_checksum", "prices.json.gz")
    assert error.code == "price_table_unusable"
    assert error.message == "price table is wrong checksum: prices.json.gz"
