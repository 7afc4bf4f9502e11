"""From an image's definition to a folder that looks like its own layer."""

from __future__ import annotations

import base64
import fnmatch
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from inventory.problem import Problem
from provisioning.lab.artifacts import cache, processes
from provisioning.lab.images import libraries
from provisioning.lab.images.definitions import Image, Tree


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to be copied to ``to``; ``known``: a name that stands for its content, which need not be read."""

    source: Path
    to: PurePosixPath
    mode: int | None = None
    known: str | None = None


Copies = Mapping[str, tuple[Copy, ...]]


@dataclass(frozen=True, slots=True)
class Made:
    """What images are made of besides this host: a folder of programs, and folders of files by their names."""

    binaries: Path
    trees: Mapping[str, Path]


def plan(images: Sequence[Image], made_here: Made) -> Copies:
    """What each image copies, by its name; bases come before what is built on them."""
    made: dict[str, tuple[Copy, ...]] = {}
    beneath: dict[str, frozenset[PurePosixPath]] = {}
    for image in images:
        inherited = beneath[image.base] if image.base else frozenset[PurePosixPath]()
        made[image.name] = copies(image, made_here, inherited)
        beneath[image.name] = inherited | {copy.to for copy in made[image.name]}
    return made


def copies(image: Image, made: Made, inherited: Collection[PurePosixPath] = ()) -> tuple[Copy, ...]:
    """Every file that ``image`` takes from somewhere, in a fixed order; ``inherited`` are its base's files.

    A program or plug-in of the host brings the libraries that it is linked with, unless the base has them.
    """
    defined = {copy.to: copy for copy in _copies(image, made.binaries)}
    linked = {
        PurePosixPath(library): Copy(library.resolve(), PurePosixPath(library))
        for copy in defined.values()
        if copy.known is None
        for library in libraries.of(copy.source)
    }
    whole = {copy.to: copy for tree in image.trees for copy in _of_tree(tree, made.trees)}
    wanted = {**{to: copy for to, copy in linked.items() if to not in inherited}, **whole, **defined}
    return tuple(sorted(wanted.values(), key=lambda copy: copy.to))


def _copies(image: Image, binaries: Path) -> Iterator[Copy]:
    for file in image.files:
        if file.kind == "program":
            source = (binaries / file.source).resolve()
            # A program's folder in the cache is named by all that went into it.
            yield Copy(source, file.to, file.mode, known=source.parent.name)
        elif file.kind == "host":
            yield Copy(Path(file.source).resolve(), file.to, file.mode)


def _of_tree(tree: Tree, trees: Mapping[str, Path]) -> Iterator[Copy]:
    """Links to files become files: what they lead to may lie outside. A link to a folder is a Problem."""
    made = tree.kind == "artifact"
    if made and tree.source not in trees:
        raise Problem(f"no artifact makes the folder {tree.source!r}", f"name one of: {', '.join(trees)}")
    root = trees[tree.source] if made else Path(tree.source)
    for path in cache.walk(root):
        if _left_out(path, tree.without):
            continue
        source = root / path
        if source.is_file():
            known = f"{root.name}/{path}" if made else None
            yield Copy(source.resolve(), tree.to / path, known=known)
        elif source.is_symlink():
            raise Problem(f"{source} leads to no file", "leave it out by `without`")


def _left_out(path: str, patterns: Collection[str]) -> bool:
    above = (path, *(parent.as_posix() for parent in PurePosixPath(path).parents))
    return any(fnmatch.fnmatchcase(name, pattern) for name in above for pattern in patterns)


def stage(image: Image, copied: Sequence[Copy], folder: Path) -> None:
    """Fill ``folder`` with the files of ``image``; ``copied`` are those of them that come from somewhere.

    Times are 0, so the same files make the same layer.
    """
    for path, mode in image.directories.items():
        (_in(folder, path)).mkdir(parents=True, exist_ok=True)
        _in(folder, path).chmod(mode)
    for copy in copied:
        _place(folder, copy.to)
        shutil.copyfile(copy.source, _in(folder, copy.to))
        _in(folder, copy.to).chmod(copy.source.stat().st_mode & 0o777 if copy.mode is None else copy.mode)
    for file in image.files:
        if file.kind in {"text", "base64"}:
            _place(folder, file.to)
            literal = file.source.lstrip("\n").encode()
            _in(folder, file.to).write_bytes(base64.b64decode(literal) if file.kind == "base64" else literal)
            _in(folder, file.to).chmod(0o644 if file.mode is None else file.mode)
    for path, target in _applets(image, folder):
        _place(folder, path)
        _in(folder, path).symlink_to(target)
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (0, 0), follow_symlinks=False)


def _applets(image: Image, folder: Path) -> Iterator[tuple[PurePosixPath, str]]:
    if image.applets is not None:
        listed = processes.output([str(_in(folder, image.applets)), "--list"]).split()
        for applet in sorted(set(listed) - {image.applets.name}):
            yield image.applets.parent / applet, image.applets.name


def _in(folder: Path, path: PurePosixPath) -> Path:
    return folder / path.relative_to("/")


def _place(folder: Path, path: PurePosixPath) -> None:
    _in(folder, path).parent.mkdir(parents=True, exist_ok=True)
