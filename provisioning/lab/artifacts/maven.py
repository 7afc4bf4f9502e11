"""An archive from Maven's repositories, unpacked and made ready to be run."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from inventory.problem import Problem
from provisioning.lab.artifacts import cache, processes
from provisioning.lab.artifacts.pins import MavenTree
from provisioning.lab.artifacts.progress import State, Task

_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
_RECIPE = b"1"  # to be raised when this module makes something else of the same inputs


def key(tree: MavenTree) -> str:
    """The cache key: the archive's hash, and what is made of it."""
    pin = [tree.artifact, tree.version, tree.type, tree.sha256, tree.within, tree.prepare, tree.without]
    return cache.key({"recipe": _RECIPE, "archive": json.dumps(pin).encode()})


def build(tree: MavenTree, into: Path, log: Path, task: Task) -> None:
    """Download, compare with the pinned hash, unpack and prepare into ``into``; Problem if any of it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    with TemporaryDirectory(prefix=f"{tree.name}-") as scratch:
        archive = _download(tree, Path(scratch), log, task)
        with zipfile.ZipFile(archive) as content:
            content.extractall(scratch)
            for member in content.infolist():  # Python leaves modes out
                if mode := member.external_attr >> 16 & 0o777:
                    Path(scratch, member.filename).chmod(mode)
        folder = Path(scratch, tree.within)
        if tree.prepare:
            program, *arguments = tree.prepare
            processes.run(
                [str(folder / program), *arguments],
                log=log,
                cwd=folder,
                tick=lambda: task.says(State.BUILDING, "preparing"),
            )
        shutil.copytree(folder, into, dirs_exist_ok=True, ignore=_ignoring(tree, folder))


def _download(tree: MavenTree, scratch: Path, log: Path, task: Task) -> Path:
    """The archive, whose hash is the pinned one; Maven's own plug-in only fetches it."""
    group, name = tree.artifact.split(":")
    local = scratch / "maven"
    command = ["mvn", "--quiet", "--batch-mode", _PLUGIN, "-Dtransitive=false", f"-Dmaven.repo.local={local}"]
    processes.run(
        [*command, f"-Dartifact={tree.artifact}:{tree.version}:{tree.type}"],
        log=log,
        cwd=scratch,
        tick=lambda: task.says(State.BUILDING, "downloading"),
    )
    archive = local.joinpath(*group.split("."), name, tree.version, f"{name}-{tree.version}.{tree.type}")
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != tree.sha256:
        raise Problem(
            f"{tree.artifact}:{tree.version} has sha256 {found}, and {tree.sha256} is pinned",
            "compare it with what its makers publish, and correct pins.toml if that is right",
        )
    return archive


def _ignoring(tree: MavenTree, folder: Path):  # noqa: ANN202 - shutil's own
    def ignored(parent: str, names: list[str]) -> set[str]:
        paths = {name: Path(parent, name).relative_to(folder).as_posix() for name in names}
        return {name for name, path in paths.items() if any(fnmatch.fnmatch(path, p) for p in tree.without)}

    return ignored
