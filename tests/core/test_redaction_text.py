"""Keys go, words stay, and a cut never splits a character."""

import base64
import json
import uuid

import pytest

from mimir.core.redaction.rules import REFERENCE_RULES
from mimir.core.redaction.text import REDACTED, looks_like_key, scrub, truncate

BASE62 = "q7Rt2LmX9vB4nC8zKp5Wd1Hs6Jf3Gy0A"
BASE64URL = "b3_Xk-9QmZ2v-Lr7Tn_Yw4Hc8s-Pd6Fj1"

KEYS = {
    "openai": "sk-" + BASE62 + BASE62[:16],
    "openai project": "sk-" + "proj-" + BASE64URL * 4,
    "openai service account": "sk-" + "svcacct-" + BASE64URL * 3,
    "openai admin": "sk-" + "admin-" + BASE64URL + "T3Blbk" + "FJ" + BASE64URL,
    "anthropic": "sk-" + "ant-api03-" + BASE64URL * 2 + "-AA",
    "anthropic admin": "sk-" + "ant-admin01-" + BASE64URL * 2,
    "openrouter": "sk-" + "or-v1-" + "0f1e2d3c4b5a6978" * 4,
    "deepseek": "sk-" + "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "of one digit": "sk-" + "abcdefghijklmno1",
    "of letters alone": "sk-" + "a" * 40,
    "of a uuid": "sk-" + str(uuid.UUID(int=0x1234567890ABCDEF1234567890ABCDEF)),
    "of a uuid of few turns": "sk-" + str(uuid.UUID(int=0x1111)),
    "of short parts": "sk-" + "x9K-p2_Lm-Q7a_Z-b4Tt",
    "gateway": "vk-" + BASE62[:24],
    "gateway of base64url": "vk-" + BASE64URL,
    "aws": "AKIA" + "IOSFODNN7" + "EXAMPLE",
    "aws temporary": "ASIA" + "Y34FZKBOKM" + "UTVV7A",
    "google": "AIza" + "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"[:35],
}

WORDS = (
    "task-runner",
    "disk-usage",
    "risk-free",
    "desk-1",
    "ask-me-anything-about-2024-and-2025",
    "sk-learn",
    "sk-learn-1.5.2",
    "sk-learn-compatible-estimators",
    "sk-learn-compatible-estimators-2024",
    "sk-estimator-id-123",
    "sk-container-id-12 div.sk-toggleable__content",
    "sk-folding-cube sk-cube4 sk-cube",
    "sk-SK",
    "vk-api-python-client",
    "vk-",
    "sk-",
    "git 4f2a9c1e8b7d6053f1e2d3c4b5a69788796a5b4c",
    "sha256:" + "0f1e2d3c4b5a6978" * 4,
    str(uuid.UUID(int=0x3F2F1C9A000040008000000000000001)),
    "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 40).decode(),
    "anthropic:claude-sonnet-4-5-20250929",
    "bedrock:us.anthropic.claude-3-5-sonnet-20241022-v2:0",
    "/usr/lib/python3/dist-packages/task-runner/disk-usage.py",
    "C:\\desk\\task-runner\\vk-01",
    "rd_" + "abcdefghij234567" + "klmnopqrst",
    "req_route_" + "AbCdEfGhIjKl-_01",
    "AKIA",
    "AKIA is a prefix",
    "AKIATADIARNAN",
    "SLOVAKIA0123456789ABCDEF",
    "EURASIA0123456789ABCDEF",
    "AIza",
    "AIzawa",
    "",
)

BEFORE = (
    "",
    " ",
    '"',
    "'",
    "=",
    ":",
    "(",
    "[",
    "<",
    ">",
    "`",
    "/",
    "?key=",
    "key_",
    "key-",
    "\n",
    "\t",
    "\u65e5\u672c",
    "na\u00efve\u00e9",
    "\u0661",
    "\ud800",
    "\\n",
    "\\r\\n",
    "\\t",
    "\\u00e9",
    "\\u000A",
    "\\x20",
    "\\0",
    "%20",
    "%3D",
    "\x1b[0m",
    "\x1b[1;31m",
    "\\u001b[38;5;196m",
)

AFTER = (
    "",
    " ",
    ",",
    ".",
    ")",
    "]",
    "}",
    "<",
    ">",
    "&",
    '"',
    "'",
    "`",
    ";",
    ":",
    "/",
    "?",
    "\n",
    "\\n",
    "\\",
    "%20",
    "\u65e5\u672c",
    "\u00e9",
    "\ud800",
)


@pytest.mark.parametrize("family", KEYS)
def test_a_key_is_replaced_whole(family: str) -> None:
    assert scrub(KEYS[family]) == REDACTED


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("family", KEYS)
def test_a_key_goes_whatever_stands_before_it(family: str, before: str) -> None:
    assert scrub(before + KEYS[family]) == before + REDACTED


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("family", KEYS)
def test_a_key_goes_whatever_stands_behind_it(family: str, after: str) -> None:
    assert scrub(KEYS[family] + after) == REDACTED + after


@pytest.mark.parametrize("family", ["aws", "google"])
@pytest.mark.parametrize("after", ["-", "_", "-suffix"])
def test_a_key_of_fixed_length_goes_with_a_hyphen_behind_it(family: str, after: str) -> None:
    assert scrub(KEYS[family] + after) == REDACTED + after


@pytest.mark.parametrize("word", WORDS)
def test_an_ordinary_text_survives(word: str) -> None:
    assert scrub(word) == word
    assert scrub(f"see {word}, and (\n{word}) again") == f"see {word}, and (\n{word}) again"


