"""YAML → ``Map`` and ``Seq`` with lines. Each file is parsed once, by the C parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import yaml
from yaml.composer import ComposerError

from repository.values import Document, Map, Place, Seq, Unread

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML without libyaml: slower, and the same
    from yaml import SafeLoader as Loader

_TEMPLATE = re.compile(r"\{\{|\{%|<%|#%|#\{")
"""How the usual template engines open: Go and Jinja, and the delimiters that Jinja is given for YAML."""


def documents(file: str, text: str) -> tuple[tuple[Document, ...], tuple[Unread, ...]]:
    """The documents of a file; what comes before an error is kept, and the error is a value."""
    found: list[Document] = []
    unread: list[Unread] = []
    try:
        found.extend(Document(file, at, body) for at, body in parse(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        unread.append(Unread(Place(file, line), "yaml", _why(text, error)))
    except RecursionError:
        unread.append(Unread(Place(file), "yaml", "it is nested too deeply"))
    return tuple(found), tuple(unread)


class _Lenient(yaml.SafeLoader):
    """Takes an anchor that is defined twice, as YAML 1.2 does: an alias means the last one before it."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if not self.check_event(yaml.AliasEvent) and (anchor := self.peek_event().anchor) in self.anchors:
            del self.anchors[anchor]
        return super().compose_node(parent, index)


def parse(text: str) -> Iterator[tuple[int, Any]]:
    """Each document that is not empty, with its first line. Raises ``yaml.YAMLError``."""
    done = 0
    try:
        for found in _parse(text, Loader):
            yield found
            done += 1
    except ComposerError as error:
        if "duplicate anchor" not in str(error):
            raise
        yield from islice(_parse(text, _Lenient), done, None)


def _parse(text: str, kind: Any) -> Iterator[tuple[int, Any]]:
    loader = kind(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                value = _value(loader, node)
                if value is not None:
                    yield node.start_mark.line + 1, value
    finally:
        loader.dispose()


def _value(loader: Any, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _map(loader, node)
    if isinstance(node, yaml.SequenceNode):
        seq = Seq(node.start_mark.line + 1)
        for item in node.value:
            seq.append(_value(loader, item))
            seq.lines.append(item.start_mark.line + 1)
        return seq
    return _scalar(loader, node)


def _map(loader: Any, node: yaml.MappingNode) -> Map:
    found = Map(node.start_mark.line + 1)
    merged: list[Map] = []
    for key_node, value_node in node.value:
        value = _value(loader, value_node)
        if key_node.tag == "tag:yaml.org,2002:merge":
            merged += (
                [value] if isinstance(value, Map) else [each for each in value or () if isinstance(each, Map)]
            )
            continue
        if not isinstance(key_node, yaml.ScalarNode):
            # "{{ name }}" is a mapping in a mapping for YAML, and a hole of a template for everybody else.
            problem = "a mapping or a list stands where a key belongs"
            raise ComposerError(None, None, problem, key_node.start_mark)
        # Kubernetes knows only text as keys.
        key = str(key_node.value)
        found[key] = value
        found.lines[key] = key_node.start_mark.line + 1
    for other in merged:
        for key, value in other.items():
            if key not in found:
                found[key] = value
                found.lines[key] = other.lines[key]
    return found


def _scalar(loader: Any, node: yaml.Node) -> Any:
    if node.tag == "tag:yaml.org,2002:str":
        return node.value
    if node.tag == "tag:yaml.org,2002:timestamp":
        # JSON, which Kubernetes speaks, has no times of day.
        return node.value
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError):
        # A tag that somebody else's program understands (!vault, !secret, !Ref): its text is what can be said.
        return node.value


def _why(text: str, error: yaml.YAMLError) -> str:
    problem = str(getattr(error, "problem", "") or error).splitlines()[0]
    if _TEMPLATE.search(text):
        return f"it is a template rather than YAML ({problem})"
    return f"it is not YAML: {problem}"
