"""The source of a pinned Go module, and what is taken from it besides programs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from inventory.problem import Problem
from provisioning.lab.artifacts import cache, processes, toolchain
from provisioning.lab.artifacts.pins import PRODUCT, GoModule
from provisioning.lab.artifacts.toolchain import Go


def original(module: GoModule, go: Go, build_cache: Path) -> Path:
    """Where the source of ``module`` lies, read-only, as go.sum has it; downloaded if need be.

    Raises Problem if go.sum has no hash of it or another one.
    """
    named = f"{module.module} {module.version} h1:"
    go_sum = module.folder / "go.sum"
    # Without a line in go.sum, Go would ask somebody else what the hash is.
    if not any(line.startswith(named) for line in go_sum.read_text().splitlines()):
        raise Problem(f"{go_sum} has no hash of {module.module} {module.version}", "add the line")
    printed = processes.output(
        [
            *(str(go.program), "-C", str(module.folder), "mod", "download", "-json"),
            f"{module.module}@{module.version}",
        ],
        toolchain.environment(module.settings, build_cache),
    )
    return Path(json.loads(printed)["Dir"])


def changed(module: GoModule, product: Path, folder: Path) -> Path:
    """``folder``, which becomes a go.mod folder whose product is ``product`` with ``instead`` and ``edits`` made.

    Raises Problem if the product lacks a file, or a text that is to be edited does not stand there exactly once.
    go.mod and go.sum are links to the pinned ones, so that Go renews those.
    """
    shutil.copytree(module.folder, folder)
    for name in ("go.mod", "go.sum"):
        (folder / name).unlink()
        (folder / name).symlink_to(module.folder / name)
    # Contents without modes: what Go keeps is read-only.
    shutil.copytree(product, folder / PRODUCT, copy_function=shutil.copyfile)
    for path in (folder / PRODUCT, *(folder / PRODUCT).rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    for path, ours in module.instead.items():
        if not (folder / PRODUCT / path).is_file():
            raise Problem(f"{module.module} {module.version} has no {path}", "correct `instead` in pins.toml")
        shutil.copyfile(module.folder / ours, folder / PRODUCT / path)
    for edit in module.edits:
        path = folder / PRODUCT / edit.file
        text = path.read_text() if path.is_file() else ""
        if text.count(edit.text) != 1:
            raise Problem(
                f"{edit.file} of {module.module} {module.version} has {edit.text!r} {text.count(edit.text)} times",
                "correct `edits` in pins.toml",
            )
        path.write_text(text.replace(edit.text, edit.by))
    return folder


def key(module: GoModule) -> str:
    """The cache key of the module's folders: version and hash of the module, and which folders."""
    pin = [module.module, module.version, module.go_sum, dict(module.folders)]
    return cache.key({"folders": json.dumps(pin, sort_keys=True).encode()})


def export(folders: Mapping[str, str], product: Path, into: Path) -> None:
    """Copy folders of a module's source; ``folders`` maps the path in it to the path below ``into``."""
    for path, to in folders.items():
        shutil.copytree(product / path, into / to, copy_function=shutil.copyfile)
    for path in into.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
