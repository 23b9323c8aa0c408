"""A cost as JSON, and back, exactly.

Rules:
1. Amounts and rates are decimal strings of femtodollars, since JSON readers lose integers past
   2^53; quantities are integers. A multiplier is ``"11/10"`` beside the field that states it.
2. What can be computed stands beside what it is computed from: each line's amount, the sum, the
   microdollars. ``parse`` computes them again, and refuses a document that does not add up by the
   first path that differs.
3. Every key is required; an unknown one is refused by its name.
4. A document has at most 100,000 lines; the bounds of their parts stand in ``cost_parts``.
"""

from mimir.core.fields import (
    InvalidField,
    Json,
    excerpt,
    field_name,
    is_list,
    is_object,
    members,
)
from mimir.core.money import render
from mimir.core.outcome import Failure, Outcome, Success
from mimir.core.pricing.cost import Cost, Line, Note
from mimir.core.pricing.cost_parts import each, line, missing, note, refused, source
from mimir.core.pricing.table import SOURCE_KEYS, Source


def to_json(cost: Cost) -> dict[str, Json]:
    """Write a cost as plain JSON data.

    >>> to_json(Cost.zero)["femtodollars"]
    '0'
    """
    return {
        "femtodollars": render(cost.femtodollars),
        "microdollars": cost.microdollars,
        "partial": cost.partial,
        "lines": [_line_json(item) for item in cost.lines],
        "sources": [{key: _source_part(item, key) for key in SOURCE_KEYS} for item in cost.sources],
        "notes": list(cost.notes),
        "missing": [
            {
                "model": item.model,
                "dimension": item.dimension,
                "tier": item.tier,
                "above": item.above,
            }
            for item in cost.missing
        ],
    }


def parse(raw: object) -> Outcome[Cost, InvalidField]:
    """Read what ``to_json`` wrote; the error's subject is ``cost``, its field the path.

    >>> parse(to_json(Cost.zero)).unwrap() == Cost.zero
    True
    >>> parse({**to_json(Cost.zero), "femtodollars": "1"}).failure().field
    'femtodollars'
    """
    if not is_object(raw):
        return Failure(refused("", f"expected an object, got {excerpt(raw)}"))
    given = members(raw)
    lines = each(given, "lines", line)
    if isinstance(lines, InvalidField):
        return Failure(lines)
    sources = each(given, "sources", source)
    if isinstance(sources, InvalidField):
        return Failure(sources)
    notes: list[Note] | InvalidField = each(given, "notes", note)
    if isinstance(notes, InvalidField):
        return Failure(notes)
    gaps = each(given, "missing", missing)
    if isinstance(gaps, InvalidField):
        return Failure(gaps)
    cost = Cost(tuple(lines), tuple(sources), tuple(notes), tuple(gaps))
    wrong = _difference(to_json(cost), raw, "")
    return Success(cost) if wrong is None else Failure(wrong)


def _line_json(item: Line) -> dict[str, Json]:
    cell = item.cell
    return {
        "model": cell.model,
        "dimension": cell.dimension,
        "tier": cell.tier,
        "above": cell.above,
        "quantity": item.quantity,
        "rate": str(cell.rate),
        "source": cell.source,
        "key": cell.key,
        "field": cell.field,
        "rule": cell.rule,
        "multipliers": [
            {"field": by.field, "ratio": f"{by.numerator}/{by.denominator}"}
            for by in item.multipliers
        ],
        "amount": render(item.amount),
    }


def _source_part(item: Source, key: str) -> str:
    parts = (item.name, item.version, item.date, item.licence, item.digest)
    return parts[SOURCE_KEYS.index(key)]


def _difference(wanted: Json, raw: object, path: str) -> InvalidField | None:
    """Return the first path at which ``raw`` is not exactly what was written."""
    if isinstance(wanted, dict) and is_object(raw):
        stray = next((key for key in raw if type(key) is not str or key not in wanted), None)
        if stray is not None:
            return refused(_under(path, field_name(stray)), "unknown key")
        absent = next((key for key in wanted if key not in raw), None)
        if absent is not None:
            return refused(_under(path, absent), "required")
        pairs = [(_under(path, key), value, raw[key]) for key, value in wanted.items()]
    elif isinstance(wanted, list) and is_list(raw):
        pairs = [
            (f"{path}[{index}]", *pair) for index, pair in enumerate(zip(wanted, raw, strict=True))
        ]
    elif type(raw) is type(wanted) and raw == wanted:
        return None
    else:
        return refused(path, f"expected {excerpt(wanted)}, got {excerpt(raw)}")
    found = (_difference(inner, given, where) for where, inner, given in pairs)
    return next((item for item in found if item is not None), None)


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
