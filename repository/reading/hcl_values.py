"""The value of an expression of HCL, as far as the files of the repository tell it."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tree_sitter import Node

from repository.values import Expression, Map, Seq

DEEPEST = 40
"""How many references one after the other are followed."""
_ENCODERS = frozenset(
    {"jsonencode", "nonsensitive", "sensitive", "tolist", "tomap", "toset", "try", "yamlencode"}
)
"""Functions of something that, for us, are that thing."""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Piece:
    """An expression that was not looked at yet, and the folder whose names it uses."""

    node: Node
    folder: Folder


@dataclass(slots=True)
class Folder:
    """A module of Terraform: what its files say about names. ``given`` comes from ``.tfvars`` files."""

    path: str
    others: Mapping[str, Folder]
    default: dict[str, Piece] = field(default_factory=dict[str, Piece])
    local: dict[str, Piece] = field(default_factory=dict[str, Piece])
    given: dict[str, Piece] = field(default_factory=dict[str, Piece])
    called: dict[str, list[dict[str, Piece]]] = field(default_factory=dict[str, list[dict[str, Piece]]])
    depth: int = 0

    def call(self, source: str, arguments: dict[str, Piece]) -> None:
        """Remember what a module next door is called with."""
        if source.startswith("."):
            path = os.path.normpath(os.path.join(self.path, source))  # noqa: PTH118 - of names, nothing on disk
            self.called.setdefault(path, []).append(arguments)

    def variable(self, name: str) -> Piece | None:
        """Where the value of a variable stands; None when the files do not tell one value for it."""
        if name in self.given:
            return self.given[name]
        calls = [each for folder in self.others.values() for each in folder.called.get(self.path, ())]
        told = [each[name] for each in calls if name in each]
        if len(told) == 1 and len(calls) == 1:
            return told[0]
        return None if told else self.default.get(name)


def text_of(node: Node) -> str:
    """The text of a piece of the file."""
    return (node.text or b"").decode("utf-8", "replace")


def value_of(node: Node, folder: Folder) -> Any:
    """The value of an expression: text, number, boolean, None, ``Map``, ``Seq``, or an ``Expression``."""
    found = _value(node, folder)
    return Expression(text_of(node)) if found is _UNKNOWN else found


_UNKNOWN = object()


def _value(node: Node, folder: Folder) -> Any:  # noqa: C901, PLR0911, PLR0912 - one answer for each kind of expression
    named = [each for each in node.children if each.is_named and each.type != "comment"]
    match node.type:
        case "expression" | "literal_value" | "collection_value":
            if len(named) == 1:
                return _value(named[0], folder)
            return _reference(named, folder)
        case "string_lit":
            return _unescaped(text_of(node)[1:-1])
        case "template_expr":
            return _template(named[0], folder) if named else _UNKNOWN
        case "numeric_lit":
            return _number(text_of(node))
        case "bool_lit":
            return text_of(node) == "true"
        case "null_lit":
            return None
        case "object":
            return _object(node, folder)
        case "tuple":
            seq = Seq(node.start_point.row + 1)
            for item in named:
                if item.type == "expression":
                    seq.append(value_of(item, folder))
                    seq.lines.append(item.start_point.row + 1)
            return seq
        case "operation" | "unary_operation":
            inner = _value(named[0], folder) if len(named) == 1 else _UNKNOWN
            if (
                text_of(node).startswith("-")
                and isinstance(inner, int | float)
                and node.type == "unary_operation"
            ):
                return -inner
            return inner if node.type == "operation" and len(named) == 1 else _UNKNOWN
        case "conditional":
            return _conditional(named, folder)
        case "function_call":
            return _call(named, folder)
        case _:
            return _UNKNOWN


def _number(text: str) -> int | float | object:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return _UNKNOWN


def _object(node: Node, folder: Folder) -> Map:
    found = Map(node.start_point.row + 1)
    for element in (each for each in node.children if each.type == "object_elem"):
        pair = [each for each in element.children if each.type == "expression"]
        if len(pair) == 2:  # noqa: PLR2004 - a key and its value
            key = _key(pair[0], folder)
            found[key] = value_of(pair[1], folder)
            found.lines[key] = element.start_point.row + 1
    return found


def _key(node: Node, folder: Folder) -> str:
    """The key of an object: a bare word is that word and no variable."""
    text = text_of(node)
    if re.fullmatch(r"[\w-]+", text):
        return text
    return str(value_of(node, folder))


def _reference(named: list[Node], folder: Folder) -> Any:
    """``var.x``, ``local.x`` and what is inside of them."""
    names = list(_names(named, folder))
    if len(names) < 2 or names[0] not in ("var", "local") or folder.depth > DEEPEST:  # noqa: PLR2004
        return _UNKNOWN
    name = str(names[1])
    piece = folder.variable(name) if names[0] == "var" else folder.local.get(name)
    if piece is None:
        return _UNKNOWN
    piece.folder.depth += 1
    try:
        found = _value(piece.node, piece.folder)
    finally:
        piece.folder.depth -= 1
    for step in names[2:]:
        if isinstance(found, Map) and str(step) in found:
            found = found[str(step)]
        elif isinstance(found, Seq) and isinstance(step, int) and 0 <= step < len(found):
            found = found[step]
        else:
            return _UNKNOWN
    return _UNKNOWN if isinstance(found, Expression) else found


def _names(named: list[Node], folder: Folder) -> Iterator[str | int]:
    for each in named:
        if each.type == "variable_expr":
            yield text_of(each)
        elif each.type == "get_attr":
            yield text_of(each).lstrip(".")
        elif each.type == "index":
            inner = each
            while inner.type in ("index", "new_index", "legacy_index") and inner.named_child_count:
                inner = inner.named_children[0]
            value = value_of(inner, folder)
            yield value if isinstance(value, int) else str(value)
        else:
            yield "?"


def _conditional(named: list[Node], folder: Folder) -> Any:
    if len(named) != 3:  # noqa: PLR2004 - the question and two answers
        return _UNKNOWN
    question = _value(named[0], folder)
    if not isinstance(question, bool):
        return _UNKNOWN
    return _value(named[1] if question else named[2], folder)


def _call(named: list[Node], folder: Folder) -> Any:
    name = text_of(named[0])
    arguments = [each for inner in named[1:] for each in inner.children if each.type == "expression"]
    if name in _ENCODERS and arguments:
        return _value(arguments[0], folder)
    values = [_value(each, folder) for each in arguments]
    if name == "merge" and values and all(isinstance(each, Map) for each in values):
        merged = Map(values[0].line)
        for each in values:
            merged.update(each)
            merged.lines.update(each.lines)
        return merged
    if name == "concat" and all(isinstance(each, Seq) for each in values):
        joined = Seq(named[0].start_point.row + 1)
        for each in values:
            joined.extend(each)
            joined.lines.extend(each.lines)
        return joined
    if name == "length" and len(values) == 1 and isinstance(values[0], Map | Seq):
        return len(values[0])
    return _UNKNOWN


def _template(node: Node, folder: Folder) -> Any:
    """A text with pieces of other values in it; an ``Expression`` when one of them is not known."""
    whole, begin = node.text or b"", node.start_byte
    known, parts, at = True, list[str](), 0
    for hole in (
        each
        for each in node.children
        if each.type.startswith("template_") and each.type != "template_literal"
    ):
        value: Any = _UNKNOWN
        if hole.type == "template_interpolation":
            inner = next((each for each in hole.children if each.type == "expression"), None)
            value = _value(inner, folder) if inner is not None else _UNKNOWN
        parts.append(whole[at : hole.start_byte - begin].decode("utf-8", "replace"))
        if isinstance(value, str | int | float) and not isinstance(value, Expression):
            parts.append(str(value).lower() if isinstance(value, bool) else str(value))
        else:
            known = False
            parts.append(text_of(hole))
        at = hole.end_byte - begin
    parts.append(whole[at:].decode("utf-8", "replace"))
    text = "".join(parts)
    text = _heredoc(text) if node.type == "heredoc_template" else _unescaped(text[1:-1])
    return text if known else Expression(text)


def _plain(text: str) -> str:
    """What is written twice so that Terraform leaves it alone, once."""
    return text.replace("$${", "${").replace("%%{", "%{")


def _heredoc(text: str) -> str:
    """The text between ``<<EOT`` and ``EOT``; after ``<<-`` without the common indentation."""
    first, _, rest = text.partition("\n")
    body = rest.rpartition("\n")[0] + "\n" if "\n" in rest else ""
    return _plain(textwrap.dedent(body) if first.startswith("<<-") else body)


def _unescaped(text: str) -> str:
    return _plain(re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text))
