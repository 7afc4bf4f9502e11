"""Shell: the commands that a script runs, by tree-sitter's grammar of Bash."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from repository.reading.files import Files
from repository.reading.hcl import Block, all_blocks
from repository.values import Expression, Place, Unread

_SHEBANG = re.compile(r"^#!.*\b(?:ba|da|k|z)?sh\b")
_SUFFIXES = (".sh", ".bash")
_OF_TERRAFORM = re.compile(r"\$\{(?=[^}]*[.(\[])[^{}]*\}")
"""A hole that Terraform fills: it has a dot, a call or an index, and the shell's own variables have none."""
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command.

    ``words`` are its words without quotes; variables that the script sets once, to literal text, are put in; the
    others stay as ``$NAME``, and what another command prints as ``$(…)``. ``within`` are the words of the command
    that runs this one as text (``timeout 300 bash -c '…'``).
    """

    words: tuple[str, ...]
    place: Place
    within: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The program."""
        return self.words[0] if self.words else ""


@dataclass(frozen=True, slots=True)
class Script:
    """A script: a file, or a piece of one (a provisioner of Terraform)."""

    place: Place
    commands: tuple[Command, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """All scripts, and what could not be read."""

    scripts: tuple[Script, ...] = ()
    unread: tuple[Unread, ...] = ()


def read(files: Files, blocks: tuple[Block, ...]) -> Scripts:
    """Read all scripts: files that end or begin like one, and what Terraform runs on the machine it runs on."""
    found: list[Script] = []
    unread: list[Unread] = []
    for place, text in (*_files(files), *_provisioners(blocks)):
        source = text.encode()
        root = _parser().parse(source).root_node
        if root.has_error and (why := _refused(text)):
            unread.append(Unread(place, "shell", f"it is not a script for Bash: {why}"))
        known = _assigned(root)
        found.append(Script(place, tuple(_commands(root, place, known)), text))
    return Scripts(tuple(found), tuple(unread))


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def _files(files: Files) -> Iterator[tuple[Place, str]]:
    for name in files.names:
        stem = name.rpartition("/")[2]
        if not stem.endswith(_SUFFIXES) and "." in stem:
            continue
        path = files.root / name
        try:
            with path.open("rb") as file:
                begin = file.read(_LARGEST)
        except OSError:
            continue
        text = begin.decode("utf-8", "replace")
        if stem.endswith(_SUFFIXES) or _SHEBANG.match(text):
            yield Place(name), text


def _provisioners(blocks: tuple[Block, ...]) -> Iterator[tuple[Place, str]]:
    for block in all_blocks(blocks):
        command = block.body.get("command")
        if block.kind == "provisioner" and block.labels == ("local-exec",) and isinstance(command, str):
            place = block.at("command")
            # A text of several lines begins under the line of its name.
            first = Place(place.file, place.line + 1) if "\n" in command else place
            yield (
                first,
                _OF_TERRAFORM.sub("$TERRAFORM", command) if isinstance(command, Expression) else command,
            )


def _refused(text: str) -> str:
    """What Bash itself says of a script that the grammar does not understand; "" when Bash takes it."""
    try:
        done = subprocess.run(
            ["bash", "-n"], input=text, capture_output=True, text=True, timeout=10, check=False
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return "the parser does not understand it"
    said = done.stderr.strip().splitlines()
    return said[0].removeprefix("bash: ") if done.returncode and said else ""


def _assigned(root: Node) -> Mapping[str, str]:
    """The variables that are set once, to a text without holes. Those set again, or read from input, are not."""
    known: dict[str, str | None] = {}
    for node in _of_type(root, "variable_assignment"):
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None:
            continue
        text = _word(value, {}) if value is not None else ""
        key = _text(name)
        known[key] = None if "$" in text or known.get(key, text) != text else text
    for node in _of_type(root, "for_statement"):
        if (name := node.child_by_field_name("variable")) is not None:
            known[_text(name)] = None
    for command in _of_type(root, "command"):
        words = [_text(each) for each in command.named_children]
        if words[:1] == ["read"]:
            known.update(dict.fromkeys(words[1:]))
    return {name: text for name, text in known.items() if text is not None}


def _commands(root: Node, place: Place, known: Mapping[str, str]) -> Iterator[Command]:
    for node in _of_type(root, "command", "test_command"):
        parts = [
            each
            for each in node.named_children
            if each.type not in ("comment", "file_redirect", "herestring_redirect", "variable_assignment")
        ]
        words = tuple(_word(each, known) for each in parts)
        if node.type == "test_command":
            words = ("test", *words)
        if not words:
            continue
        found = Command(words, Place(place.file, place.line + node.start_point.row))
        yield found
        if inner := _text_to_run(words):
            for each in _commands(_parser().parse(inner.encode()).root_node, found.place, known):
                yield replace(each, within=words)


def _text_to_run(words: tuple[str, ...]) -> str:
    """The text that a command gives to a shell; "" when it does not."""
    for at, word in enumerate(words[:-2]):
        if word.rpartition("/")[2] in ("bash", "sh") and words[at + 1] in ("-c", "-ec", "-euc"):
            return words[at + 2]
    return ""


def _word(node: Node, known: Mapping[str, str]) -> str:  # noqa: PLR0911 - one answer for each kind of word
    """A word without its quotes, with known variables in it."""
    match node.type:
        case "raw_string":
            return _text(node)[1:-1]
        case "ansi_c_string":
            return _text(node)[2:-1]
        case "simple_expansion" | "expansion":
            names = [
                each
                for each in node.named_children
                if each.type in ("variable_name", "special_variable_name")
            ]
            name = _text(names[0]) if names else ""
            plain = node.type == "simple_expansion" or _text(node) == f"${{{name}}}"
            return known[name] if plain and name in known else _text(node)
        case "command_substitution" | "process_substitution" | "arithmetic_expansion":
            return "$(…)"
        case "string":
            return _text_with_holes(node, known, 1)
        case "command_name" | "concatenation":
            return _text_with_holes(node, known, 0)
        case "word":
            return re.sub(r"\\(.)", r"\1", _text(node))
        case _:
            return _text(node)


def _text_with_holes(node: Node, known: Mapping[str, str], quotes: int) -> str:
    whole, begin = node.text or b"", node.start_byte
    parts, at = list[str](), quotes
    for child in node.named_children:
        if child.type in ("string_content", "comment"):
            continue
        parts.append(whole[at : child.start_byte - begin].decode("utf-8", "replace"))
        parts.append(_word(child, known))
        at = child.end_byte - begin
    parts.append(whole[at : len(whole) - quotes].decode("utf-8", "replace"))
    return "".join(parts)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _of_type(node: Node, *kinds: str) -> Iterator[Node]:
    """All nodes of these kinds, in the order of the file."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in kinds:
            yield current
        stack.extend(reversed(current.children))
