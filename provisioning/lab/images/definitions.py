"""The TOML files beside this module as frozen values: what is in each image.

Keys of a definition: ``description``; ``version_of`` (the artifact or Debian package whose version is the
image's); ``base`` (another image whose layers come first); ``entrypoint``, ``command``, ``environment``;
``directories``, ``files`` and ``trees``; ``applets`` (a busybox that gets a link for each of its applets).
A file has ``to``, and its content from exactly one of ``program`` (built here, static), ``host`` (of a Debian
package; the libraries that it is linked with come along), ``text`` and ``base64``.
A tree is all files of a folder: ``to``, exactly one of ``artifact`` (made here) and ``host``, and ``without``,
patterns of paths to leave out; the libraries of its programs do not come along.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Any

from inventory.problem import Problem

_HERE = Path(__file__).parent
REGISTRY = "clusterspec.lab"
_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SOURCES = ("program", "host", "text", "base64")
_TREE_SOURCES = ("artifact", "host")
_KEYS = {
    *("description", "version_of", "base", "entrypoint", "command", "environment"),
    *("directories", "files", "trees", "applets"),
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of an image: ``kind`` is the key that it came from, ``source`` that key's value."""

    to: PurePosixPath
    kind: str
    source: str
    mode: int | None  # of what is copied, if None


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder of an image: ``kind`` is the key that it came from, ``source`` that key's value."""

    to: PurePosixPath
    kind: str
    source: str
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """One image as defined. Directories map to their mode."""

    name: str
    description: str
    version_of: str
    base: str | None
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    environment: tuple[str, ...]
    directories: Mapping[PurePosixPath, int]
    files: tuple[File, ...]
    trees: tuple[Tree, ...]
    applets: PurePosixPath | None

    def reference(self, versions: Mapping[str, str]) -> str:
        """The name that manifests use, such as "clusterspec.lab/pause:0.1.7"."""
        return f"{REGISTRY}/{self.name}:{versions[self.version_of]}"


def load(folder: Path = _HERE) -> tuple[Image, ...]:
    """All images, bases before those that need them, else by name. Problem naming the file that is wrong."""
    images = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    bases = {name: image.base for name, image in images.items() if image.base}
    if lost := [f"{name}.toml: {base}" for name, base in bases.items() if base not in images]:
        raise Problem(f"an image's base is missing: {', '.join(lost)}", f"name one of: {', '.join(images)}")
    needs: dict[str, set[str]] = {name: {bases[name]} if name in bases else set() for name in images}
    try:
        return tuple(images[name] for name in TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise Problem(f"images are each other's base: {error.args[1]}", "correct `base`") from error


def _read(path: Path) -> Image:
    try:
        data = tomllib.loads(path.read_text())
        _only(data, _KEYS)
        return Image(
            name=path.stem,
            description=data["description"],
            version_of=data["version_of"],
            base=data.get("base"),
            entrypoint=tuple(data.get("entrypoint", ())),
            command=tuple(data.get("command", ())),
            environment=(_PATH, *data.get("environment", ())),
            directories={PurePosixPath(at): int(mode, 8) for at, mode in data.get("directories", {}).items()},
            files=tuple(_files(data.get("files", ()))),
            trees=tuple(_trees(data.get("trees", ()))),
            applets=PurePosixPath(data["applets"]) if "applets" in data else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(f"{path}: {type(error).__name__}: {error}", "correct that file") from error


def _only(table: Mapping[str, Any], allowed: Collection[str]) -> None:
    for key in table:
        if key not in allowed:
            raise ValueError(f"unknown key {key!r}, allowed are {', '.join(sorted(allowed))}")


def _files(entries: Iterable[Mapping[str, Any]]) -> Iterable[File]:
    for entry in entries:
        _only(entry, {*_SOURCES, "to", "mode"})
        kind = _kind("file", entry, _SOURCES)
        mode = int(entry["mode"], 8) if "mode" in entry else None
        yield File(PurePosixPath(entry["to"]), kind, entry[kind], mode)


def _trees(entries: Iterable[Mapping[str, Any]]) -> Iterable[Tree]:
    for entry in entries:
        _only(entry, {*_TREE_SOURCES, "to", "without"})
        kind = _kind("tree", entry, _TREE_SOURCES)
        yield Tree(PurePosixPath(entry["to"]), kind, entry[kind], tuple(entry.get("without", ())))


def _kind(what: str, entry: Mapping[str, Any], sources: tuple[str, ...]) -> str:
    kinds = [kind for kind in sources if kind in entry]
    if len(kinds) != 1:
        raise ValueError(f"{what} {entry.get('to')!r} needs exactly one of {', '.join(sources)}")
    return kinds[0]
