"""Everything that the lab runs, from the cache or built now."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provisioning.lab.artifacts import cache, debian, gobuild, manifests, source, toolchain, trees, wheels
from provisioning.lab.artifacts import pins as pinned
from provisioning.lab.artifacts.pins import GoModule, Pins, Wheel
from provisioning.lab.artifacts.places import Place, obtain
from provisioning.lab.artifacts.progress import Progress, Task, silent
from provisioning.lab.images import definitions, layout, seed
from provisioning.lab.images.staging import Made

Versions = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Artifacts:
    """What was made. Everything in it belongs to the cache and must never be written to.

    ``bin`` has every program built (kube-apiserver, etcd, coredns …). ``image_seed`` is a containerd root
    that holds all images, for ``images.plant``. ``images`` maps an image's name to its reference ("pause":
    "clusterspec.lab/pause:0.1.7"), ``versions`` each artifact and Debian package to its version.
    ``manifests`` has a folder with the product's own manifests for each artifact that brings some.
    """

    bin: Path
    image_seed: Path
    images: Mapping[str, str]
    versions: Versions
    manifests: Path


@dataclass(frozen=True, slots=True)
class Status:
    """One artifact's state without building: its name, version, folder, and whether the folder is there."""

    name: str
    version: str
    entry: Path
    cached: bool


def ensure(progress: Progress = silent, root: Path | None = None) -> Artifacts:
    """Everything the lab needs: verified if cached, else built, one by one; cold about 30 min on 2 cores.

    Raises Problem if a Debian package or the toolchain is missing or a build fails; what was finished stays
    cached.
    ``root`` is the cache folder, by default ``cache.default_root()``.
    """
    place = Place(root or cache.default_root())
    pins = pinned.load()
    packages = debian.versions(pins.packages)
    go = toolchain.find(pins.toolchain)
    folders = trees.of(pins, go, packages)
    # And the manifests, the images, and the seed.
    total = len(pins.modules) + len(pins.wheels) + len(folders) + 3
    entries = {
        module.name: program(module, go, place, Task(progress, module.name, number, total))
        for number, module in enumerate(pins.modules, start=1)
    }
    for number, wheel in enumerate(pins.wheels, start=len(entries) + 1):
        entries[wheel.name] = _carried(wheel, place, Task(progress, wheel.name, number, total))
    binaries = _gather(pins, entries, place)
    made = Made(
        binaries,
        {
            tree.name: tree.obtain(place, Task(progress, tree.name, number, total))
            for number, tree in enumerate(folders, start=len(entries) + 1)
        },
    )
    pinned_here = (*pins.modules, *pins.wheels, *pins.pythons, *pins.mavens)
    versions = {**packages, **{pin.name: pin.version for pin in pinned_here}}
    manifest_files = _manifests(pins, go, binaries, place, Task(progress, "manifests", total - 2, total))
    images = definitions.load()
    archive = _archive(images, made, versions, place, Task(progress, "images", total - 1, total))
    planted = _seed(archive, versions, place, Task(progress, "image-seed", total, total))
    gobuild.discard(place.build_cache)
    return Artifacts(
        bin=binaries,
        image_seed=planted,
        images={image.name: image.reference(versions) for image in images},
        versions=versions,
        manifests=manifest_files,
    )


def only(name: str, progress: Progress = silent, root: Path | None = None) -> Path:
    """Build one Go artifact by its name in pins.toml; the folder with its programs."""
    pins = pinned.load()
    place = Place(root or cache.default_root())
    return program(pins.module(name), toolchain.find(pins.toolchain), place, Task(progress, name, 1, 1))


def laid_out(name: str, root: Path | None = None) -> Path:
    """The folder that one Go artifact is built in, to stay: the pinned one, or one with the changed product."""
    pins = pinned.load()
    place = Place(root or cache.default_root())
    module = pins.module(name)
    if not module.changes_product:
        return module.folder
    folder = place.root / "source" / name
    if folder.exists():
        shutil.rmtree(folder)
    product = source.original(module, toolchain.find(pins.toolchain), place.build_cache)
    return source.changed(module, product, folder)


def status(root: Path | None = None) -> tuple[Status, ...]:
    """What is built or copied, in order, and whether each is in the cache; nothing is read or built."""
    pins = pinned.load()
    store = Place(root or cache.default_root()).store
    go = toolchain.find(pins.toolchain)
    keys = [(module.name, module.version, gobuild.key(module, go)) for module in pins.modules]
    keys += [(wheel.name, wheel.version, wheels.key(wheel)) for wheel in pins.wheels]
    keys += [
        (tree.name, tree.version, tree.key) for tree in trees.of(pins, go, debian.versions(pins.packages))
    ]
    return tuple(
        Status(name, version, store.entry(name, key), store.holds(name, key)) for name, version, key in keys
    )


def program(module: GoModule, go: toolchain.Go, place: Place, task: Task) -> Path:
    """The folder with the programs of one Go module."""

    def make(folder: Path) -> None:
        gobuild.build(
            module, go, folder, build_cache=place.build_cache, log=place.log(module.name), task=task
        )

    return obtain(module.name, gobuild.key(module, go), make, place, task)


def _carried(wheel: Wheel, place: Place, task: Task) -> Path:
    """The folder with the programs of one Python package."""
    return obtain(wheel.name, wheels.key(wheel), lambda folder: wheels.copy(wheel, folder), place, task)


def _gather(pins: Pins, entries: Mapping[str, Path], place: Place) -> Path:
    """One folder with a link to every program, so that it can be a PATH."""
    targets = {binary: entries[module.name] / binary for module in pins.modules for binary in module.binaries}
    targets |= {binary: entries[wheel.name] / binary for wheel in pins.wheels for binary in wheel.programs}

    def make(folder: Path) -> None:
        (folder / "bin").mkdir()
        for binary, target in targets.items():
            # Relative, so that the cache as a whole can be moved.
            (folder / "bin" / binary).symlink_to(Path("..", "..", target.parent.name, binary))

    key = cache.key({binary: target.parent.name.encode() for binary, target in targets.items()})
    return place.store.obtain("programs", key, make) / "bin"


def _manifests(pins: Pins, go: toolchain.Go, binaries: Path, place: Place, task: Task) -> Path:
    """The folder with the products' own manifests."""

    def make(folder: Path) -> None:
        manifests.export(pins, go, folder, build_cache=place.build_cache, binaries=binaries)

    return obtain("manifests", manifests.key(pins), make, place, task)


def _archive(
    images: tuple[definitions.Image, ...], made: Made, versions: Versions, place: Place, task: Task
) -> Path:
    """The folder with the images as one OCI layout and its tar."""

    def make(folder: Path) -> None:
        layout.build(images, made, versions, folder=folder, log=place.log("images"), task=task)

    return obtain("images", layout.key(images, made, versions), make, place, task)


def _seed(archive: Path, versions: Versions, place: Place, task: Task) -> Path:
    """The containerd root with all images imported and unpacked."""

    def make(folder: Path) -> None:
        seed.prepare(layout.tar(archive), folder, place.log("image-seed"), task)

    return seed.root(obtain("image-seed", seed.key(layout.tar(archive), versions), make, place, task))
