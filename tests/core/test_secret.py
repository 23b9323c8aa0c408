"""A secret shows itself only to who asks by name."""

import copy
import dataclasses
import json
import logging
import marshal
import operator
import pickle
import pprint
import reprlib
import string
import traceback
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from attrs import frozen

from mimir.core.secret import MASK, Secret

TEXT = "-".join(("vk", "t0kEn" * 6))


@frozen
class _Holder:
    key: Secret


@dataclasses.dataclass
class _Data:
    key: Secret


WAYS: dict[str, Callable[[Secret], object]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "format": format,
    "f-string": lambda secret: f"{secret} {secret!r} {secret!s:>40} {secret:>40}",
    "percent": lambda secret: operator.mod("%s %r", (secret, secret)),
    "str.format": lambda secret: str.format("{0} {0!r}", secret),
    "template": lambda secret: string.Template("$key").substitute(key=secret),
    "repr of a list": lambda secret: repr([secret]),
    "repr of an object": lambda secret: repr({"key": secret}),
    "pprint": lambda secret: pprint.pformat({"key": secret}),
    "reprlib": reprlib.repr,
    "repr of an attrs class": lambda secret: repr(_Holder(secret)),
    "attrs.asdict": lambda secret: attrs.asdict(_Holder(secret)),
    "attrs.astuple": lambda secret: attrs.astuple(_Holder(secret)),
    "dataclasses.asdict": lambda secret: dataclasses.asdict(_Data(secret)),
    "dataclasses.astuple": lambda secret: dataclasses.astuple(_Data(secret)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "dir": dir,
    "getattr of every name": lambda secret: [
        getattr(secret, name) for name in dir(secret) if not name.startswith("__")
    ],
    "reduce": lambda secret: secret.__reduce_ex__(4),
    "json with str": lambda secret: json.dumps({"key": secret}, default=str),
    "json with repr": lambda secret: json.dumps({"key": secret}, default=repr),
    "hash": hash,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_but_reveal_shows_the_text(way: str) -> None:
    assert TEXT not in repr(WAYS[way](Secret(TEXT)))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_pickle_holds_it_and_what_comes_out_is_empty(protocol: int) -> None:
    pickled = pickle.dumps(Secret(TEXT), protocol)
    assert TEXT.encode() not in pickled
    loaded = pickle.loads(pickled)
    assert isinstance(loaded, Secret)
    assert loaded.reveal() == ""


REFUSALS: dict[str, Callable[[Any], object]] = {
    "vars": vars,
    "json": lambda secret: json.dumps({"key": secret}),
    "marshal": marshal.dumps,
    "sorting": lambda secret: sorted([secret, Secret("")]),
    "str.join": lambda secret: "".join([secret]),
    "adding": lambda secret: "Bearer " + secret,
    "bytes": bytes,
    "iterating": list,
    "len": len,
}


@pytest.mark.parametrize("way", REFUSALS)
def test_what_takes_text_refuses_a_secret_without_quoting_it(way: str) -> None:
    with pytest.raises((TypeError, ValueError)) as refused:
        REFUSALS[way](Secret(TEXT))
    assert TEXT not in "".join(traceback.format_exception(refused.value))


def test_a_log_record_that_carries_it_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("secret").warning("key %(key)s", {"key": Secret(TEXT)})
    logging.getLogger("secret").warning("key", extra={"key": Secret(TEXT)})
    assert TEXT not in caplog.text
    assert TEXT not in repr([vars(record) for record in caplog.records])


def test_the_locals_of_a_traceback_do_not_show_it() -> None:
    def fails(key: Secret) -> None:
        raise ValueError(key)

    with pytest.raises(ValueError, match="SECRET") as raised:
        fails(Secret(TEXT))
    told = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    assert TEXT not in "".join(told.format())


def test_reveal_is_the_way_to_the_text() -> None:
    assert Secret(TEXT).reveal() == TEXT


def test_a_printed_secret_says_that_it_is_one() -> None:
    assert str(Secret(TEXT)) == MASK
    assert f"{Secret(TEXT):>99}" == MASK
    assert repr(Secret(TEXT)) == f"Secret({MASK})"


def test_a_copy_is_the_secret_itself() -> None:
    secret = Secret(TEXT)
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"key": secret})["key"] is secret


def test_a_log_record_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("secret").warning("key %s %r", Secret(TEXT), Secret(TEXT))
    assert TEXT not in caplog.text
    assert MASK in caplog.text


def test_secrets_of_one_text_are_equal_and_hash_alike() -> None:
    same, other = Secret("\ud800" + TEXT), Secret("\ud800" + TEXT)
    assert same == other
    assert len({same, other}) == 1


def test_secrets_of_two_texts_are_not_equal() -> None:
    assert Secret(TEXT) != Secret(TEXT + "x")
    assert Secret("na\u00efve") != Secret("naive")


def test_a_hash_tells_nothing_of_the_text() -> None:
    assert hash(Secret(TEXT)) == hash(Secret(""))


def test_a_secret_is_no_text() -> None:
    equal_to_its_text: object = Secret(TEXT) == TEXT
    assert equal_to_its_text is False
    assert Secret(TEXT).__eq__(TEXT) is NotImplemented
