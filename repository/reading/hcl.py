"""Terraform's HCL: blocks with their attributes, values where they are literal, expressions where they are not."""

from __future__ import annotations

from dataclasses import dataclass, field

from repository.reading.files import Files
from repository.values import Map, Place, Unread


@dataclass(frozen=True, slots=True)
class Block:
    """``resource "type" "name" { … }``: ``kind`` is "resource", ``labels`` are ("type", "name").

    ``body`` has the attributes: text, numbers, booleans, ``Map`` and ``Seq``; variables with a default and locals of
    the same folder are put in; what only Terraform knows is an ``Expression``. ``jsonencode`` and ``yamlencode`` of
    something is that thing.
    """

    kind: str
    labels: tuple[str, ...]
    file: str
    line: int
    body: Map = field(compare=False, repr=False)
    blocks: tuple[Block, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.kind, *self.labels))

    def at(self, *path: str | int) -> Place:
        """The place of an attribute, or of the block."""
        from repository.values import line  # noqa: PLC0415

        return Place(self.file, line(self.body, *path) if path else self.line)

    def inner(self, kind: str) -> tuple[Block, ...]:
        """The blocks of this kind directly inside of it."""
        return tuple(each for each in self.blocks if each.kind == kind)


@dataclass(frozen=True, slots=True)
class Terraform:
    """All blocks of all files, and what could not be read."""

    blocks: tuple[Block, ...] = ()
    unread: tuple[Unread, ...] = ()


def read(_files: Files) -> Terraform:
    """Read all ``.tf`` files."""
    return Terraform()
