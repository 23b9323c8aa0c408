"""Names with values in text: where a value begins, and how far it goes.

Rules:
1. A value follows its name and a sign: in JSON, JSON in a string of JSON, YAML, TOML, a shell,
   source text, headers, forms, connection strings, markup and prose.
2. What stands in quotes goes up to the same quote; an escaped quote is no end. It never goes over
   the end of the string of JSON that it stands in, nor over the end of a line: so JSON stays JSON.
   Three quotes, ``&quot;`` and ``%22`` go up to the same; a block of YAML goes with its lines.
3. What stands without quotes has to show more than words where prose or code may stand as well.
   Behind a name in quotes nothing goes that has none: it is no text.
   Between a name in quotes and its value lines may end. Of a list all goes from its first secret to
   its last, of an object its first member ``value`` or the like.
4. Every look is bounded, or ends in a value that goes.
"""

import re
from typing import Final

from attrs import frozen

from mimir.core.redaction.held import find_held
from mimir.core.redaction.key_names import Says, says, words_of
from mimir.core.redaction.plain_values import plain_value
from mimir.core.redaction.quoted import end_of_quoted, hides, is_header
from mimir.core.redaction.shapes import REDACTED, Seen, Span
from mimir.core.redaction.values import is_marked, is_nothing, is_prose, may_be_chance

AHEAD: Final = (
    r"""(?=[A-Za-z0-9_.-]{0,24}+(?:\\{0,7}["'`]|&quot;|%22)?\]?(?:\s|\\{1,4}[nrt]){0,16}"""
    r"""(?:[:=]|\(["']|[a-z]{1,12}="|, ?\\{0,7}["']|"""
    r"""%3|>|["']|\n? {0,8}value|is |was |!=|(?<= )[\w+/-]{16}))"""
)
"""What has to stand behind the stem of a name, for a first look."""

_SIGN: Final = re.compile(
    r"""(?P<rest>[A-Za-z0-9_.-]{0,24}+)
    (?P<close>\\{0,7}["'`]|&quot;|%22)?\]?(?(close)(?:\s|\\{1,4}[nrt]){0,16}|[ \t]{0,8})
    (?P<sign>\??:[ ]{0,2}[A-Za-z_][\w.\[\]|?<> ]{0,30}=[ ]?(?=["'])
      | :=|=>|={1,3}|!==?|:|%3[AaDd]|>
      | ,[ ]?\\{0,7}["'](?:value|Value)\\{0,7}["'][ ]?[:=]
      | ,(?=[ ]?(?:b?\\{0,7}["']))
      | \r?\n[ ]{0,16}value:
      | (?<=["'][ ])(?:[a-z]{1,12}="[\w-]{0,24}"[ ]){0,2}value=(?=["'])
      | (?<=[Pp]assword)\((?=["'])
      | (?<=[ ])(?:is|was)\b:?
      | (?<=[ ])(?=[\w+/-]{16})
      | (?<=[ ])(?=["']))
    (?P<gap>(?(close)(?:\s|\\{1,4}[nrt]){0,32}|[ \t]{0,8}))
    (?:(?:[A-Za-z_.]{0,30}(?:Secret|Str|Key|Token|Password|Credential|String|Bytes)\(|[bruf]{1,2})(?=["']))?
    (?P<open>\"{3}|\'{3}|\\{0,7}["'`]|&quot;|%22)?""",
    re.VERBOSE,
)
_NAME_CHARS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-$"
_WINDOW: Final = 64
_HOLDERS: Final = ("[", "{")
_GIVES: Final = (":", "=", ":=", "=>")
_LONG_QUOTES: Final = ('"""', "'''", "&quot;", "%22")
_LONG_MAX_CHARS: Final = 4096
_KEY_END: Final = re.compile(r"\\{0,7}[\"']\s{0,8}:")
_BLOCK: Final = re.compile(r"[|>][+-]?[ \t]{0,8}\n( {1,32})(?! )([^\n]+(?:\n\1[^\n]+){0,64})")


