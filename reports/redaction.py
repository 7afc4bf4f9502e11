"""Keeps secrets out of everything that a run leaves behind.

Two nets, one behind the other. ``Redactor.text`` takes known values and known shapes out of each text
as it is recorded. ``Redactor.leaks`` looks through each finished file for the known values, in every
encoding that our formats apply, and ``reports.store`` refuses to write a file that holds one.

What neither net can see: a secret drawn in a screenshot, one that is split over several texts, one that
is hashed or encrypted, and a known value shorter than ``STRONG`` characters glued to other letters.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from reports import text as words

WITHHELD = "[withheld: this text could not be checked for secrets]"
STRONG = 8
"""Characters from which on a known value cannot be an ordinary word by accident."""
_LINE = 16
"""A line of a longer secret (of a key in PEM) is a secret of its own from this length on."""
_CUT_FROM = 48
_CUT = 24
"""Of a long secret, the first and the last characters are known too: tools cut long values short."""
_UNPACKED_LIMIT = 64 * 1024 * 1024
_MAGIC_ZIP = b"PK\x03\x04"
_MAGIC_GZIP = b"\x1f\x8b"

_PATTERNS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "private key",
        re.compile(
            r"-----BEGIN (?P<kind>[A-Z0-9 ]{0,40})PRIVATE KEY-----"
            r"(?:(?!-----BEGIN ).)*?(?:-----END (?P=kind)PRIVATE KEY-----|(?=-----BEGIN )|\Z)",
            re.DOTALL,
        ),
        "",
    ),
    ("JWT", re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"), ""),
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
        "kubeconfig",
        re.compile(
            r"(?i)(?P<keep>\b(?:client-key-data|id-token|refresh-token|client-secret)\b[\"'\\]*\s*:\s*[\"'\\]*)"
            r"(?!\[redacted)[^\s\"'\\,}]+"
        ),
        r"\g<keep>",
    ),
    (
        "credential",
        re.compile(
            r"(?im)(?P<keep>(?:^\s*(?:-\s+)?|[{,]\s*)[\"']?(?:password|passwd|token|secret)[\"']?\s*[:=]\s*[\"']?)"
            r"(?!\[redacted)[^\s\"',}]+"
        ),
        r"\g<keep>",
    ),
    (
        "cookie",
        re.compile(r"(?i)(?P<keep>\b(?:set-)?cookie[\"']?\s*:\s*[\"']?[^\s=;\"']+=)(?!\[redacted)[^;\s\"']+"),
        r"\g<keep>",
    ),
    (
        "credential",
        re.compile(
            r"(?i)(?P<keep>[?&](?:access_token|id_token|refresh_token|token|code|client_secret|password)=)"
            r"(?!\[redacted)[^&\s\"'<>#]+"
        ),
        r"\g<keep>",
    ),
    (
        "credential",
        re.compile(r"(?P<keep>\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\[]{1,80}:)[^\s@/]{1,200}(?=@)"),
        r"\g<keep>",
    ),
    ("token", re.compile(r"\b(?:hv[sbr]\.[\w-]{20,}|gh[pousr]_\w{30,}|glpat-[\w-]{20,})"), ""),
)
_BASE64_PEM = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}={0,2}")


class SecretFound(Exception):
    """A file was not written because a known secret is in it.

    ``names`` are the secrets' names, ``where`` the scenarios (or parts of the run) that hold them.
    """

    def __init__(self, file: str, names: Iterable[str], where: Iterable[str]) -> None:
        self.file, self.names, self.where = file, tuple(names), tuple(where)
        super().__init__(
            f"{file} was not written: the secret {words.listed(list(self.names))} was found in it; "
            f"it comes from {words.listed(list(self.where)) if self.where else 'an unknown part of the run'}."
        )


class Redactor:
    """Known secret values by name, and the shapes that secrets have.

    Register a value with ``know`` as soon as it is known; what was recorded earlier is found by the
    final scan. The values stay in this object and are never part of its repr.
    """

    __slots__ = ("_always", "_generation", "_names", "_needles", "_strong", "_weak")

    def __init__(self, secrets: Iterable[tuple[str, str]] = ()) -> None:
        self._strong: dict[str, str] = {}
        self._weak: dict[str, str] = {}
        self._names: set[str] = set()
        self._generation = 0
        self._always: re.Pattern[str] | None = None
        self._needles: tuple[tuple[str, bytes], ...] | None = None
        for name, value in secrets:
            self.know(name, value)

    def __repr__(self) -> str:
        return f"Redactor(knows {len(self._names)} secrets)"

    @property
    def generation(self) -> int:
        """Grows when a secret becomes known: what was scanned before has to be scanned again."""
        return self._generation

    @property
    def weak(self) -> tuple[str, ...]:
        """Names of the secrets that are too short for the final scan (see ``STRONG``)."""
        return tuple(sorted(set(self._weak.values())))

    def know(self, name: str, value: str | bytes) -> None:
        """Take this value, and every form in which our tools print it, for a secret called ``name``.

        An empty value is none. A value shorter than ``STRONG`` is only taken out where it stands as a
        word of its own, and is listed in ``weak``.
        """
        whole, _ = words.decoded(value) if isinstance(value, bytes) else (value, True)
        raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        if not whole.strip():
            return
        self._names.add(name)
        parts = [whole, whole.strip()]
        lines = [line.strip() for line in whole.splitlines()]
        if len(lines) > 1:
            # A key in PEM is often indented or folded; its first and last line are no secret.
            parts += [line for line in lines if len(line) >= _LINE and not line.startswith("-----")]
        elif len(whole) >= _CUT_FROM:
            parts += [whole[:_CUT], whole[-_CUT:]]
        for part in parts:
            if len(part) < STRONG:
                self._weak.setdefault(part, name)
            else:
                for form in _forms(part):
                    self._strong.setdefault(form, name)
        if len(whole.strip()) >= STRONG:
            for form in _base64_forms(raw):
                self._strong.setdefault(form, name)
        self._always = self._needles = None
        self._generation += 1

    def text(self, value: str) -> str:
        """The text, cleaned (``reports.text.clean``) and without secrets. Never raises: fails closed."""
        try:
            return self._redact(words.clean(value))
        except Exception:  # noqa: BLE001 - whatever went wrong, an unchecked text must not get out
            return WITHHELD

    def leaks(self, content: bytes) -> tuple[str, ...]:
        """Names of the known secrets that these bytes hold, in any encoding of ours. Sorted, unique."""
        if self._needles is None:
            self._needles = tuple(
                (name, form.encode("utf-8", "surrogatepass")) for form, name in self._strong.items()
            )
        found = {name for name, needle in self._needles if needle in content}
        if b"PRIVATE KEY-----" in content and _holds_private_key(content):
            found.add("private key")
        return tuple(sorted(found))

    def leaks_packed(self, content: bytes) -> tuple[str, ...]:
        """As ``leaks``, also inside zip and gzip. What cannot be unpacked counts as a leak."""
        found = set(self.leaks(content))
        try:
            for part in _unpacked(content):
                found.update(self.leaks(part))
        except Exception:  # noqa: BLE001 - a broken or oversized archive cannot be checked: fail closed
            found.add("an archive that could not be checked")
        return tuple(sorted(found))

    def _redact(self, value: str) -> str:
        if self._always is None:
            self._always = self._compiled()
        # A pattern of many alternatives is slow, and hardly any text holds a secret: ask first.
        if self._weak or any(form in value for form in self._strong):
            value = self._always.sub(self._replacement, value)
        for name, pattern, keep in _PATTERNS:
            value = pattern.sub(f"{keep}[redacted: {name}]", value)
        return _BASE64_PEM.sub(_unless_public, value)

    def _replacement(self, found: re.Match[str]) -> str:
        return f"[redacted: {self._strong.get(found[0]) or self._weak[found[0]]}]"

    def _compiled(self) -> re.Pattern[str]:
        strong = [re.escape(form) for form in sorted(self._strong, key=len, reverse=True)]
        weak = [rf"(?<!\w){re.escape(form)}(?!\w)" for form in sorted(self._weak, key=len, reverse=True)]
        return re.compile("|".join([*strong, *weak]) or r"(?!)")


def _forms(value: str) -> Iterator[str]:
    """The value as it is written raw, cleaned, in JSON, in a Python literal, in HTML or XML, in a URL."""
    for plain in {value, words.clean(value)}:
        yield plain
        yield json.dumps(plain)[1:-1]
        yield json.dumps(plain, ensure_ascii=False)[1:-1]
        yield json.dumps(json.dumps(plain))[3:-3]
        yield repr(plain)[1:-1]
        yield html.escape(plain)
        yield html.escape(plain, quote=False)
        yield plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
        yield html.escape(plain).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")  # markupsafe's way
        encoded = plain.encode("utf-8", "surrogatepass")
        yield quote(encoded)
        yield quote(encoded, safe="")
        yield quote_plus(encoded)


def _base64_forms(raw: bytes) -> Iterator[str]:
    """The value in base64, alone or somewhere inside a longer value (``user:password``), both alphabets."""
    for padding in range(3):
        encoded = base64.b64encode(b"\0" * padding + raw).decode("ascii").rstrip("=")
        # The characters at both ends also depend on the neighbours of the value; leave them out.
        start = (0, 2, 3)[padding]
        inner = encoded[start : len(encoded) if (padding + len(raw)) % 3 == 0 else -1]
        if len(inner) >= STRONG:
            yield inner
            yield inner.replace("+", "-").replace("/", "_")


def _unless_public(found: re.Match[str]) -> str:
    with_padding = found[0][: len(found[0]) // 4 * 4]
    try:
        private = b"PRIVATE KEY" in base64.b64decode(with_padding)
    except (binascii.Error, ValueError):
        private = True
    return "[redacted: private key]" if private else found[0]


def _holds_private_key(content: bytes) -> bool:
    """Whether a private key is there with a body: the words alone, as in prose, are no key."""
    return re.search(rb"PRIVATE KEY-----(?:\\[nr]|\s|&#10;)*[A-Za-z0-9+/=]{16}", content) is not None


def _unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """The contents of a zip or gzip, archives inside included. Raises when they are too big to check."""
    if depth > 3:  # noqa: PLR2004 - nobody nests evidence deeper
        raise ValueError("nested too deeply")
    parts: Iterable[bytes] = ()
    if content.startswith(_MAGIC_ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _UNPACKED_LIMIT:
                raise ValueError("too big")
            parts = [archive.read(member) for member in archive.infolist()]
    elif content.startswith(_MAGIC_GZIP):
        machine = zlib.decompressobj(wbits=31)
        part = machine.decompress(content, _UNPACKED_LIMIT)
        if machine.unconsumed_tail or not machine.eof or machine.unused_data:
            raise ValueError("too big, cut short, or followed by something else")
        parts = [part]
    for part in parts:
        yield part
        yield from _unpacked(part, depth + 1)
