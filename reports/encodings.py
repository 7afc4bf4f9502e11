"""In which ways a text can be written, and what a text says when all of them are undone."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote_to_bytes

from reports import text as words

SHORTEST = 8
"""Characters of base64 below which a piece of a value says too little."""
_RUN = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_ESCAPED = re.compile(rb"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\([\"'\\/nrt])")
_ENTITY = re.compile(rb"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_DEPTH = 3
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


def forms(value: str) -> Iterator[str]:
    """The value as it is written raw, cleaned, in JSON, in a Python literal, in HTML or XML, in a URL."""
    for plain in {value, words.clean(value)}:
        yield plain
        yield json.dumps(plain)[1:-1]
        yield json.dumps(plain, ensure_ascii=False)[1:-1]
        yield json.dumps(json.dumps(plain))[3:-3]
        yield json.dumps(plain)[1:-1].replace("/", "\\/")
        # As Go writes it
        yield json.dumps(plain)[1:-1].replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        yield repr(plain)[1:-1]
        yield html.escape(plain)
        yield html.escape(plain, quote=False)
        yield plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
        yield html.escape(plain).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")  # markupsafe's way
        encoded = plain.encode("utf-8", "surrogatepass")
        for once in (
            quote(encoded),
            quote(encoded, safe=""),
            quote_plus(encoded),
            quote(encoded, safe="!*'()~"),
        ):
            yield once
            yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), once)
            yield quote(once, safe="")


def base64_forms(raw: bytes) -> Iterator[str]:
    """The value in base64, alone or somewhere inside a longer value (``user:password``), both alphabets."""
    for padding in range(3):
        encoded = base64.b64encode(b"\0" * padding + raw).decode("ascii").rstrip("=")
        # The characters at both ends also depend on the neighbours of the value; leave them out.
        start = (0, 2, 3)[padding]
        inner = encoded[start : len(encoded) if (padding + len(raw)) % 3 == 0 else -1]
        if len(inner) >= SHORTEST:
            yield inner
            yield inner.replace("+", "-").replace("/", "_")
            yield quote(inner, safe="")


def said(content: bytes) -> Iterator[bytes]:
    """What these bytes say when URL, HTML, JSON and base64 are undone, also several times over; at least as is."""
    layer = [content]
    for _ in range(_DEPTH):
        yield from layer
        following: list[bytes] = []
        for part in layer:
            plain = _unescaped(part)
            if plain != part:
                yield plain
            following += [runs for each in {part, plain} if (runs := b"\0".join(_of_base64(each)))]
        layer = following
    yield from layer


def _unescaped(content: bytes) -> bytes:
    for _ in range(_DEPTH):
        before = content
        if b"%" in content:
            content = unquote_to_bytes(content)
        if b"&" in content:
            content = _ENTITY.sub(_character, content)
        if b"\\" in content:
            content = _ESCAPED.sub(_meant, content)
        if content == before:
            break
    return content


def _meant(found: re.Match[bytes]) -> bytes:
    if code := found[1] or found[2]:
        return chr(int(code, 16)).encode("utf-8", "surrogatepass")
    return _PLAIN.get(found[3], found[3])


def _character(found: re.Match[bytes]) -> bytes:
    return html.unescape(found[0].decode("ascii")).encode("utf-8", "surrogatepass")


def _of_base64(content: bytes) -> Iterator[bytes]:
    """Each run of letters of base64, read from each place where a group of four could begin."""
    for run in _RUN.findall(content):
        letters = run.translate(_TO_STANDARD)
        for begin in range(4):
            whole = letters[begin:]
            # A group that is cut short still says something.
            rest = len(whole) % 4
            whole = whole[:-1] if rest == 1 else whole + b"=" * (-len(whole) % 4)
            yield base64.b64decode(whole)
