"""Rebuilding the price table."""

import gzip
import hashlib
import io
import json
import os
import stat
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from mimir.shell import price_sources, prices
from mimir.shell.price_refresh import Refreshed, refresh
from mimir.shell.price_sources import LIST_FILE
from mimir.shell.prices import PROVENANCE_FILE, TABLE_FILE

DAY = "2026-01-02"


def rows(**cost: float) -> bytes:
    """A price list whose row ``NAME`` costs ``cost`` a token of input, and 1e-5 of output."""
    made = {
        name: {
            "litellm_provider": "p",
            "input_cost_per_token": dollars,
            "output_cost_per_token": 1e-5,
        }
        for name, dollars in cost.items()
    }
    return json.dumps(made).encode()


LIST = rows(a=1e-6, b=2e-6)


def wheel(**members: bytes) -> bytes:
    """A zip archive; ``list`` stands at the list's place, ``metadata`` at the metadata's."""
    names = {"list": LIST_FILE, "metadata": "litellm-9.9.dist-info/METADATA"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(names.get(name, name), content)
    return buffer.getvalue()


METADATA = b"Metadata-Version: 2.4\nName: litellm\nVersion: 9.9\nLicense-Expression: MIT\n\ntext\n"


def made(tmp_path: Path, content: bytes, name: str = "list.json") -> Refreshed:
    """Refresh ``tmp_path/out`` from a file with ``content``."""
    (tmp_path / name).write_bytes(content)
    return refresh(str(tmp_path / name), tmp_path / "out", today=DAY).unwrap()


def reason(tmp_path: Path, content: bytes) -> str:
    """Why a file with ``content`` gives no table; and nothing was written."""
    (tmp_path / "list.json").write_bytes(content)
    error = refresh(str(tmp_path / "list.json"), tmp_path / "out").failure()
    assert not (tmp_path / "out").exists()
    return str(getattr(error, "reason", error.code))


def test_what_is_written_loads_and_says_where_it_comes_from(tmp_path: Path) -> None:
    result = made(tmp_path, LIST)
    table = prices.load_folder(tmp_path / "out").unwrap()
    assert table == result.compacted.table
    assert (table.source.name, table.source.date) == ("list.json", DAY)
    assert table.source.digest == f"sha256:{hashlib.sha256(LIST).hexdigest()}"
    assert result.bytes_written == (tmp_path / "out" / TABLE_FILE).stat().st_size


def test_the_provenance_page_states_both_digests_and_the_rows(tmp_path: Path) -> None:
    made(tmp_path, rows(**{f"m{n}": 4.0000000000000003e-07 for n in range(201)}))
    page = (tmp_path / "out" / PROVENANCE_FILE).read_text()
    content = (tmp_path / "out" / TABLE_FILE).read_bytes()
    assert f"`{hashlib.sha256(content).hexdigest()}`" in page
    assert f"`{hashlib.sha256((tmp_path / 'list.json').read_bytes()).hexdigest()}`" in page
    assert "rows: 201 in the list, 201 here" in page
    assert "| repaired | 201 | yes |" in page
    assert page.endswith("- and 1 more\n")
    assert str(tmp_path) not in page


def test_equal_lists_give_equal_bytes(tmp_path: Path) -> None:
    made(tmp_path, LIST)
    first = [path.read_bytes() for path in sorted((tmp_path / "out").iterdir())]
    made(tmp_path, LIST)
    assert [path.read_bytes() for path in sorted((tmp_path / "out").iterdir())] == first
    assert gzip.decompress(first[1])
    assert first[1][4:8] == bytes(4)


def test_a_first_table_has_nothing_to_compare_with(tmp_path: Path) -> None:
    before = made(tmp_path, LIST).before
    assert before is not None
    assert before.code == "price_table_unusable"


def test_a_second_table_tells_what_changed(tmp_path: Path) -> None:
    made(tmp_path, rows(a=1e-6, b=2e-6, c=3e-6, d=4e-6))
    result = made(tmp_path, rows(a=2e-6, b=1e-6, c=3e-6, e=5e-6))
    assert result.before is None
    assert (result.changes.added, result.changes.removed) == (("e",), ("d",))
    assert [item.key for item in result.changes.dearer] == ["a"]
    assert [item.key for item in result.changes.cheaper] == ["b"]


def test_written_files_can_be_read_by_everyone(tmp_path: Path) -> None:
    made(tmp_path, LIST)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").iterdir()}
    assert modes == {0o644}


@pytest.mark.parametrize("content", [LIST, gzip.compress(LIST), wheel(list=LIST)])
def test_json_gzip_and_wheels_are_told_by_their_bytes(tmp_path: Path, content: bytes) -> None:
    assert list(made(tmp_path, content, "any.bin").compacted.table.rows) == ["a", "b"]


def test_a_wheel_s_metadata_gives_version_and_licence(tmp_path: Path) -> None:
    source = made(tmp_path, wheel(list=LIST, metadata=METADATA)).compacted.table.source
    assert (source.version, source.licence) == ("9.9", "MIT")


def test_a_plain_list_has_no_stated_version(tmp_path: Path) -> None:
    source = made(tmp_path, LIST).compacted.table.source
    assert (source.version, source.licence) == ("unstated", "unstated")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "invalid_price_table"),
        (b"[]", "invalid_price_table"),
        (b'{"a": 7}', "invalid_price_table"),
        (b"\xff\xfe", "not_text"),
        (gzip.compress(LIST)[:-3], "damaged"),
        (gzip.compress(b"\xff"), "not_text"),
        (wheel(other=LIST), "no_list"),
        (wheel(list=LIST)[:-30], "damaged"),
        (wheel(list=LIST, metadata=b"Version: " + b"9" * 600), "invalid_price_table"),
    ],
)
def test_a_source_that_is_no_list_writes_nothing(tmp_path: Path, content: bytes, why: str) -> None:
    assert reason(tmp_path, content) == why


