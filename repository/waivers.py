"""Waivers: one file in which the owner says which violations are known, why, and until when.

::

    [[waiver]]
    rule = "versions-are-pinned"      # or "unread": the object is then a file, or a pattern of files
    object = "HelmRelease flux-system/reloader"
    reason = "its minor versions have never broken anything"
    expires = 2026-06-30

``object`` is what the finding names; ``*`` and ``?`` stand for any text and any letter. A waiver that has expired, or
that nothing needs, fails the run: it would hide the next violation.
"""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from repository.values import Place, Unread

NAME = "clusterspec-waivers.toml"
UNREAD = "unread"
_KEYS = ("rule", "object", "reason", "expires")
_HEADER = re.compile(r"^\s*\[\[\s*waiver\s*\]\]")


class BadWaivers(ValueError):
    """The file of waivers is wrong; the message has all that is wrong with it, a line each."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver. ``place`` is where it stands."""

    place: Place
    rule: str
    object: str
    reason: str
    expires: date


@dataclass(frozen=True, slots=True, order=True)
class WaiverProblem:
    """A waiver that must be changed, and why."""

    place: Place
    waiver: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: the waiver of {self.waiver} {self.why}"


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of a file."""

    waivers: tuple[Waiver, ...] = ()

    def of_finding(self, rule: str, name: str) -> Waiver | None:
        """The waiver of a violation."""
        return self._find(rule, name)

    def of_unread(self, unread: Unread) -> Waiver | None:
        """The waiver of something that could not be read."""
        return self._find(UNREAD, unread.object)

    def _find(self, rule: str, name: str) -> Waiver | None:
        matching = (each for each in self.waivers if each.rule == rule)
        return next((each for each in matching if fnmatch.fnmatchcase(name, each.object)), None)

    def problems(
        self, used: Iterable[Waiver], known: Iterable[str], today: date
    ) -> tuple[WaiverProblem, ...]:
        """Waivers that expired, that name no rule, or that nothing needed."""
        return tuple(sorted(self._problems(frozenset(used), frozenset(known), today)))

    def _problems(
        self, used: frozenset[Waiver], known: frozenset[str], today: date
    ) -> Iterator[WaiverProblem]:
        for each in self.waivers:
            name = f"{each.rule} for {each.object}"
            if each.rule != UNREAD and each.rule not in known:
                yield WaiverProblem(each.place, name, "names a rule that does not exist")
            elif each.expires < today:
                yield WaiverProblem(each.place, name, f"expired on {each.expires}: mend it, or decide anew")
            elif each not in used:
                yield WaiverProblem(each.place, name, "is not needed any more: take it away")


def load(path: Path, shown: str) -> Waivers:
    """Read a file of waivers; ``shown`` is its name in messages. Raises ``BadWaivers``, ``OSError``."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadWaivers(f"{shown}: it is not TOML: {error}") from None
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _HEADER.match(line)]
    wrong = [f"{shown}: the key {key!r} is not known" for key in document if key != "waiver"]
    listed = document.get("waiver", [])
    if not isinstance(listed, list) or len(lines) != len(listed):
        raise BadWaivers(f"{shown}: each waiver is a table under a line [[waiver]]")
    found: list[Waiver] = []
    for at, table in zip(lines, listed, strict=True):
        if complaints := list(_complaints(table)):
            wrong += [f"{shown}:{at}: {each}" for each in complaints]
        else:
            found.append(Waiver(Place(shown, at), **table))
    if wrong:
        raise BadWaivers("\n".join(wrong))
    return Waivers(tuple(found))


def _complaints(table: dict[str, Any]) -> Iterator[str]:
    for key in table:
        if key not in _KEYS:
            yield f"the key {key!r} is not known; a waiver has {', '.join(_KEYS)}"
    for key in _KEYS[:-1]:
        if not isinstance(table.get(key), str) or not table[key].strip():
            yield f"{key!r} is missing, or is not a text"
    expires = table.get("expires")
    if not isinstance(expires, date) or isinstance(expires, datetime):
        yield "'expires' is missing, or is not a date (2026-06-30)"
