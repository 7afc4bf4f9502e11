"""Terraform's layers: folders that a number puts in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from repository.reading.hcl import Block
from repository.repository import Repository
from repository.rules._words import all_blocks, strings

_NUMBERED = re.compile(r"(\d\d)-[a-z]")


@dataclass(frozen=True, slots=True)
class Layer:
    """A root module with a number. ``blocks`` are those of its folder and of the local modules that it calls."""

    folder: str
    number: int
    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        """The folder's own name."""
        return PurePosixPath(self.folder).name


def layers(repo: Repository) -> tuple[Layer, ...]:
    """The layers in their order."""
    folders: dict[str, list[Block]] = {}
    for block in repo.blocks:
        folders.setdefault(str(PurePosixPath(block.file).parent), []).append(block)
    found = [
        Layer(folder, int(numbered[1]), tuple(_with_modules(folder, folders, set())))
        for folder in folders
        if (numbered := _NUMBERED.match(PurePosixPath(folder).name))
    ]
    return tuple(sorted(found, key=lambda one: (one.number, one.folder)))


def no_layers(repo: Repository) -> str:
    """Why a rule about layers does not apply; an empty string when it does."""
    return "" if layers(repo) else "there are no numbered layers of Terraform (01-…) here"


def _with_modules(folder: str, folders: Mapping[str, list[Block]], seen: set[str]) -> Iterator[Block]:
    if folder in seen:
        return
    seen.add(folder)
    for block in folders.get(folder, ()):
        yield block
        source = block.body.get("source") if block.kind == "module" else None
        if isinstance(source, str) and source.startswith("."):
            yield from _with_modules(_joined(folder, source), folders, seen)


def _joined(folder: str, relative: str) -> str:
    parts = list(PurePosixPath(folder).parts)
    for part in PurePosixPath(relative).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != "..":
            parts.append(part)
    return str(PurePosixPath(*parts))


def depends_on(block: Block) -> tuple[str, ...]:
    """The addresses that a block says it depends on ("null_resource.wait")."""
    return tuple(text.strip() for _, text in strings(block.body.get("depends_on", [])))


def text_of(block: Block) -> str:
    """Every text in a block and in those inside of it."""
    return "\n".join(text for each in all_blocks((block,)) for _, text in strings(each.body))
