"""Hostile inputs as Python values: every line of ``inputs.jsonl``, or of a file of the same form.

Rules:
1. A line says how its value is written: ``json`` as it is, ``text`` a string, ``b64`` bytes,
   ``http`` an answer of a router, ``py`` an expression over ``NAMES``.
2. ``NAMES`` is all that an expression may use. The expressions are the project's own, or those of
   whoever runs the tests with a file of theirs.
3. A value is made afresh whenever it is asked for: a generator is used up, a list may be changed.
"""

import base64
import gzip
import io
import json
from collections import UserDict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

_CHUNK: Final = 1_000_000

DESCRIPTOR: Final = {
    "task_class": "chat",
    "budget_ceiling_microdollars": 1_000,
    "latency_tolerance_ms": 2_000,
}
ROW: Final = {
    "id": "a",
    "model": "anthropic:claude",
    "lane": "anthropic",
    "runtime": "managed",
}
JSON_HEADERS: Final = {"content-type": "application/json"}


class Scenario(NamedTuple):
    """Something to be done, where a value alone says too little: ``many_ids(100_000)``."""

    name: str
    arguments: tuple[Any, ...]


class Case(NamedTuple):
    """One hostile input, what is expected of it, and how its value is made."""

    id: str
    target: str
    note: str
    outcome: str
    code: str | None
    field: str | None
    max_ms: float
    max_peak_mb: float
    make: Callable[[], Any]


def _evil(what: str) -> Callable[..., NoReturn]:
    def method(*_arguments: object) -> NoReturn:
        raise RuntimeError(what)

    return method


class EvilMapping(Mapping[Any, Any]):
    __getitem__ = _evil("getitem")
    get = _evil("get")
    __iter__ = _evil("iter")
    __len__ = _evil("len")
    __repr__ = _evil("repr")


class HugeLenMapping(Mapping[Any, Any]):
    def __getitem__(self, key: object) -> Any:
        return self

    def __iter__(self) -> Iterator[str]:
        while True:
            yield "k"

    def __len__(self) -> int:
        return 2**62


class StrSub(str):
    __slots__ = ()
    __eq__ = _evil("eq")
    __repr__ = _evil("repr")
    __hash__ = str.__hash__


class IntSub(int):
    __gt__ = _evil("gt")
    __le__ = _evil("le")
    __mul__ = _evil("mul")


class Number(IntEnum):
    A = 1_000


class Unhashable:
    __eq__ = _evil("eq")
    __hash__ = None  # type: ignore[assignment]


class EvilList(list[Any]):
    __iter__ = _evil("iter")


class EvilRepr:
    __repr__ = _evil("repr")
    __str__ = _evil("repr")


def not_text_keys() -> dict[Any, Any]:
    return {1: "a", None: "b", ("t",): "c", b"task_class": "d", **DESCRIPTOR}


def nest_list(levels: int) -> Any:
    made: Any = 1
    for _ in range(levels):
        made = [made]
    return made


def nest_dict(levels: int, leaf: Any) -> Any:
    made = leaf
    for _ in range(levels):
        made = {"a": made}
    return made


def selfref_list() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


def selfref_dict() -> dict[str, Any]:
    made: dict[str, Any] = {}
    made["a"] = made
    return made


def gen_forever() -> Iterator[dict[str, str]]:
    while True:
        yield {"id": "x"}


def gz(content: bytes) -> bytes:
    return gzip.compress(content, 9)


def gz_bomb(size: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as file:
        for _ in range(size // _CHUNK):
            file.write(b"0" * _CHUNK)
    return packed.getvalue()


def gz_truncated() -> bytes:
    return gz(b"{}" * 1_000)[:-12]


def gz_trailing_garbage() -> bytes:
    return gz(b"{}") + b"garbage"


def gz_two_members() -> bytes:
    return gz(b"{") + gz(b"}")


def resp(
    status: int, headers: dict[str, str], body: bytes, ce: str | None = None
) -> dict[str, Any]:
    coding = {"content-encoding": ce} if ce else {}
    return {"status": status, "headers": {**headers, **coding}, "body": body}


def _scenario(name: str) -> Callable[..., Scenario]:
    return lambda *arguments: Scenario(name, arguments)


NAMES: Final[dict[str, Any]] = {
    "B": DESCRIPTOR,
    "E": ROW,
    "J": JSON_HEADERS,
    "IntEnum_": Number,
    "NonStrKeys": not_text_keys,
    **{
        made.__name__: made
        for made in (
            *(EvilMapping, HugeLenMapping, StrSub, IntSub, Unhashable, EvilList, EvilRepr),
            *(nest_list, nest_dict, selfref_list, selfref_dict, gen_forever),
            *(gz, gz_bomb, gz_truncated, gz_trailing_garbage, gz_two_members, resp),
            *(Decimal, Fraction, UserDict, Mapping, IntEnum, base64, gzip, io, json),
        )
    },
    **{
        name: _scenario(name)
        for name in (
            *("many_ids", "many_events", "many_lanes"),
            *("mutate_after_append", "clock_jumps_back"),
        )
    },
}


def load(path: Path) -> list[Case]:
    """Read a file of cases."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_case(json.loads(line)) for line in lines if line.strip()]


def _case(raw: dict[str, Any]) -> Case:
    expect = raw["expect"]
    return Case(
        id=raw["id"],
        target=raw["target"],
        note=raw.get("note", ""),
        outcome=expect["outcome"],
        code=expect.get("code"),
        field=expect.get("field"),
        max_ms=raw.get("max_ms_override", expect["max_ms"]),
        max_peak_mb=expect["max_peak_mb"],
        make=lambda: _value(raw),
    )


def _value(raw: dict[str, Any]) -> Any:
    match raw["encoding"]:
        case "json":
            return json.loads(json.dumps(raw["value"]))
        case "text":
            return raw["text"]
        case "b64":
            return base64.b64decode(raw["b64"])
        case "http":
            return {**raw["http"]}
        case _:
            return eval(raw["py"], {**NAMES})
