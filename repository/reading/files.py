"""Which files belong to the repository, and their text."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SKIPPED = frozenset({".direnv", ".git", ".task", ".terraform", ".venv", "__pycache__", "node_modules", "venv"})
"""Folders that hold what tools made or fetched."""
LARGEST = 4 * 2**20
"""Bytes; nobody writes a larger file of configuration by hand."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a checkout: those that Git tracks or would track; without Git, all but what tools made.

    ``names`` are POSIX paths relative to ``root``, sorted.
    """

    root: Path
    names: tuple[str, ...]

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
    return Files(root, tuple(sorted(name for name in names if _is_wanted(root, name))))


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
        inner[:] = [each for each in inner if each not in SKIPPED]
        yield from ((Path(folder) / name).relative_to(root).as_posix() for name in files)


def _is_wanted(root: Path, name: str) -> bool:
    path = root / name
    return (
        bool(name)
        and not SKIPPED.intersection(name.split("/"))
        and path.is_file()
        and path.stat().st_size <= LARGEST
    )
