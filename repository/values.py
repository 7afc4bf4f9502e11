"""What every reader returns: data that knows the line it stands on, and what could not be read.

Lines count from 1; files are POSIX paths relative to the repository's root.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file."""

    file: str
    line: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """Something that could not be read or rendered.

    ``kind`` is the kind of material that is missing, one of ``KINDS``: it decides which rules cannot be sure.
    """

    place: Place
    kind: str
    why: str

    @property
    def object(self) -> str:
        """The name that a waiver uses: the file."""
        return self.place.file


KINDS = ("yaml", "rendered", "hcl", "shell", "markdown")


class Map(dict[str, Any]):
    """A mapping of a document, with the line of each key. Read it as a dictionary; nobody changes it."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Seq(list[Any]):
    """A sequence of a document, with the line of each item. Read it as a list; nobody changes it."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class Expression(str):
    """Text that stands for a value which only another program knows (``var.x``, ``module.a.b``)."""

    __slots__ = ()


_NOTHING = object()


def _step(value: Any, step: str | int) -> Any:
    """What stands one step further in; ``_NOTHING`` if nothing does."""
    if isinstance(step, int) and isinstance(value, list):
        return value[step] if -len(value) <= step < len(value) else _NOTHING
    if isinstance(step, str) and isinstance(value, dict):
        return value.get(step, _NOTHING)
    return _NOTHING


def get(value: Any, *path: str | int, default: Any = None) -> Any:
    """What stands at this path: ``get(body, "spec", "healthChecks", 0, "name")``; ``default`` if nothing does."""
    for step in path:
        inner = _step(value, step)
        if inner is _NOTHING:
            return default
        value = inner
    return default if value is None else value


def line(value: Any, *path: str | int) -> int:
    """The line of what stands at this path, or of the nearest thing above it that is there."""
    found = getattr(value, "line", 1)
    for step in path:
        inner = _step(value, step)
        if inner is _NOTHING or not isinstance(value, Map | Seq):
            break
        lines: Any = value.lines
        found, value = lines[step], inner
    return found


def maps(value: Any) -> Iterator[dict[str, Any]]:
    """The mappings among the items of a list; nothing when it is no list."""
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value with its path, from the outside in, in the order of the file."""
    # With a stack of its own: rules walk through everything, and nested generators would pass each value up.
    stack: list[tuple[tuple[str | int, ...], Any]] = [(path, value)]
    while stack:
        here, inner = found = stack.pop()
        yield found
        if isinstance(inner, dict):
            stack += [((*here, key), each) for key, each in reversed(inner.items())]
        elif isinstance(inner, list):
            stack += [((*here, at), inner[at]) for at in range(len(inner) - 1, -1, -1)]


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of a file, as it is written."""

    file: str
    line: int
    body: Any = field(compare=False)

    def at(self, *path: str | int) -> Place:
        """The place of a value of it."""
        return Place(self.file, line(self.body, *path))


@dataclass(frozen=True, slots=True)
class Object:
    """A Kubernetes object as it reaches the cluster: rendered, substituted, with where it was written.

    ``source`` is the document that it comes from (``None`` for what a generator made: then ``generated_in`` is
    the file of that generator). ``renderer`` is the Kustomization (Flux) or the folder that yields it.
    ``holes`` are names of variables that only the cluster knows; they stand as ``${NAME}`` in the body.
    """

    api_version: str
    kind: str
    namespace: str
    name: str
    body: Map = field(compare=False, repr=False)
    source: Document | None = field(default=None, compare=False, repr=False)
    generated_in: str = ""
    renderer: str = ""
    holes: frozenset[str] = frozenset()

    @property
    def group(self) -> str:
        """The API group; empty for the core."""
        return self.api_version.rpartition("/")[0]

    @property
    def file(self) -> str:
        """The file that it was written in."""
        return self.source.file if self.source else self.generated_in

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it one object of a cluster: group, kind, namespace, name."""
        return self.group, self.kind, self.namespace, self.name

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"

    def get(self, *path: str | int, default: Any = None) -> Any:
        """What stands at this path of it."""
        return get(self.body, *path, default=default)

    def at(self, *path: str | int) -> Place:
        """The place where a value of it was written, or of the nearest thing above it."""
        if self.source is None:
            return Place(self.generated_in, 1)
        return self.source.at(*path)