@pytest.mark.parametrize("family", KEYS)
def test_what_is_glued_to_a_word_is_no_key(family: str) -> None:
    glued = "ta" + KEYS[family]
    assert scrub(glued) == glued


def test_a_fixed_length_is_exact() -> None:
    longer = [KEYS["aws"] + "A", KEYS["google"] + "a", KEYS["aws"][:-1], KEYS["google"][:-1]]
    assert [scrub(text) for text in longer] == longer


def test_every_key_of_a_text_goes_and_the_rest_stays() -> None:
    text = " and ".join(KEYS.values())
    assert scrub(text) == " and ".join([REDACTED] * len(KEYS))


def test_a_key_of_another_family_goes_out_of_an_unproven_tail() -> None:
    text = "sk-learn-task-runner-"
    assert scrub(text + "AKIA" + "QWERTYUIOPASDFGH") == text + REDACTED


def test_a_key_behind_a_word_of_its_family_goes_with_it() -> None:
    assert scrub("sk-learn-" + KEYS["openai"] + ".") == REDACTED + "."


def test_an_unproven_tail_does_not_hide_a_later_key() -> None:
    text = "sk-learn-compatible-sk-estimators "
    assert scrub(text + KEYS["openai"]) == text + REDACTED


def test_json_stays_json() -> None:
    text = json.dumps({"a": KEYS["openai"], "b": [f'"{KEYS["aws"]}"\n'], "c": KEYS["google"]})
    assert json.loads(scrub(text)) == {"a": REDACTED, "b": [f'"{REDACTED}"\n'], "c": REDACTED}


def test_the_reference_knows_no_boundaries() -> None:
    text = "a task-runner, AKIA12345678 and AIza0123456789 but vk- x"
    assert scrub(text, REFERENCE_RULES) == f"a ta{REDACTED}, {REDACTED} and {REDACTED} but vk- x"


def test_the_reference_replaces_the_inner_gateway_key_first() -> None:
    assert scrub("sk-vk-abc", REFERENCE_RULES) == "sk-" + REDACTED


@pytest.mark.parametrize("family", KEYS)
def test_a_key_looks_like_one(family: str) -> None:
    assert looks_like_key(KEYS[family])
    assert looks_like_key(f"grant {KEYS[family]}")


@pytest.mark.parametrize("text", ["sk-", "vk-1", "sk-learn"])
def test_what_begins_like_a_minted_key_looks_like_one(text: str) -> None:
    assert looks_like_key(text)


@pytest.mark.parametrize("text", ["", "grant-1", "task-runner", "gr_01", " sk-learn"])
def test_an_id_does_not_look_like_a_key(text: str) -> None:
    assert not looks_like_key(text)


@pytest.mark.parametrize(
    ("text", "bound", "cut"),
    [
        ("", 0, ""),
        ("abc", 3, "abc"),
        ("abc", 2, "ab"),
        ("abc", 0, ""),
        ("abc", -1, ""),
        ("abc", 10**9, "abc"),
        ("na\u00efve", 2, "na"),
        ("na\u00efve", 3, "na"),
        ("na\u00efve", 4, "na\u00ef"),
        ("\u4f60\u597d", 3, "\u4f60"),
        ("\u4f60\u597d", 5, "\u4f60"),
        ("\u4f60\u597d", 6, "\u4f60\u597d"),
        ("\U0001f99c!", 3, ""),
        ("\U0001f99c!", 4, "\U0001f99c"),
        ("\ud800a", 2, ""),
        ("\ud800a", 3, "\ud800"),
        ("\ud800a", 4, "\ud800a"),
    ],
)
def test_a_text_is_cut_before_the_character_that_is_too_many(
    text: str, bound: int, cut: str
) -> None:
    assert truncate(text, bound) == cut


@pytest.mark.parametrize(
    ("raw", "bound", "cut"),
    [
        (b"ab\xff", 3, b"ab\xff"),
        (b"ab\xff", 2, b"ab"),
        (b"ab\xffcdef", 5, b"ab"),
        (b"\xff\xfe\xfd", 2, b""),
        (b"ab", -1, b""),
        ("\u4f60\u597d".encode(), 4, "\u4f60".encode()),
        (b"\xed\xa0\x80ab", 4, b""),
    ],
)
def test_bytes_are_cut_before_the_first_that_is_no_character(
    raw: bytes, bound: int, cut: bytes
) -> None:
    assert truncate(raw, bound) == cut


@pytest.mark.parametrize("value", [None, 5, 1.5, True, [], {"a": "b"}])
def test_what_is_no_text_is_not_cut(value: object) -> None:
    assert truncate(value, 0) is value


@pytest.mark.parametrize(
    "password",
    ["my-dog-rex", "your-mum-99", "winter2024 here", "mypassword1", "{hunter2x}", "[hunter2x]"],
)
def test_what_only_begins_or_ends_as_a_placeholder_is_hidden(password: str) -> None:
    assert scrub(f'{{"password":"{password}"}}') == f'{{"password":"{REDACTED}"}}'


@pytest.mark.parametrize(
    "placeholder",
    ["your-256-bit-secret", "<token1>", "{password}", "[your key]", "my_secret", "${X1}"],
)
def test_what_is_a_placeholder_throughout_survives(placeholder: str) -> None:
    text = f'{{"password":"{placeholder}"}}'
    assert scrub(text) == text
