"""Markdown: documents as lines, with the headings that they stand under."""

from __future__ import annotations

from dataclasses import dataclass


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