@frozen
class Names:
    """The names whose values are secrets: those that everybody uses, and an embedder's ``own``.

    A name of its own is its words in lower case, run together.

    >>> Names(frozenset(["badge"])).says("employee_badge"), Names().says("employee_badge")
    ('secret', 'nothing')
    """

    own: frozenset[str] = frozenset()

    def says(self, name: str) -> Says:
        """Tell what ``name`` says about its value."""
        if self.own:
            words = words_of(name)
            if any("".join(words[at:]) in self.own for at in range(len(words))):
                return "secret"
        return says(name)

    def find(self, text: str, at: int, literal: str, seen: Seen) -> Span | None:
        """Return the value of the name with ``literal`` at ``at`` in it, where it is a secret.

        >>> Names().find("password=hunter2, user=bob", 0, "pass", Seen())
        (9, 16)
        """
        if at < seen.unproven.get("name", 0):
            return None
        if literal[0] in "?&":
            at, literal = at + 1, literal[1:]
        sign = _SIGN.match(text, at + len(literal))
        if sign is None:
            return None
        seen.unproven["name"] = sign.end("rest")
        start = _start(text, at)
        # Of a path such as an ARN, no part is the name of the next.
        if text[start - 1 : start] == ":" and sign["sign"] == ":":
            return None
        name = text[start : sign.end("rest")]
        if sign["sign"] == "(" and not name.rpartition(".")[2].lower().startswith("set"):
            return None
        said = self._said(text, start, name, seen)
        return None if said == "nothing" else _value(text, sign, name, said, seen)

    def _said(self, text: str, start: int, name: str, seen: Seen) -> Says:
        if text[start - 1 : start] in ("?", "&") and name.lower().endswith(
            ("key", "sig", "signature")
        ):
            return "maybe"
        said = seen.said.get(name)
        if said is None:
            said = seen.said[name] = self.says(name)
        return said


def _value(text: str, sign: re.Match[str], name: str, said: Says, seen: Seen) -> Span | None:
    begin = sign.end()
    first = text[begin : begin + 1]
    if first in _HOLDERS and sign["sign"] in _GIVES:
        held = find_held(text, begin, name, said)
        if held is not None:
            return held
    if said == "maybe" and not may_be_chance(text, begin):
        return None
    if sign["open"]:
        return _quoted(text, sign, name, said, seen)
    if first in ("|", ">"):
        return _block(text, begin, said)
    return None if sign["close"] else plain_value(text, begin, sign, name, said)


def _quoted(text: str, sign: re.Match[str], name: str, said: Says, seen: Seen) -> Span | None:
    begin = sign.end()
    if text.startswith(REDACTED + sign["open"], begin):
        return None
    end = _end(text, begin, sign["open"])
    value = text[begin:end]
    hidden = seen.hidden.get((name, value))
    if hidden is None:
        hidden = seen.hidden[name, value] = hides(name, value, said)
    if not hidden or (sign["gap"].strip(" ") and _KEY_END.match(text, end)):
        return None
    # Behind a comma, or no sign at all, stands a value only where it looks like one.
    certain = sign["sign"] not in ("", ",") or is_header(value)
    return (begin, end) if certain or (not sign["sign"] and is_marked(value)) else None


def _end(text: str, begin: int, opened: str) -> int:
    """Return where the value ends; what is opened by several characters ends with the same."""
    if opened not in _LONG_QUOTES:
        return end_of_quoted(text, begin, opened)
    end = max(begin, text.find(opened, begin, begin + _LONG_MAX_CHARS))
    return begin if '"' in text[begin:end] else end


def _block(text: str, begin: int, said: Says) -> Span | None:
    """Return the lines of a block of YAML whose ``|`` or ``>`` stands at ``begin``."""
    found = _BLOCK.match(text, begin)
    if found is None:
        return None
    value = text[found.start(2) : found.end()]
    secret = said == "secret" and not is_prose(value) and not is_nothing(value)
    return (found.start(2), found.end()) if secret and (is_marked(value) or " " in value) else None


def _start(text: str, at: int) -> int:
    """Return where the name begins that has its stem at ``at``."""
    window = text[max(0, at - _WINDOW) : at]
    start = at - len(window) + len(window.rstrip(_NAME_CHARS))
    # An escape's letter is no part of the name: ``\\ntoken``.
    if text[start - 1 : start] == "\\" and text[start] in "nrt":
        start += 1
    # A name of two words: ``API key``, ``access token``.
    if start == at and text[at - 1 : at] == " ":
        head = window[:-1].rstrip(_NAME_CHARS)
        start -= len(window) - len(head)
    return start
