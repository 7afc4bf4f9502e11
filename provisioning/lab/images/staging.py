"""From an image's definition to a folder that looks like its own layer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from provisioning.lab.artifacts import processes
from provisioning.lab.images import libraries
from provisioning.lab.images.definitions import Image


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to be copied to ``to``; ``cached``: its folder is named by its content, so it is not read."""

    source: Path
    to: PurePosixPath
    mode: int | None = None
    cached: bool = False


Copies = Mapping[str, tuple[Copy, ...]]


def plan(images: Sequence[Image], binaries: Path) -> Copies:
    """What each image copies, by its name; bases come before what is built on them."""
    made: dict[str, tuple[Copy, ...]] = {}
    beneath: dict[str, frozenset[PurePosixPath]] = {}
    for image in images:
        inherited = beneath[image.base] if image.base else frozenset[PurePosixPath]()
        made[image.name] = copies(image, binaries, inherited)
        beneath[image.name] = inherited | {copy.to for copy in made[image.name]}
    return made


def copies(image: Image, binaries: Path, inherited: Collection[PurePosixPath] = ()) -> tuple[Copy, ...]:
    """Every file that ``image`` takes from somewhere, in a fixed order; ``inherited`` are its base's files.

    A program or plug-in of the host brings the libraries that it is linked with, unless the base has them.
    """
    defined = {copy.to: copy for copy in _copies(image, binaries)}
    linked = {
        PurePosixPath(library): Copy(library.resolve(), PurePosixPath(library))
        for copy in defined.values()
        if not copy.cached
        for library in libraries.of(copy.source)
    }
    wanted = {**{to: copy for to, copy in linked.items() if to not in inherited}, **defined}
    return tuple(sorted(wanted.values(), key=lambda copy: copy.to))


def _copies(image: Image, binaries: Path) -> Iterator[Copy]:
    for file in image.files:
        if file.kind == "program":
            yield Copy((binaries / file.source).resolve(), file.to, file.mode, cached=True)
        elif file.kind == "host":
            yield Copy(Path(file.source).resolve(), file.to, file.mode)


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
        if file.kind == "text":
            _place(folder, file.to)
            _in(folder, file.to).write_text(file.source.lstrip("\n"))
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
