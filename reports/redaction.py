"""Keeps secrets out of everything that a run leaves behind.

Two nets, one behind the other. ``Redactor.text`` takes known values and known shapes (``reports.shapes``) out of
each text as it is recorded, and ``Redactor.scrubbed`` out of archives. ``Redactor.leaks`` looks through each finished
file for the known values, whatever encodings are heaped upon them (``reports.encodings``), and ``reports.store``
refuses to write a file that holds one.

What neither net can see: a secret drawn in a screenshot, one that is split over several texts, one that
is hashed or encrypted, and a known value shorter than ``STRONG`` characters glued to other letters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from reports import encodings, packed, shapes
from reports import text as words

WITHHELD = "[withheld: this text could not be checked for secrets]"
STRONG = 8
"""Characters from which on a known value cannot be an ordinary word by accident."""
_LINE = 16
"""A line of a longer secret (of a key in PEM) is a secret of its own from this length on."""
_CUT_FROM = 48
_CUT = 24
"""Of a long secret, the first and the last characters are known too: tools cut long values short."""
_RUNS = re.compile(
    r"[A-Za-z0-9+/_-]{12,}={0,2}|[^\s\"'<>=#,;(){}\[\]]*%[0-9A-Fa-f]{2}[^\s\"'<>=#,;(){}\[\]]*"
)
"""Where a secret can stand in a form that we did not think of: letters of base64, and escapes of URLs."""
_LINES = re.compile(r"[^\n]+")
_REMEMBERED = 20_000
"""So many cleaned texts are remembered at most."""


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


class _Mark(NamedTuple):
    """How much was known in a generation: entries of each kind, which are kept in the order of their coming."""

    strong: int
    plain: int
    weak: int


class Redactor:
    """Known secret values by name, and the shapes that secrets have.

    Register a value with ``know`` as soon as it is known; what was recorded earlier is found by the
    final scan. The values stay in this object and are never part of its repr.
    """

    __slots__ = (
        "_always",
        "_cleaned",
        "_generation",
        "_marks",
        "_names",
        "_needles",
        "_plain",
        "_strong",
        "_values",
        "_weak",
    )

    def __init__(self, secrets: Iterable[tuple[str, str]] = ()) -> None:
        self._strong: dict[str, str] = {}
        self._weak: dict[str, str] = {}
        self._names: set[str] = set()
        self._plain: dict[bytes, str] = {}
        self._values: list[tuple[str, str]] = []
        self._generation = 0
        self._marks: list[_Mark] = [_Mark(0, 0, 0)]
        self._cleaned: dict[str, tuple[int, str]] = {}
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
        if (name, whole) in self._values:
            return
        self._names.add(name)
        self._values.append((name, whole))
        for part in _parts(whole):
            if len(part) < STRONG:
                self._weak.setdefault(part, name)
            else:
                for form in encodings.forms(part):
                    self._strong.setdefault(form, name)
                for plain in (part, words.clean(part), part.replace(" ", "+")):
                    self._plain.setdefault(plain.encode("utf-8", "surrogatepass"), name)
        if len(whole.strip()) >= STRONG:
            for form in encodings.base64_forms(raw):
                self._strong.setdefault(form, name)
        self._always = self._needles = None
        self._generation += 1
        self._marks.append(_Mark(len(self._strong), len(self._plain), len(self._weak)))

    def known_since(self, number: int) -> tuple[tuple[str, str], ...]:
        """The secrets that became known after the first ``number`` of them, for another process of the run.

        They must not be written anywhere on the way.
        """
        return tuple(self._values[number:])

    def text(self, value: str) -> str:
        """The text, cleaned (``reports.text.clean``) and without secrets. Never raises: fails closed."""
        # Most texts of a run come again, and each secret that becomes known is looked for in all of them: what was
        # cleaned before is asked only for the new ones.
        since, before = self._cleaned.get(value, (-1, ""))
        try:
            if since < 0 or self.concerned(value.encode("utf-8", "backslashreplace"), since):
                before = self._redact(words.clean(value))
        except Exception:  # noqa: BLE001 - whatever went wrong, an unchecked text must not get out
            return WITHHELD
        if since < 0 and len(self._cleaned) >= _REMEMBERED:
            self._cleaned.clear()
        self._cleaned[value] = (self._generation, before)
        return before

    def concerned(self, content: bytes, since: int) -> bool:
        """Whether these bytes may hold a secret that became known after this generation, and are to be cleaned anew."""
        return len(self._weak) > self._marks[since].weak or bool(self.leaks(content, since))

    def leaks(self, content: bytes, since: int = 0) -> tuple[str, ...]:
        """Names of the known secrets that these bytes hold, in any encoding of ours. Sorted, unique.

        ``since``: only those that became known after this generation.
        """
        if self._generation == since > 0:
            return ()
        if self._needles is None:
            self._needles = tuple(
                (name, form.encode("utf-8", "surrogatepass")) for form, name in self._strong.items()
            )
        mark = self._marks[since]
        found = {name for name, needle in self._needles[mark.strong :] if needle in content}
        found |= self._said(content, mark.plain)
        if not since and b"PRIVATE KEY-----" in content and _holds_private_key(content):
            found.add("private key")
        return tuple(sorted(found))

    def leaks_packed(self, content: bytes) -> tuple[str, ...]:
        """As ``leaks``, also inside zip and gzip. What cannot be unpacked counts as a leak."""
        found = set(self.leaks(content))
        try:
            for part in packed.unpacked(content):
                found.update(self.leaks(part))
        except Exception:  # noqa: BLE001 - a broken or oversized archive cannot be checked: fail closed
            found.add("an archive that could not be checked")
        return tuple(sorted(found))

    def scrubbed(self, content: bytes) -> bytes | None:
        """A zip or a picture without its secrets, texts redacted; None when it is of no kind that can be rewritten."""
        return packed.rewritten(content, self.text, self.document)

    def document(self, value: str) -> str:
        """As ``text``, for JSON: what stands beside a telling name goes too. Anything else is treated as text."""
        try:
            before = json.loads(value)
            after = shapes.document(before, self.text)
        except ValueError:
            return self.text(value)
        except Exception:  # noqa: BLE001 - as in ``text``
            return WITHHELD
        return self.text(value if after == before else json.dumps(after, ensure_ascii=False))

    def data(self, value: Any) -> Any:
        """As ``document``, for JSON values: the texts and keys in them, however deeply nested. Never raises."""
        try:
            after = shapes.document(value, self.text)
            return (
                WITHHELD
                if self.leaks(json.dumps(after, ensure_ascii=False).encode("utf-8", "backslashreplace"))
                else after
            )
        except Exception:  # noqa: BLE001 - as in ``text``
            return WITHHELD

    def _redact(self, value: str) -> str:
        if self._always is None:
            self._always = self._compiled()
        # A pattern of many alternatives is slow, and hardly any text holds a secret: ask first.
        if self._weak or any(form in value for form in self._strong):
            value = self._always.sub(self._replacement, value)
        value = shapes.redacted(value)
        if self._said(value.encode("utf-8", "backslashreplace")):
            value = _RUNS.sub(self._unless_it_says, value)
            if self._said(value.encode("utf-8", "backslashreplace")):
                value = _LINES.sub(self._unless_it_says, value)
                if self._said(value.encode("utf-8", "backslashreplace")):
                    return WITHHELD
        return value

    def _said(self, content: bytes, first: int = 0) -> set[str]:
        """Names of the known secrets, from the ``first`` on, that these bytes say when every encoding is undone."""
        plains = tuple(islice(self._plain.items(), first, None))
        if not plains:
            return set()
        return {name for part in encodings.said(content) for plain, name in plains if plain in part}

    def _unless_it_says(self, found: re.Match[str]) -> str:
        names = self._said(found[0].encode("utf-8", "backslashreplace"))
        return f"[redacted: {min(names)}]" if names else found[0]

    def _replacement(self, found: re.Match[str]) -> str:
        return f"[redacted: {self._strong.get(found[0]) or self._weak[found[0]]}]"

    def _compiled(self) -> re.Pattern[str]:
        strong = [re.escape(form) for form in sorted(self._strong, key=len, reverse=True)]
        weak = [rf"(?<!\w){re.escape(form)}(?!\w)" for form in sorted(self._weak, key=len, reverse=True)]
        return re.compile("|".join([*strong, *weak]) or r"(?!)")


def _parts(whole: str) -> list[str]:
    """The value, and what is a secret of its own in it."""
    parts = [whole, whole.strip()]
    lines = [line.strip() for line in whole.splitlines()]
    if len(lines) > 1:
        # A key in PEM is often indented or folded; its first and last line are no secret.
        return parts + [line for line in lines if len(line) >= _LINE and not line.startswith("-----")]
    return [*parts, whole[:_CUT], whole[-_CUT:]] if len(whole) >= _CUT_FROM else parts


def _holds_private_key(content: bytes) -> bool:
    """Whether a private key is there with a body: the words alone, as in prose, are no key."""
    return re.search(rb"PRIVATE KEY-----(?:\\[nr]|\s|&#10;)*[A-Za-z0-9+/=]{16}", content) is not None
