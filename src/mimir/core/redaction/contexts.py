"""Secrets that are known by where they stand: headers, URLs, blocks of PEM, arguments of programs.

Rules:
1. Behind ``Bearer`` goes what looks like chance, behind ``Basic`` what decodes to a name and a
   password.
2. Of a URL the password before the host goes, and a name there that looks like chance.
3. A private key in PEM goes from its first line to its last; one that is cut goes as far as it
   stands.
4. Behind a flag of a program goes what its name hides; behind ``-u`` the password of a pair, and
   behind ``-p`` the password of a program that takes one there.
5. In ``.netrc`` and in the files of Redis a password stands behind its word, without a sign.
"""

import binascii
import re
from typing import Final

from mimir.core.redaction.finder import mark_of
from mimir.core.redaction.key_names import says
from mimir.core.redaction.quoted import end_of_quoted, hides
from mimir.core.redaction.shapes import Seen, Span, may_begin
from mimir.core.redaction.values import is_chance, is_marked, is_nothing

_BEARER: Final = re.compile(r"[ +]*([A-Za-z0-9._~+/=|:-]*[A-Za-z0-9_~+/=-])")
_BASIC: Final = re.compile(r" *([A-Za-z0-9+/]{6,}={0,2})(?![A-Za-z0-9+/=_-])")
_LOGIN: Final = re.compile(
    r"[^\s:/?#@\"'<>\\`]{0,128}:([^\s/?\"'<>\\`]{1,512})@(?=[A-Za-z0-9\[<{$])"
)
_LOGIN_MAX_CHARS: Final = 128 + 512 + 2
_SLASHED: Final = re.compile(
    r"[^\s:/?#@\"'<>\\`]{0,128}:(?![0-9]{1,5}[/?])([^\s\"'<>\\`@]{1,256})@(?=[A-Za-z0-9\[])"
)
_USER: Final = re.compile(r"([A-Za-z0-9_.~-]{16,256})@")
_BEGIN: Final = re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_BODY: Final = re.compile(r"[A-Za-z0-9+/=\s\\:,.()-]*")
_END: Final = re.compile(r"-----END [A-Z0-9 ]{1,40}-----")
_CUT: Final = re.compile(
    r"(?:(?:\\+[rnt]|\s)+(?:[A-Z][A-Za-z-]{3,20}: [^\n\"\\]{1,80}(?:\\+[rnt]|\s)+){0,3}"
    r"[A-Za-z0-9+/]{30,}={0,2})+"
    r"(?:(?:\\+[rnt]|\s)+[A-Za-z0-9+/]{1,80}={1,2})?"
)
_ARGUMENT: Final = re.compile(r"([A-Za-z][\w-]{1,40}) +([\"']?)([^\s\"'\\<>|]+)")
_USER_ARGUMENT: Final = re.compile(r" *[\"']?[^\s:\"'$<{]{1,64}:([^\s\"'\\]{3,256})")
_WORD: Final = re.compile(r"[^\s\"'\\<>|]{3,256}")
_LINE_END: Final = re.compile(r"[\"']?(?:[\r\n\\]|\Z)")
_NETRC: Final = re.compile(r"[^\s\"'\\]{1,64}\s{1,8}password[ \t]{1,8}([^\s\"'\\]{3,256})")
_GLUED: Final = re.compile(r"\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b[^\n|;]*\Z")
_PARTED: Final = re.compile(r"\b(?:sshpass|(?:docker|podman|registry) login)\b[^\n|;]*\Z")
_COMMAND_MAX_CHARS: Final = 128


