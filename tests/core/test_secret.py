"""A secret shows itself only to who asks by name."""

import copy
import json
import logging
import operator
import pickle
import pprint
import traceback

import pytest
from attrs import asdict, frozen

from mimir.core.secret import MASK, Secret

TEXT = "-".join(("vk", "t0kEn" * 6))


@frozen
class _Holder:
    key: Secret


def _shown(secret: Secret) -> list[str]:
    return [
        repr(secret),
        str(secret),
        format(secret),
        f"{secret}",
        f"{secret!r}",
        f"{secret!s:>40}",
        f"{secret:>40}",
        operator.mod("%s", secret),
        operator.mod("%r", (secret,)),
        str.format("{0}{0!r}", secret),
        ascii(secret),
        repr([secret]),
        repr({"key": secret}),
        pprint.pformat({"key": secret}),
        repr(asdict(_Holder(secret))),
        repr(_Holder(secret)),
        repr(pickle.dumps(secret)),
        repr(dir(secret)),
        repr([getattr(secret, name) for name in Secret.__slots__]),
        repr(secret.__reduce_ex__(4)),
        json.dumps({"key": secret}, default=str),
        json.dumps({"key": secret}, default=repr),
    ]


def test_reveal_is_the_way_to_the_text() -> None:
    assert Secret(TEXT).reveal() == TEXT


@pytest.mark.parametrize("shown", _shown(Secret(TEXT)), ids=lambda _: "")
def test_nothing_that_prints_a_secret_shows_it(shown: str) -> None:
    assert TEXT not in shown


def test_a_printed_secret_says_that_it_is_one() -> None:
    assert str(Secret(TEXT)) == MASK
    assert f"{Secret(TEXT):>99}" == MASK
    assert repr(Secret(TEXT)) == f"Secret({MASK})"


def test_a_secret_has_no_dict_of_attributes() -> None:
    with pytest.raises(TypeError):
        vars(Secret(TEXT))


def test_json_refuses_a_secret_without_quoting_it() -> None:
    with pytest.raises(TypeError) as refused:
        json.dumps({"key": Secret(TEXT)})
    assert TEXT not in "".join(traceback.format_exception(refused.value))


def test_what_comes_out_of_a_pickle_is_empty() -> None:
    loaded = pickle.loads(pickle.dumps(Secret(TEXT)))
    assert isinstance(loaded, Secret)
    assert loaded.reveal() == ""


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