def test_archives_past_the_bound_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_sources, "LIST_MAX_BYTES", 10)
    assert reason(tmp_path, gzip.compress(LIST)) == "too_large"
    assert reason(tmp_path, wheel(list=LIST)) == "no_list"


def test_a_file_past_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(price_sources, "SOURCE_MAX_BYTES", 10)
    assert reason(tmp_path, LIST) == "too_large"


def test_a_file_that_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    missing = refresh(str(tmp_path / "none.json"), tmp_path / "out").failure()
    directory = refresh(str(tmp_path), tmp_path / "out").failure()
    assert missing.message == "price list source: missing: none.json"
    assert directory.message.startswith("price list source: unreadable:")
    assert not (tmp_path / "out").exists()


def test_an_error_leaves_the_table_that_stands(tmp_path: Path) -> None:
    made(tmp_path, LIST)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    (tmp_path / "bad.json").write_bytes(b'{"a": ')
    assert refresh(str(tmp_path / "bad.json"), tmp_path / "out").failure().code
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_bytes(LIST)
    error = refresh(str(tmp_path / "list.json"), tmp_path / "list.json" / "out").failure()
    assert error.code == "price_table_not_written"
    assert error.message.startswith("price table was not written: ")


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    target = os if step == "fsync" else Path
    monkeypatch.setattr(target, step, full)
    (tmp_path / "list.json").write_bytes(LIST)
    error = refresh(str(tmp_path / "list.json"), tmp_path / "out").failure()
    assert error.message == "price table was not written: No space left on device"
    assert list((tmp_path / "out").iterdir()) == []


def served(status: int, content: bytes) -> httpx.Client:
    """A client whose every request is answered so."""
    return httpx.Client(
        transport=httpx.MockTransport(lambda request: httpx.Response(status, content=content))
    )


def test_a_list_is_fetched_from_a_url_without_recording_the_query(tmp_path: Path) -> None:
    url = "https://user:word@prices.invalid/main/list.json?token=hidden"
    with served(200, LIST) as client:
        result = refresh(url, tmp_path / "out", client=client).unwrap()
    assert result.compacted.table.source.name == "list.json"
    page = (tmp_path / "out" / PROVENANCE_FILE).read_text()
    assert "hidden" not in page
    assert "word" not in page


def test_a_url_without_a_file_name_is_called_by_its_host(tmp_path: Path) -> None:
    with served(200, LIST) as client:
        result = refresh("http://user@prices.invalid", tmp_path / "out", client=client).unwrap()
    assert result.compacted.table.source.name == "prices.invalid"


def test_a_status_other_than_200_is_an_error(tmp_path: Path) -> None:
    with served(404, b"none") as client:
        error = refresh("https://prices.invalid/x", tmp_path / "out", client=client).failure()
    assert error.message == "price list source: status: 404"


def test_a_response_past_the_bound_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_sources, "SOURCE_MAX_BYTES", 10)
    with served(200, LIST) as client:
        error = refresh("https://prices.invalid/x", tmp_path / "out", client=client).failure()
    assert error.message == "price list source: too large: response body"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/list.json", "https://[", "http://a\x00b/"])
def test_a_url_that_cannot_be_reached_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    error = refresh(url, tmp_path / "out").failure()
    assert error.message.startswith("price list source: network: ")


def install(site: Path, *, metadata: bool = True) -> None:
    """Put a package named litellm into ``site`` that must not be imported."""
    package = site / "litellm"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')\n")
    (site / LIST_FILE).write_bytes(LIST)
    if metadata:
        (site / "litellm-9.9.dist-info").mkdir()
        (site / "litellm-9.9.dist-info" / "METADATA").write_bytes(METADATA)


def test_the_installed_list_is_read_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    source = refresh("installed", tmp_path / "out").unwrap().compacted.table.source
    assert (source.name, source.version, source.licence) == ("installed litellm", "9.9", "MIT")
    assert "litellm" not in sys.modules


def test_an_installed_list_without_metadata_has_no_stated_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, metadata=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    source = refresh("installed", tmp_path / "out").unwrap().compacted.table.source
    assert source.version == "unstated"


def test_an_installed_package_without_the_list_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path)
    (tmp_path / LIST_FILE).unlink()
    monkeypatch.syspath_prepend(tmp_path)
    error = refresh("installed", tmp_path / "out").failure()
    assert error.message.startswith("price list source: missing: model_prices")


def test_a_package_that_is_not_installed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    error = refresh("installed", tmp_path / "out").failure()
    assert error.message == "price list source: missing: litellm is not installed"