def find_bearer(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the token behind ``Bearer`` at ``at``.

    >>> find_bearer("Bearer a1B2c3D4e5F6 x", 0, "Bearer", Seen())
    (7, 19)
    """
    found = _BEARER.match(text, at + len(literal)) if may_begin(text, at) else None
    if found is None or not (is_chance(found[1]) or (is_marked(found[1]) and len(found[1]) > 15)):
        return None
    return found.span(1)


def find_basic(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the credentials behind ``Basic`` at ``at``.

    >>> find_basic("Basic dXNlcjpwYXNz", 0, "Basic", Seen())
    (6, 18)
    """
    found = _BASIC.match(text, at + len(literal)) if may_begin(text, at) else None
    if found is None or not (is_chance(found[1]) or _is_login(found[1])):
        return None
    return found.span(1)


def _is_login(encoded: str) -> bool:
    if len(encoded) % 4:
        return False
    raw = binascii.a2b_base64(encoded)
    return b":" in raw and raw.isascii() and raw.decode("ascii").isprintable()


def find_login(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the password, or the token, before the host of the URL with ``://`` at ``at``.

    >>> find_login("redis://:s3cret@host", 5, "://", Seen())
    (9, 15)
    """
    begin = at + len(literal)
    if text.find("@", begin, begin + _LOGIN_MAX_CHARS) < 0:
        return None
    found = _LOGIN.match(text, begin)
    if found is None and not text.endswith(("http", "https"), max(0, at - 5), at):
        found = _SLASHED.match(text, begin)
    if found is not None:
        return None if is_nothing(found[1]) else found.span(1)
    user = _USER.match(text, begin)
    return user.span(1) if user is not None and is_chance(user[1]) else None


def find_pem(text: str, at: int, _: str, seen: Seen) -> Span | None:
    """Return the private key whose first line begins at ``at``, with that line and its last.

    >>> find_pem("-----BEGIN CERTIFICATE-----", 0, "-----BEGIN ", Seen()) is None
    True
    """
    begin = _BEGIN.match(text, at)
    if begin is None:
        return None
    if at >= seen.unproven.get("pem", 0):
        body = _BODY.match(text, begin.end())
        until = body.end() if body else begin.end()
        end = _END.search(text, begin.end(), until)
        if end is not None:
            return (at, end.end()) if end.start() - begin.end() > 40 else None
        seen.unproven["pem"] = until
    cut = _CUT.match(text, begin.end())
    return None if cut is None else (at, cut.end())


def find_argument(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return what stands behind the flag of a program at ``at``, where its name hides it.

    >>> find_argument("run --password hunter2", 4, "--", Seen())
    (15, 22)
    """
    found = _ARGUMENT.match(text, at + len(literal))
    if found is None:
        return None
    said = says(found[1])
    if said == "nothing":
        return None
    begin = found.start(3)
    end = end_of_quoted(text, begin, found[2]) if found[2] else found.end(3)
    value = text[begin:end]
    marked = is_marked(value) if said == "secret" else is_chance(value)
    return (begin, end) if marked and hides(found[1], value, said) else None


def find_user(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the password of the pair behind ``-u`` at ``at``.

    >>> find_user("curl -u bob:hunter2 x", 5, "-u ", Seen())
    (12, 19)
    """
    found = _USER_ARGUMENT.match(text, at + len(literal)) if text[at - 1 : at].isspace() else None
    return found.span(1) if found is not None and _is_password(found[1]) else None


def find_identified(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the password in quotes behind ``IDENTIFIED BY`` at ``at``.

    >>> find_identified("IDENTIFIED BY 'hunter2'", 0, "IDENTIFIED BY ", Seen())
    (15, 22)
    """
    begin = at + len(literal) + 1
    quote = text[begin - 1 : begin]
    if quote not in ("'", '"'):
        return None
    end = end_of_quoted(text, begin, quote)
    value = text[begin:end]
    if is_nothing(value) or (literal.islower() and not is_marked(value)):
        return None
    return begin, end


def find_password(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the password behind ``-p`` at ``at`` of a program that takes one there.

    >>> find_password("mysql -phunter2 shop", 5, " -p", Seen())
    (8, 15)
    """
    begin = at + len(literal)
    parted = text[begin : begin + 1] == " "
    program = _PARTED if parted else _GLUED
    if program.search(text[max(0, at - _COMMAND_MAX_CHARS) : at]) is None:
        return None
    return _password(text, begin + parted)


def find_netrc(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the password of the login at ``at`` in a ``.netrc``.

    >>> find_netrc("machine h login bob password hunter2", 10, "login ", Seen())
    (29, 36)
    """
    found = _NETRC.match(text, at + len(literal)) if may_begin(text, at) else None
    return found.span(1) if found is not None and _is_password(found[1]) else None


def find_directive(text: str, at: int, literal: str, _: Seen) -> Span | None:
    """Return the password behind a directive of Redis at ``at``.

    >>> find_directive("requirepass hunter2", 0, "requirepass ", Seen())
    (12, 19)
    """
    found = _password(text, at + len(literal)) if may_begin(text, at) else None
    return found if found is not None and _LINE_END.match(text, found[1]) else None


def _password(text: str, begin: int) -> Span | None:
    quote = text[begin : begin + 1]
    if quote in ("'", '"'):
        begin += 1
        end = end_of_quoted(text, begin, quote)
    else:
        found = _WORD.match(text, begin)
        end = found.end() if found else begin
    return (begin, end) if _is_password(text[begin:end]) else None


def _is_password(value: str) -> bool:
    return is_marked(value) and not is_nothing(value)


CONTEXTS: Final = (
    *(mark_of(word, find_bearer, r"(?=[ +]{1,4}\w)") for word in ("Bearer", "bearer", "BEARER")),
    *(mark_of(word, find_basic, r"(?= {1,4}\w)") for word in ("Basic", "basic", "BASIC")),
    mark_of("://", find_login),
    mark_of("-----BEGIN ", find_pem),
    mark_of("--", find_argument, r"(?=[A-Za-z])"),
    mark_of("IDENTIFIED BY ", find_identified),
    mark_of("identified by ", find_identified),
    mark_of(" -p", find_password, r"(?= ?[\"']?[^\s\"'-])"),
    mark_of("login ", find_netrc, r"(?=[^\s\"'\\]{1,64}\s{1,8}password[ \t])"),
    mark_of("requirepass ", find_directive),
    mark_of("masterauth ", find_directive),
    mark_of("-u ", find_user),
    mark_of("--user ", find_user),
)
"""The marks of every context."""
