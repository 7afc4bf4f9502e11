"""Which files belong to the repository, and their text."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SKIPPED = frozenset({"__pycache__", "node_modules", "venv"})
"""Folders that hold what tools made or fetched, like all those that begin with a dot."""
LARGEST = 4 * 2**20
"""Bytes; nobody writes a larger file of configuration by hand."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a checkout: those that Git tracks or would track; without Git, all but what tools made.

    ``names`` are POSIX paths relative to ``root``, sorted; ``links`` are symbolic links to what is there under
    another name, and are not among them.
    """

    root: Path
    names: tuple[str, ...]
    links: tuple[str, ...] = ()

    def ending(self, *suffixes: str) -> tuple[str, ...]:
        """The names that end so, whatever their case."""
        return tuple(name for name in self.names if name.lower().endswith(suffixes))

    def text(self, name: str) -> str:
        """The text of a file. Raises ``OSError``; ``UnicodeDecodeError`` when it is not UTF-8."""
        return (self.root / name).read_text(encoding="utf-8")


def discover(root: Path) -> Files:
    """List the files below ``root``. Raises ``NotADirectoryError`` when it is no folder."""
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is not a folder")
    known = _of_git(root)
    names = _walked(root) if known is None else known
    wanted = sorted(name for name in names if name and not _is_of_tools(name))
    links = tuple(name for name in wanted if (root / name).is_symlink() and _leads_inside(root, name))
    own = tuple(name for name in wanted if name not in links and _is_readable(root / name))
    return Files(root, own, links)


def _of_git(root: Path) -> list[str] | None:
    """What Git tracks or would track below the folder; None when this is no checkout, or there is no Git."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    # Of a hook, these would point to the index of a commit in the making, of another folder perhaps.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(listed, cwd=root, env=environment, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return os.fsdecode(done.stdout).split("\0") if done.returncode == 0 and done.stdout else None


def _walked(root: Path) -> Iterable[str]:
    for folder, inner, files in os.walk(root):
        inner[:] = [each for each in inner if each not in SKIPPED and not each.startswith(".")]
        yield from ((Path(folder) / name).relative_to(root).as_posix() for name in files)


def _is_of_tools(name: str) -> bool:
    """Whether a file lies where tools keep theirs: workflows, editors, caches."""
    *folders, _ = name.split("/")
    return any(each.startswith(".") or each in SKIPPED for each in folders)


def _leads_inside(root: Path, name: str) -> bool:
    return (root / name).exists() and (root / name).resolve().is_relative_to(root.resolve())


def _is_readable(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= LARGEST
