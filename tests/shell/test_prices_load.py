"""The price table on disk."""

import gzip
import hashlib
import json
import threading
import zlib
from pathlib import Path

import pytest

from mimir.core.outcome import Success
from mimir.core.pricing.pack import pack
from mimir.core.pricing.providers import ProviderAliases
from mimir.core.pricing.quote import look_up
from mimir.core.pricing.rates import Rates
from mimir.core.pricing.table import EMPTY, PriceTable, Row
from mimir.core.vocabulary import Model
from mimir.shell import price_aliases, prices
from mimir.shell.price_aliases import ALIASES_FILE
from mimir.shell.prices import PROVENANCE_FILE, TABLE_FILE

DATA = Path(prices.DATA)
TABLE = PriceTable(
    EMPTY.source,
    {"m": Row("p", prices={"input_cost_per_token": 1})},
    ProviderAliases({"vertex": ("vertex_ai*",)}),
)
GOOD = gzip.compress(json.dumps(pack(TABLE)).encode())


def folder(tmp_path: Path, content: bytes = GOOD) -> Path:
    """A folder like the vendored one, with ``content`` as its table."""
    (tmp_path / TABLE_FILE).write_bytes(content)
    page = f"- crc32 of `prices.json.gz`: `{zlib.crc32(content):08x}`\n"
    (tmp_path / PROVENANCE_FILE).write_text(page)
    return tmp_path


def reason(path: Path) -> str:
    """Why the folder cannot be loaded: the code, and the reason where there is one."""
    error = prices.load_folder(path).failure()
    return str(getattr(error, "reason", error.code))


def test_the_vendored_table_loads_and_is_large() -> None:
    table = prices.load().unwrap()
    assert len(table.rows) > 4_000
    assert sum(len(row.prices) for row in table.rows.values()) > 15_000
    assert table.source.version == "1.110.2"


def test_the_vendored_table_is_loaded_once_whatever_the_thread() -> None:
    seen: list[object] = []
    threads = [threading.Thread(target=lambda: seen.append(prices.load().unwrap())) for _ in "1234"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert all(table is seen[0] for table in seen)


def test_the_vendored_file_is_the_one_that_its_provenance_states() -> None:
    digest = hashlib.sha256((DATA / TABLE_FILE).read_bytes()).hexdigest()
    assert f"`{digest}`" in (DATA / PROVENANCE_FILE).read_text()


def test_the_vendored_file_is_small() -> None:
    assert (DATA / TABLE_FILE).stat().st_size < 150_000


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ("openai:gpt-4o", "gpt-4o"),
        ("azure:gpt-4o", "azure/gpt-4o"),
        ("google:gemini-2.5-pro", "gemini/gemini-2.5-pro"),
        ("gcp.vertex_ai:gemini-2.5-pro", "gemini-2.5-pro"),
        ("vertex:gemini-2.5-pro", "gemini-2.5-pro"),
        ("anthropic:claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20250929"),
        ("bedrock:anthropic.claude-opus-4-6-v1", "anthropic.claude-opus-4-6-v1"),
    ],
)
def test_well_known_models_are_found_under_their_rows(model: str, key: str) -> None:
    assert look_up(model, prices.prices().unwrap()).unwrap().key == key


@pytest.mark.parametrize("model", ["ollama:gpt-4o", "openai:gemini-2.5-pro", "azure:m"])
def test_another_provider_s_model_is_not_priced(model: str) -> None:
    assert look_up(model, prices.prices().unwrap()).failure().code == "unknown_model"


def test_a_model_of_several_providers_is_ambiguous_without_one() -> None:
    assert look_up("gpt-4o", prices.prices().unwrap()).failure().code == "ambiguous_model"


def test_what_was_found_is_remembered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prices, "REMEMBERED_MAX", 1)
    found = prices.prices().unwrap()
    assert found.find("openai:gpt-4o") is found.find("openai:gpt-4o")
    assert found.find("openai:gpt-5") == found.find("openai:gpt-5")
    assert found.find("openai:gpt-5") is not found.find("openai:gpt-5")


