"""All images as one OCI layout, made by umoci, in one tar that `ctr images import` and other tools read."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from provisioning.lab.artifacts import cache, processes
from provisioning.lab.artifacts.progress import State, Task
from provisioning.lab.images import staging
from provisioning.lab.images.definitions import Image
from provisioning.lab.images.staging import Made

_RECIPE = b"1"  # to be raised when this module makes something else of the same inputs
_EPOCH = "1970-01-01T00:00:00Z"


def tar(folder: Path) -> Path:
    """The archive in what ``build`` has made."""
    return folder / "images.tar"


def key(images: Sequence[Image], made: Made, versions: Mapping[str, str]) -> str:
    """The cache key: definitions, content of every file, the images' names, umoci's version, this recipe."""
    inputs: dict[str, bytes] = {"recipe": _RECIPE, "umoci": versions["umoci"].encode()}
    planned = staging.plan(images, made)
    for image in images:
        inputs[image.name] = repr((image, image.reference(versions))).encode()
        for copy in planned[image.name]:
            content = _sha256(copy.source) if copy.known is None else copy.known
            inputs[f"{image.name}:{copy.to}"] = content.encode()
    return cache.key(inputs)


def build(
    images: Sequence[Image],
    made: Made,
    versions: Mapping[str, str],
    *,
    folder: Path,
    log: Path,
    task: Task,
) -> None:
    """Make every image; ``folder`` then holds nothing but the archive. Problem if umoci fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    layout = folder / "layout"
    planned = staging.plan(images, made)

    def umoci(*arguments: str) -> None:
        processes.run(["umoci", *arguments], log=log, tick=lambda: task.says(State.BUILDING, arguments[0]))

    umoci("init", "--layout", str(layout))
    for image in images:
        task.says(State.BUILDING, image.name)
        tagged = f"{layout}:{image.name}"
        if image.base:
            umoci("tag", "--image", f"{layout}:{image.base}", image.name)
        else:
            umoci("new", "--image", tagged)
        staged = folder / "staged"
        staged.mkdir(mode=0o755)
        staging.stage(image, planned[image.name], staged)
        umoci("insert", "--no-history", "--image", tagged, str(staged), "/")
        umoci("config", "--no-history", "--image", tagged, *_config(image, versions))
        shutil.rmtree(staged)
    _name(layout / "index.json", {image.name: image.reference(versions) for image in images})
    umoci("gc", "--layout", str(layout))
    _archive(layout, tar(folder))
    shutil.rmtree(layout)


def _config(image: Image, versions: Mapping[str, str]) -> list[str]:
    labels = {
        "org.opencontainers.image.description": image.description,
        "org.opencontainers.image.title": image.name,
        "org.opencontainers.image.version": versions[image.version_of],
    }
    clear = ["--clear=config.entrypoint", "--clear=config.cmd", "--clear=config.env", "--clear=config.labels"]
    return [
        *clear,
        f"--created={_EPOCH}",
        *(f"--config.entrypoint={word}" for word in image.entrypoint),
        *(f"--config.cmd={word}" for word in image.command),
        *(f"--config.env={setting}" for setting in image.environment),
        *(f"--config.label={name}={value}" for name, value in labels.items()),
    ]


def _name(index: Path, references: Mapping[str, str]) -> None:
    """Give each image in the index its full reference: umoci's tags have no room for a registry's name."""
    content = json.loads(index.read_bytes())
    for manifest in content["manifests"]:
        tag = manifest["annotations"]["org.opencontainers.image.ref.name"]
        manifest["annotations"]["io.containerd.image.name"] = references[tag]
    index.write_text(json.dumps(content, indent=1, sort_keys=True))


def _archive(layout: Path, to: Path) -> None:
    with tarfile.open(to, "w") as archive:
        for path in sorted(layout.rglob("*")):
            member = archive.gettarinfo(path, path.relative_to(layout).as_posix())
            member.mtime = member.uid = member.gid = 0
            member.uname = member.gname = ""
            if member.isfile():
                with path.open("rb") as content:
                    archive.addfile(member, content)
            else:
                archive.addfile(member)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
