"""What is taken for a secret in a text, in whatever form it is written there."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from mimir.core.route.failure import REPLACEMENT, show_bytes, show_text
from mimir.core.route.repeats import PIECE_CHARS, may_hold_key, repeats
from mimir.core.route.response import read
from mimir.core.secret import Secret

TOKEN = "q7Rt2LmX9/vB4+se\"krit<&'>uN%41d\\w-k_z"
ANSWER = '{"verdict": "placement", "grant": {"key": "gk-Zt81aBq"}}'

FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON": json.dumps,
    "in JSON within JSON": lambda text: json.dumps(json.dumps(text)),
    "in JSON with \\u": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "in JSON with slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "in HTML": html.escape,
    "in HTML with numbers": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "in HTML with hexadecimal": lambda text: "".join(f"&#x{ord(char):X};" for char in text),
    "in a URL": lambda text: quote(text, safe=""),
    "in a URL, every character": lambda text: "".join(f"%{ord(char):02x}" for char in text),
    "in a URL within HTML": lambda text: html.escape(quote(text, safe="&")),
    "in capitals": str.upper,
    "folded": "\r\n ".join,
    "folded in JSON": "\\n".join,
    "with zero width": "\u200b".join,
    "as UTF-16": lambda text: text.encode("utf-16-le").decode(),
    "its beginning": lambda text: text[:PIECE_CHARS],
    "its middle": lambda text: text[9 : 9 + PIECE_CHARS],
    "its end": lambda text: text[-PIECE_CHARS:],
    "in Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in Base64 behind one": lambda text: base64.b64encode(b":" + text.encode()).decode(),
    "in Base64 behind two": lambda text: base64.b64encode(b"u:" + text.encode()).decode(),
    "in Base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_rule_1_a_secret_is_known_in_every_form(form: str) -> None:
    text = f"no access for {FORMS[form](TOKEN)}, sorry"
    assert repeats(text, TOKEN)
    shown = show_text(text, Secret(TOKEN))
    assert REPLACEMENT in shown
    assert not repeats(shown, TOKEN)


@pytest.mark.parametrize("length", [1, 5, 6, 12, 20, 24, 300])
def test_rule_2_half_of_a_short_secret_is_enough_and_less_is_not(length: int) -> None:
    secret = "".join(chr(33 + 7 * at % 89) for at in range(length)).translate({92: "j", 37: "k"})
    size = min(length, PIECE_CHARS, max(6, length // 2))
    assert repeats(f"<b>{secret[:size]}</b>", secret)
    assert not repeats(f" {secret[: size - 1]} ", secret)
    assert not repeats("", secret)


def test_an_empty_secret_is_nowhere() -> None:
    assert not repeats("anything", "")


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + ANSWER.encode(),
        b")]}',\n" + ANSWER.encode(),
        b"data: " + ANSWER.encode() + b"\n\n",
        b"cb(" + ANSWER.encode() + b")",
        b"// " + ANSWER.encode(),
        ANSWER.encode("utf-16"),
        ANSWER.encode("utf-16-be"),
        ANSWER.encode("utf-32"),
        json.dumps(ANSWER).encode(),
        ANSWER.replace("grant", "gr\\u0061nt").encode(),
        ANSWER.replace("grant", "GRANT").encode(),
        ANSWER.replace('"', "'").encode(),
        html.escape(ANSWER).encode(),
        quote(ANSWER).encode(),
        b"<html>" + b"x" * 300 + ANSWER.encode(),
        b'x {"key": "gk-Zt81aBq"}',
        b"<key>gk-Zt81aBq</key>",
        b"key=gk-Zt81aBq",
        b"key : gk-Zt81aBq",
        b'"{\\"key\\": \\"gk-Zt81aBq\\"}"',
    ],
    ids=lambda body: repr(body[:24]),
)
@pytest.mark.parametrize("status", [200, 401, 502])
def test_rule_3_of_what_may_hold_a_grants_key_nothing_is_quoted(body: bytes, status: int) -> None:
    error = read(status, {}, body, token=Secret(TOKEN)).failure()
    assert "Zt81aBq" not in repr(error) + error.message
    assert show_bytes(body) == f"{len(body)} bytes that may hold a key"


def test_what_holds_no_key_is_quoted() -> None:
    assert not may_hold_key("the monkey is keyless, the keyboard: too")
    assert show_bytes(b'{"error": "no such model"}') == '{"error": "no such model"}'
