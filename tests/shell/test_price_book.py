"""An overlay file: what of TOML becomes what, and what happens to a file that is none."""

import hashlib
import os
from pathlib import Path

import pytest

from mimir.core.fields import InvalidField
from mimir.core.pricing.price import price
from mimir.core.pricing.table import PriceTableUnusable
from mimir.core.pricing.usage import Usage
from mimir.core.vocabulary import Model
from mimir.shell import price_book
from mimir.shell.prices import FILE_MAX_BYTES, prices

RATES = b"""
[[rates]]
model = "openai:gpt-4o"
valid_from = 2026-01-01
valid_until = 2026-07-01T02:00:00+02:00
note = "the contract of this year"
input_cost_per_token = 2e-06
output_cost_per_image = 1

[rates.search_context_cost_per_query]
search_context_size_low = 0.01

[[rates]]
model = "openai:gpt-4o"
valid_from = "2026-07-01"
input_cost_per_token = 0.0000019

[aliases]
"azure:mine" = "azure:gpt-4o"
"""


def test_a_file_gives_exact_prices_dates_and_its_digest(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_bytes(RATES)
    overlay = price_book.load(file).unwrap()
    first, second = overlay.periods[Model("openai:gpt-4o")]
    assert first.prices == {
        "input_cost_per_token": 2 * 10**9,
        "output_cost_per_image": 10**15,
        "search_context_cost_per_query.search_context_size_low": 10**13,
    }
    assert (first.since, first.until) == (
        "2026-01-01T00:00:00.000000Z",
        "2026-07-01T00:00:00.000000Z",
    )
    assert second.prices == {"input_cost_per_token": 19 * 10**8}
    assert overlay.aliases == {"azure:mine": "azure:gpt-4o"}
    source = overlay.source
    assert (source.name, source.version, source.date) == ("ours.toml", "overlay", "2026-07-01")
    assert source.digest == f"sha256:{hashlib.sha256(RATES).hexdigest()}"


def test_its_rates_stand_over_the_vendored_ones(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_bytes(RATES)
    found = prices(overlay=price_book.load(str(file)).unwrap()).unwrap()
    used = Usage(input_tokens=10**6, output_tokens=10**6)
    cost = price("openai:gpt-4o", used, found).unwrap()
    assert [line.amount for line in cost.lines] == [19 * 10**14, 10**16]
    assert [item.name for item in cost.sources][1] == "ours.toml"


def test_an_overlay_without_dates_has_no_date() -> None:
    overlay = price_book.read(b'[aliases]\n"a:b" = "c:d"', "a.toml").unwrap()
    assert overlay.source.date == "none"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"rates = [", "overlay is damaged: x.toml is no TOML: "),
        (b"\xff", "overlay is damaged: x.toml is not UTF-8"),
        (b"a = " + b"[" * 5_000, "overlay is damaged: x.toml is no TOML: "),
    ],
)
def test_a_file_that_is_no_toml_is_refused_by_name(content: bytes, message: str) -> None:
    error = price_book.read(content, "x.toml").failure()
    assert isinstance(error, PriceTableUnusable)
    assert error.message.startswith(message)
    assert len(error.message) < 200


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b"valid_from = 2026-01-01T00:00:00", "rates[0].valid_from"),
        (b"valid_from = 10:00:00", "rates[0].valid_from"),
        (b"input_cost_per_token = nan", "rates[0].input_cost_per_token"),
        (b"input_cost_per_token = -0.1", "rates[0].input_cost_per_token"),
        (b"input_cost_per_token = true", "rates[0].input_cost_per_token"),
    ],
)
def test_a_value_that_is_none_is_refused_by_row_and_field(line: bytes, field: str) -> None:
    error = price_book.read(b'[[rates]]\nmodel = "a:b"\n' + line, "x.toml").failure()
    assert isinstance(error, InvalidField)
    assert error.field == field


def test_a_missing_or_too_large_file_is_told_by_name(tmp_path: Path) -> None:
    assert price_book.load(tmp_path / "no.toml").failure().message == "overlay is missing: no.toml"
    folder = price_book.load(tmp_path).failure()
    assert folder.message == f"overlay is unreadable: {tmp_path.name}: IsADirectoryError"
    large = tmp_path / "large.toml"
    large.touch()
    os.truncate(large, FILE_MAX_BYTES + 1)
    assert price_book.load(large).failure().message == "overlay is too large: large.toml"
