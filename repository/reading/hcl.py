"""Terraform's HCL: blocks with their attributes, values where they are literal, expressions where they are not.

The parser is tree-sitter's grammar of HCL. Variables and locals are put in as far as the files tell their values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from repository.reading.files import Files
from repository.reading.hcl_values import Folder, Piece, text_of, value_of
from repository.values import Map, Place, Unread, line

SUFFIXES = (".tf", ".tofu")


@dataclass(frozen=True, slots=True)
class Block:
    """``resource "type" "name" { … }``: ``kind`` is "resource", ``labels`` are ("type", "name").

    ``body`` has the attributes: text, numbers, booleans, ``Map`` and ``Seq``; variables with a default, what a module
    is called with, and locals of the same folder are put in; what only Terraform knows is an ``Expression``.
    ``jsonencode`` and ``yamlencode`` of something is that thing.
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
        return Place(self.file, line(self.body, *path) if path else self.line)

    def inner(self, kind: str) -> tuple[Block, ...]:
        """The blocks of this kind directly inside of it."""
        return tuple(each for each in self.blocks if each.kind == kind)


@dataclass(frozen=True, slots=True)
class Terraform:
    """All blocks of all files, and what could not be read."""

    blocks: tuple[Block, ...] = ()
    unread: tuple[Unread, ...] = ()


def read(files: Files) -> Terraform:
    """Read all files of Terraform and OpenTofu, and the values that ``.tfvars`` files give to variables."""
    folders: dict[str, Folder] = {}
    roots: list[tuple[str, Folder, Node]] = []
    unread: list[Unread] = []
    for name in files.ending(*SUFFIXES, "terraform.tfvars", ".auto.tfvars"):
        try:
            source = (files.root / name).read_bytes()
        except OSError as error:
            unread.append(Unread(Place(name), "hcl", f"it cannot be read: {error}"))
            continue
        root = _parser().parse(source).root_node
        if root.has_error:
            unread.append(Unread(Place(name, _broken(root)), "hcl", "it is not HCL from here on"))
        folder = folders.setdefault(name.rpartition("/")[0], Folder(name.rpartition("/")[0], folders))
        if name.endswith(".tfvars"):
            folder.given.update({key: Piece(node, folder) for key, node in _attributes(_body(root))})
            continue
        roots.append((name, folder, root))
        _declare(folder, root)
    blocks = tuple(block for name, folder, root in roots for block in _blocks(name, folder, _body(root)))
    return Terraform(blocks, tuple(unread))


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


def _broken(node: Node) -> int:
    """The line of the first thing that the parser did not understand."""
    for child in node.children:
        if child.is_error or child.is_missing:
            return child.start_point.row + 1
        if child.has_error:
            return _broken(child)
    return node.start_point.row + 1


def _declare(folder: Folder, root: Node) -> None:
    """Learn what the blocks of a file say about variables, locals and the modules that are called."""
    for block in _of_type(_body(root), "block"):
        kind, labels, body = _taken_apart(block)
        attributes = dict(_attributes(body))
        if kind == "locals":
            folder.local.update({key: Piece(node, folder) for key, node in attributes.items()})
        elif kind == "variable" and labels and "default" in attributes:
            folder.default[labels[0]] = Piece(attributes["default"], folder)
        elif kind == "module" and "source" in attributes:
            source = value_of(attributes["source"], folder)
            folder.call(str(source), {key: Piece(node, folder) for key, node in attributes.items()})


def _blocks(file: str, folder: Folder, body: Node | None) -> Iterator[Block]:
    for block in _of_type(body, "block"):
        kind, labels, inner = _taken_apart(block)
        found = Map(block.start_point.row + 1)
        for key, node in _attributes(inner):
            found[key] = value_of(node, folder)
            found.lines[key] = (node.parent or node).start_point.row + 1
        yield Block(kind, labels, file, found.line, found, tuple(_blocks(file, folder, inner)))


def _taken_apart(block: Node) -> tuple[str, tuple[str, ...], Node | None]:
    """The kind of a block, its labels and its body."""
    words = [text_of(each).strip('"') for each in block.children if each.type in ("identifier", "string_lit")]
    return words[0] if words else "", tuple(words[1:]), _body(block)


def _body(node: Node) -> Node | None:
    return next((each for each in node.children if each.type == "body"), None)


def _attributes(body: Node | None) -> Iterator[tuple[str, Node]]:
    for attribute in _of_type(body, "attribute"):
        named = [each for each in attribute.children if each.is_named]
        if len(named) > 1:
            yield text_of(named[0]), named[-1]


def _of_type(node: Node | None, kind: str) -> Iterator[Node]:
    return (each for each in (node.children if node is not None else ()) if each.type == kind)


def all_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks and all inside of them."""
    for block in blocks:
        yield block
        yield from all_blocks(block.blocks)


def values(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, Any]]:
    """Every attribute's value of all blocks, with its block."""
    for block in all_blocks(blocks):
        for value in block.body.values():
            yield block, value
