"""Markdown: documents as lines, with the headings that they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from repository.reading.files import Files

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document. ``fenced`` tells whether it belongs to a block of code; ``heading`` is the last one."""

    number: int
    text: str
    heading: str
    fenced: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A document."""

    file: str
    lines: tuple[Line, ...]


def read(files: Files) -> tuple[Text, ...]:
    """Read all documents; one that is not UTF-8 is read as well as can be."""
    found: list[Text] = []
    for name in files.ending(".md", ".markdown"):
        text = (files.root / name).read_bytes().decode("utf-8", "replace")
        found.append(Text(name, tuple(_lines(text))))
    return tuple(found)


def _lines(text: str) -> Iterator[Line]:
    heading, fence = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        opened = _FENCE.match(line)
        if opened and (not fence or opened[1].startswith(fence)):
            fence = "" if fence else opened[1]
            yield Line(number, line, heading, fenced=True)
            continue
        if not fence and (found := _HEADING.match(line)):
            heading = found[1].strip()
        yield Line(number, line, heading, fenced=bool(fence))
