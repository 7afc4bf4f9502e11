"""Folders that images take whole: of a module's source, of a Python application, of an unpacked archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from provisioning.lab.artifacts import maven, places, pythons, source
from provisioning.lab.artifacts.pins import GoModule, MavenTree, Pins, PythonTree
from provisioning.lab.artifacts.places import Place
from provisioning.lab.artifacts.progress import Task
from provisioning.lab.artifacts.toolchain import Go

_Make = Callable[[Place, Path, Task], None]


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder to be made: its name in an image's definition, its version, its key and how it is filled."""

    name: str
    version: str
    key: str
    make: _Make

    def obtain(self, place: Place, task: Task) -> Path:
        """The folder, from the cache or made now."""
        return places.obtain(self.name, self.key, lambda folder: self.make(place, folder, task), place, task)


def of(pins: Pins, go: Go, packages: Mapping[str, str]) -> tuple[Tree, ...]:
    """Every folder that the pins describe; ``packages`` are the versions of the Debian packages."""
    return (
        *(_of_module(module, go) for module in pins.modules if module.folders),
        *(_of_python(tree, packages[pythons.INTERPRETER]) for tree in pins.pythons),
        *(_of_maven(tree) for tree in pins.mavens),
    )


def _of_module(module: GoModule, go: Go) -> Tree:
    def make(place: Place, folder: Path, _: Task) -> None:
        source.export(module.folders, source.original(module, go, place.build_cache), folder)

    return Tree(f"{module.name}-folders", module.version, source.key(module), make)


def _of_python(tree: PythonTree, interpreter: str) -> Tree:
    def make(place: Place, folder: Path, task: Task) -> None:
        pythons.build(tree, folder, place.log(tree.name), task)

    return Tree(tree.name, tree.version, pythons.key(tree, interpreter), make)


def _of_maven(tree: MavenTree) -> Tree:
    def make(place: Place, folder: Path, task: Task) -> None:
        maven.build(tree, folder, place.log(tree.name), task)

    return Tree(tree.name, tree.version, maven.key(tree), make)