def test_every_declared_alias_means_a_provider_of_the_table() -> None:
    world = prices.prices().unwrap()
    stated = {row.provider for row in world.table.rows.values()}
    prefixes = {key.partition("/")[0] for key in world.table.rows if "/" in key}
    for names in world.aliases.names.values():
        for name in names:
            starts = tuple(known for known in stated if known.startswith(name.rstrip("*")))
            assert name in prefixes or name in stated or (name.endswith("*") and starts)


def test_own_rows_stand_before_the_vendored_table() -> None:
    own = {Model("openai:gpt-4o"): Rates(input=1, output=2)}
    assert look_up("openai:gpt-4o", prices.prices(own).unwrap()).unwrap().source == "config"


def test_a_good_folder_is_loaded(tmp_path: Path) -> None:
    assert prices.load_folder(folder(tmp_path)).unwrap() == TABLE


def test_the_vendored_table_has_the_names_of_providers_that_are_declared() -> None:
    assert prices.load().unwrap().aliases == price_aliases.load().unwrap()


@pytest.mark.parametrize("lost", [TABLE_FILE, PROVENANCE_FILE])
def test_a_missing_file_is_an_error(tmp_path: Path, lost: str) -> None:
    (folder(tmp_path) / lost).unlink()
    assert reason(tmp_path) == "missing"


@pytest.mark.parametrize("blocked", [TABLE_FILE, PROVENANCE_FILE])
def test_a_folder_in_place_of_a_file_is_an_error(tmp_path: Path, blocked: str) -> None:
    (folder(tmp_path) / blocked).unlink()
    (tmp_path / blocked).mkdir()
    assert reason(tmp_path) == "unreadable"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "damaged"),
        (b"{}", "damaged"),
        (GOOD[:-9], "damaged"),
        (GOOD[:12], "damaged"),
        (GOOD[:-6] + b"abcdef", "damaged"),
        (gzip.compress(b""), "not_json"),
        (gzip.compress(b"\xff"), "not_json"),
        (gzip.compress(b"[" * 100_000), "not_json"),
        (gzip.compress(b"{}"), "invalid_price_table"),
        (gzip.compress(json.dumps(pack(EMPTY)).encode()), "invalid_price_table"),
    ],
)
def test_a_broken_or_empty_table_is_an_error(tmp_path: Path, content: bytes, why: str) -> None:
    assert reason(folder(tmp_path, content)) == why


def test_another_file_than_the_stated_one_is_an_error(tmp_path: Path) -> None:
    other = gzip.compress(json.dumps(pack(TABLE)).encode(), 1)
    (folder(tmp_path) / TABLE_FILE).write_bytes(other + b"")
    (tmp_path / PROVENANCE_FILE).write_text(f"- crc32 of `prices.json.gz`: `{'0' * 8}`\n")
    assert reason(tmp_path) == "wrong_checksum"


def test_a_provenance_without_a_checksum_is_an_error(tmp_path: Path) -> None:
    (folder(tmp_path) / PROVENANCE_FILE).write_text("nothing\n")
    assert reason(tmp_path) == "wrong_checksum"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[", "damaged"),
        ("", "invalid_price_table"),
        ("providers = 7", "invalid_price_table"),
        ("[providers]\na = 7", "invalid_price_table"),
    ],
)
def test_broken_provider_names_are_an_error(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / ALIASES_FILE.name
    path.write_text(text)
    error = price_aliases.load(path).failure()
    assert str(getattr(error, "reason", error.code)) == why


def test_provider_names_that_are_missing_are_an_error(tmp_path: Path) -> None:
    error = price_aliases.load(tmp_path / ALIASES_FILE.name).failure()
    assert error.message == "provider list is missing: providers.toml"


def test_what_decompresses_past_the_bound_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prices, "PLAIN_MAX_BYTES", 1_000)
    assert reason(folder(tmp_path, gzip.compress(b" " * 1_000_000))) == "too_large"


def test_a_file_past_the_bound_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prices, "FILE_MAX_BYTES", len(GOOD) - 1)
    assert reason(folder(tmp_path)) == "too_large"


def test_a_failed_load_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once = prices._Once()
    monkeypatch.setattr(prices, "DATA", tmp_path)
    monkeypatch.setattr(prices, "_ONCE", once)
    assert prices.load().failure().code == "price_table_unusable"
    assert prices.prices().failure().code == "price_table_unusable"
    folder(tmp_path)
    assert isinstance(prices.load(), Success)
