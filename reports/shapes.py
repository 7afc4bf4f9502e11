"""What secrets look like: taken out of a text although nobody has said that they are some.

``redacted`` is for any text; ``document`` for what was parsed from JSON, where the name beside a value tells more
than its shape: the cookies and headers of a HAR or of a browser's trace, the data of a Secret.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any, cast

_COOKIES = (
    r"AUTH_SESSION_ID(?:_LEGACY)?|KEYCLOAK_[A-Z_]+|KC_(?:RESTART|AUTH_SESSION_HASH|STATE_CHECKER)|i_like_gitea|"
    r"gitea_incredible|authentik_(?:session|csrf)|grafana_session|oidc_session(?:_no_samesite)?|sessionid|_csrf"
)
"""Names of cookies of the products that people sign in at."""
_HEADERS = (
    r"authorization|proxy-authorization|cookie|set-cookie|x-vault-token|x-csrf-token|x-api-key|x-auth-token"
)
_KEYS = (
    r"(?:[\w-]*(?:password|passwd|passphrase|secret)|(?:access|id|refresh|client|session|auth|login|csrf|xsrf|mx_access|"
    r"registration|root)[-_]?token|token|code[-_]?verifier|client-key-data|unseal[-_]?key|api[-_]?key|macaroon|cookie)"
)
_PARAMETERS = (
    r"access_token|id_token|refresh_token|id_token_hint|token|loginToken|code|code_verifier|session_code|tab_id|"
    r"client_secret|client_assertion|assertion|password|subject_token|SAMLResponse"
)
_VALUE = r"(?:(?<=\")(?!\[redacted)(?:[^\"\\]|\\.)+|(?<=')(?!\[redacted)(?:[^'\\]|\\.)+|(?![\[{\"'])[^\s\"',;&)}\\]+)"
"""What stands behind the name of a secret: up to the closing quotation mark, or one word."""

PATTERNS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "private key",
        re.compile(
            r"-----BEGIN (?P<kind>[A-Z0-9 ]{0,40})PRIVATE KEY-----"
            r"(?:(?!-----BEGIN ).)*?(?:-----END (?P=kind)PRIVATE KEY-----|(?=-----BEGIN )|\Z)",
            re.DOTALL,
        ),
        "",
    ),
    ("JWT", re.compile(r"(?<![A-Za-z0-9_])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}"), ""),
    (
        "authorization",
        re.compile(
            r"(?i)(?P<keep>\b(?:proxy-)?authorization\b[\"'\\]*\s*[:=]\s*[\"'\\]*"
            r"(?:(?:basic|bearer|digest|negotiate|token)\s+)?+)(?!\[redacted)[^\s\"'\\,}]+"
        ),
        r"\g<keep>",
    ),
    (
        "bearer token",
        re.compile(r"(?i)(?P<keep>\bbearer\s+)(?=[^\s\d]*\d|\S{20})[\w.~+/-]{8,}=*"),
        r"\g<keep>",
    ),
    (
        "header",
        # As pairs: ('Cookie', 'a=b'), {"name": "cookie", "value": "a=b"}
        re.compile(
            rf"(?i)(?P<keep>[\"'](?:{_HEADERS})[\"']\s*,\s*(?:[\"']value[\"']\s*:\s*)?[\"'])(?!\[redacted)"
            r"(?:[^\"'\\]|\\.)+"
        ),
        r"\g<keep>",
    ),
    (
        "cookie",
        re.compile(
            r"(?i)(?P<keep>(?<![-\w])cookie[\"']?\s*:\s*[\"']?)(?!\[redacted|\s)[^\r\n\"']*=[^\r\n\"']*"
        ),
        r"\g<keep>",
    ),
    (
        "cookie",
        re.compile(r"(?i)(?P<keep>\bset-cookie[\"']?\s*:\s*[\"']?[^\s=;\"']+=)(?!\[redacted)[^;\s\"']+"),
        r"\g<keep>",
    ),
    (
        "cookie",
        re.compile(
            rf"(?P<keep>(?<![\w-])(?:{_COOKIES})(?:=|[\"']\s*[:,]\s*[\"']))(?!\[redacted)[^;\s\"'&,]+"
        ),
        r"\g<keep>",
    ),
    (
        "credential",
        re.compile(
            rf"(?im)(?P<keep>(?:^[E>+?|\s-]*|[{{,(]\s*|\\n\s*|[\"']\s+)(?:export\s+)?\\*[\"']?{_KEYS}\\*[\"']?\s*[:=]\s*[\"']?)"
            rf"(?!\[redacted|(?:null|none|true|false)\b){_VALUE}"
        ),
        r"\g<keep>",
    ),
    (
        "credential",
        re.compile(
            rf"(?i)(?P<keep>(?:[?&]|&amp;|\\u0026|%3F|%26|%253F|%2526)(?:{_PARAMETERS})(?:=|%3D|%253D))"
            r"(?!\[redacted)[^&\s\"'<>#%\\]+(?:%(?!26|23|2526)[0-9A-Fa-f]{2}[^&\s\"'<>#%\\]*)*"
        ),
        r"\g<keep>",
    ),
    (
        "credential",
        re.compile(
            r"(?P<keep>\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\[]{1,80}:)(?!\[redacted)[^\s@/]{1,200}(?=@)"
        ),
        r"\g<keep>",
    ),
    (
        "token",
        re.compile(
            r"\b(?:hv[sbr]\.[\w-]{20,}|gh[pousr]_\w{30,}|glpat-[\w-]{20,}|sy[tlr]_[\w+/=-]+_\w{6,}_\w{6}"
            r"|[sbr]\.[A-Za-z0-9]{24}(?:[A-Za-z0-9]{60,})?)(?![\w.])"
        ),
        "",
    ),
)
"""(what it is, how it is found, what stays of it)."""

_BASE64_PEM = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}={0,2}")
_SECRET = re.compile(r"\bkind\\*[\"']?:\s*\\*[\"']?Secret\b")
_OF_YAML = re.compile(
    r"(?m)(?P<keep>(?:^[E>+?|\s-]*\s|\\n\s+)[\w.-]+:\s+)(?!\[redacted)[A-Za-z0-9+/]{8,}={0,2}(?=\s*$|\\n|[\"'])"
)
_OF_JSON = re.compile(r"(?P<keep>[\"'](?:data|stringData)\\*[\"']:\s*)\{[^{}]*\}")
_INPUT = re.compile(r"(?i)<input\b[^>]*>")
_TELLING = re.compile(
    r"(?i)type=[\"']?password|name=[\"']?[\w.-]*(?:csrf|token|password|secret|code|saml|state)"
)
_CONTENT = re.compile(r"(?i)(?P<keep>\b__playwright_value_=|\bvalue=)(?:\"[^\"]*\"|'[^']*'|[^\s>]+)")
_NAMES = re.compile(rf"(?i)(?:{_KEYS}|{_HEADERS}|{_COOKIES})")
_SHAPE_OF_SECRET = frozenset({"data", "stringData"})


def redacted(text: str) -> str:
    """The text without what looks like a secret. Its lines, and its quotation marks, stay."""
    for name, pattern, keep in PATTERNS:
        text = pattern.sub(f"{keep}[redacted: {name}]", text)
    if "<input" in text.lower():
        text = _INPUT.sub(_without_value, text)
    if _SECRET.search(text):
        text = _OF_JSON.sub(
            r'\g<keep>"[redacted: a Secret]"', _OF_YAML.sub(r"\g<keep>[redacted: a Secret]", text)
        )
    return _BASE64_PEM.sub(_unless_public, text)


def document(value: Any, text: Callable[[str], str]) -> Any:
    """What was parsed from JSON, with ``text`` applied to every string and telling names taken at their word."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return [document(each, text) for each in cast("list[Any]", value)]
    if not isinstance(value, Mapping):
        return value
    known = cast("Mapping[str, Any]", value)
    secret = known.get("kind") == "Secret"
    named = known.get("name")
    found: dict[str, Any] = {}
    for key, each in known.items():
        if secret and key in _SHAPE_OF_SECRET:
            found[key] = "[redacted: a Secret]"
        elif key == "value" and isinstance(named, str) and isinstance(each, str) and each:
            # A header, a cookie, a field of a form or of a store: {"name": ..., "value": ...}
            telling = _NAMES.fullmatch(named) is not None or "expires" in known or "httpOnly" in known
            found[key] = "[redacted: value]" if telling else document(each, text)
        elif isinstance(each, str) and each and _NAMES.fullmatch(key):
            found[key] = each if each.startswith("[redacted") else "[redacted: value]"
        else:
            found[text(key)] = document(each, text)
    return found


def _without_value(found: re.Match[str]) -> str:
    if not _TELLING.search(found[0]):
        return found[0]
    return _CONTENT.sub(r'\g<keep>"[redacted: field]"', found[0])


def _unless_public(found: re.Match[str]) -> str:
    with_padding = found[0][: len(found[0]) // 4 * 4]
    try:
        private = b"PRIVATE KEY" in base64.b64decode(with_padding)
    except (binascii.Error, ValueError):
        private = True
    return "[redacted: private key]" if private else found[0]
