"""In structures the name of a key hides what is under it."""

from mimir.core.redaction.key_names import says
from mimir.core.redaction.text import REDACTED
from mimir.core.redaction.walk import scrub_data

TOKEN = "q7Rt2LmX9vB4nC8zKp5W"


def test_text_bytes_and_numbers_under_a_secret_name_go() -> None:
    data = {"password": "x", "api_key": b"y\xff", "pwd": 123456, "secret": bytearray(b"z")}
    assert scrub_data(data) == dict.fromkeys(data, REDACTED)


def test_what_is_no_secret_stays_under_a_secret_name() -> None:
    data = {"password": None, "secret": True, "pwd": "", "api_key": "${X}", "passphrase": 0.5}
    assert scrub_data(data) == data
    assert scrub_data({"passcode": 12, "token": 123456}) == {"passcode": 12, "token": 123456}


def test_every_text_of_a_part_under_a_secret_name_goes() -> None:
    data = {"credentials": {"user": "bob", "more": [["x"], {"a": "y"}]}}
    assert scrub_data(data) == {
        "credentials": {"user": REDACTED, "more": [[REDACTED], {"a": REDACTED}]}
    }


def test_a_schema_says_what_a_secret_has_to_be() -> None:
    data = {
        "properties": {"password": {"type": "string", "pattern": "^x$"}},
        "required": ["password"],
    }
    assert scrub_data(data) == data


def test_pairs_of_names_and_values_are_read_as_such() -> None:
    data = [
        ["x-api-key", TOKEN],
        ["Content-Type", TOKEN],
        ["password", "email"],
        {"name": "DB_PASSWORD", "value": "x"},
        {"name": "colour", "value": "x"},
        {"name": "password", "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "value": "x"},
    ]
    assert scrub_data(data) == [
        ["x-api-key", REDACTED],
        ["Content-Type", TOKEN],
        ["password", "email"],
        {"name": "DB_PASSWORD", "value": REDACTED},
        {"name": "colour", "value": "x"},
        {"name": "password", "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "value": "x"},
    ]


def test_a_name_that_may_hide_something_hides_what_looks_like_chance() -> None:
    assert scrub_data({"token": " the", "auth": TOKEN}) == {"token": " the", "auth": REDACTED}


def test_names_of_data_say_nothing() -> None:
    names = "max_tokens tokenizer token_type author key_id primary_key next_page_token key string 1"
    assert {says(name) for name in (*names.split(), "", "password" * 20)} == {"nothing"}
    assert says("password_2") == says("apiKeyProd") == says("passwords") == "secret"
    assert says("mistral_key") == says("mytoken") == says("csrf") == "maybe"
