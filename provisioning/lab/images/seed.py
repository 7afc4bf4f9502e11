"""A containerd root with all images imported and unpacked, prepared once so that no node need do it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from provisioning.lab.artifacts import cache, processes
from provisioning.lab.artifacts.progress import State, Task

SCRIPT = Path(__file__).with_name("seed.sh")


def root(folder: Path) -> Path:
    """The containerd root in what ``prepare`` has made."""
    return folder / "root"


def key(tar: Path, versions: Mapping[str, str]) -> str:
    """The cache key: the images, the containerd that unpacks them, and how."""
    with tar.open("rb") as file:
        images = hashlib.file_digest(file, "sha256").digest()
    inputs = {"images": images, "containerd": versions["containerd"].encode(), "script": SCRIPT.read_bytes()}
    return cache.key(inputs)


def prepare(tar: Path, folder: Path, log: Path, task: Task) -> None:
    """Import ``tar`` with Debian's containerd, privately; needs root. Problem if that fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    root(folder).mkdir(mode=0o711)
    alone = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc"]
    processes.run(
        [*alone, "sh", str(SCRIPT), str(root(folder)), str(tar)],
        log=log,
        tick=lambda: task.says(State.BUILDING, "importing"),
    )
