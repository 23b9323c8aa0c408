"""The compact form of a price table, written: the inverse of ``table.parse``.

Rules:
1. ``parse(pack(table))`` is ``table``, row for row and in the table's order.
2. What rows share stands once, in the order of its first use; so equal tables pack to equal data.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from mimir.core.fields import Json
from mimir.core.pricing.packed import pack_positions, pack_values
from mimir.core.pricing.table import FORMAT, SOURCE_KEYS, PriceTable, Row, Source

H = TypeVar("H", bound=Hashable)


def pack(table: PriceTable) -> dict[str, Json]:
    """Write ``table`` as plain JSON data.

    >>> from mimir.core.pricing.table import EMPTY
    >>> data = pack(PriceTable(EMPTY.source, {"m": Row("p", prices={"input_cost_per_token": 5})}))
    >>> data["pools"]["prices"], data["pools"]["values"], data["columns"]["prices"]
    ('AAAAAA==', 'BQAAAAAAAAA=', 'AAAAAA==')
    """
    rows = list(table.rows.values())
    return {
        "format": FORMAT,
        "source": _source(table.source),
        "aliases": {asked: list(listed) for asked, listed in table.aliases.names.items()},
        "pools": _pools(rows),
        "keys": list(table.rows),
        "columns": _columns(rows),
    }


def _source(source: Source) -> Json:
    texts = (source.name, source.version, source.date, source.licence, source.digest)
    return dict(zip(SOURCE_KEYS, texts, strict=True))


def _pools(rows: list[Row]) -> Json:
    prices = _positions(map(_prices, rows))
    stated = [value for _, values in prices for value in values]
    texts = _positions(value for value in stated if isinstance(value, str))
    shapes = _positions(map(_shape, rows))
    supports = _positions(map(_supports, rows))
    names = _positions(name for listed in (*supports, *shapes) for name in listed)
    return {
        "providers": list(_positions(map(_provider, rows))),
        "modes": list(_positions(map(_mode, rows))),
        "dates": list(_positions(map(_date, rows))),
        "counts": list(_counts(rows)),
        "names": list(names),
        "supports": [[names[name] for name in listed] for listed in supports],
        "shapes": [[names[name] for name in listed] for listed in shapes],
        "prices": pack_positions([shapes[listed] for listed, _ in prices]),
        "values": pack_values([_number(value, texts) for value in stated]),
        "texts": list(texts),
        "terms": [dict(pairs) for pairs in _positions(map(_terms, rows))],
    }


def _number(value: int | str, texts: dict[str, int]) -> int:
    return value if isinstance(value, int) else -1 - texts[value]


def _columns(rows: list[Row]) -> Json:
    counts = _counts(rows)
    return {
        "provider": _pointers(rows, _provider),
        "mode": _pointers(rows, _mode),
        "max_input_tokens": pack_positions([counts[row.max_input_tokens] for row in rows]),
        "max_output_tokens": pack_positions([counts[row.max_output_tokens] for row in rows]),
        "max_tokens": pack_positions([counts[row.max_tokens] for row in rows]),
        "deprecation_date": _pointers(rows, _date),
        "supports": _pointers(rows, _supports),
        "prices": _pointers(rows, _prices),
        "terms": _pointers(rows, _terms),
    }


def _counts(rows: list[Row]) -> dict[int | None, int]:
    limits = ((row.max_input_tokens, row.max_output_tokens, row.max_tokens) for row in rows)
    return _positions(count for listed in limits for count in listed)


def _positions(values: Iterable[H]) -> dict[H, int]:
    return {value: position for position, value in enumerate(dict.fromkeys(values))}


def _pointers(rows: list[Row], part: Callable[[Row], Hashable]) -> str:
    positions = _positions(map(part, rows))
    return pack_positions([positions[part(row)] for row in rows])


def _provider(row: Row) -> str:
    return row.provider


def _mode(row: Row) -> str | None:
    return row.mode


def _date(row: Row) -> str | None:
    return row.deprecation_date


def _supports(row: Row) -> tuple[str, ...]:
    return tuple(sorted(row.supports))


def _shape(row: Row) -> tuple[str, ...]:
    return tuple(row.prices)


def _prices(row: Row) -> tuple[tuple[str, ...], tuple[int | str, ...]]:
    return _shape(row), tuple(row.prices.values())


def _terms(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple(row.terms.items())
