"""A folder of finished builds, named by what went into them.

An entry is ``<root>/<name>-<first 12 digits of the key>/``: what was made, and a manifest of every file in
it. It appears by one rename, under a lock of its own, so two checkouts can use one cache and a killed build
leaves nothing that is ever used. What is found is compared with its manifest before it is used; a damaged
entry is made again.

Nothing protects an entry from a program that writes into it through a hard link: see ``images.planting``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
_DIGITS = 12
_POLL = 1.0  # seconds between two calls of `waiting`

Make = Callable[[Path], None]
Waiting = Callable[[], None]


def key(inputs: Mapping[str, bytes]) -> str:
    """SHA-256 over named inputs, whatever their order; a name or a length cannot be mistaken for content."""
    digest = hashlib.sha256()
    for name in sorted(inputs):
        for part in (name.encode(), inputs[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def default_root() -> Path:
    """``$CLUSTERSPEC_CACHE``, else ``$XDG_CACHE_HOME``, else ``~/.cache``; in it, ``clusterspec``."""
    base = os.environ.get("CLUSTERSPEC_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "clusterspec"


@dataclass(frozen=True, slots=True)
class Store:
    """A cache of builds in ``root``, which is made when the first entry is."""

    root: Path

    def entry(self, name: str, digest: str) -> Path:
        """Where the entry is or would be."""
        return self.root / f"{name}-{digest[:_DIGITS]}"

    def holds(self, name: str, digest: str) -> bool:
        """Whether the entry is there; its files are not read."""
        return (self.entry(name, digest) / MANIFEST).is_file()

    def damage(self, name: str, digest: str) -> str | None:
        """None if the entry is whole, else what is wrong with it. Reads every file."""
        entry = self.entry(name, digest)
        try:
            manifest = json.loads((entry / MANIFEST).read_bytes())
        except FileNotFoundError:
            return "missing"
        except (OSError, ValueError) as error:
            return f"its manifest cannot be read: {error}"
        if manifest.get("key") != digest:
            return "it was made from other inputs"
        return _difference(manifest["files"], entry)

    def obtain(self, name: str, digest: str, make: Make, waiting: Waiting = lambda: None) -> Path:
        """The entry, whole; ``make(folder)`` fills an empty folder if there is none.

        ``waiting`` is called about every second while another process holds this entry's lock. What ``make``
        raises propagates, and then there is no entry.
        """
        entry = self.entry(name, digest)
        with self._locked(entry.name, waiting):
            if self.damage(name, digest) is None:
                return entry
            unfinished = self.root / ".unfinished" / entry.name
            _remove(unfinished)  # of a build that was killed: its lock is ours now
            unfinished.mkdir(parents=True)
            make(unfinished)
            manifest = {"name": name, "key": digest, "files": describe(unfinished)}
            (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))
            _remove(entry)
            unfinished.rename(entry)
        return entry

    @contextmanager
    def _locked(self, name: str, waiting: Waiting) -> Generator[None]:
        locks = self.root / ".locks"
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / name).open("w") as lock:
            # The kernel waits, in a thread of its own, so that the caller can say that it does.
            taken = threading.Thread(target=fcntl.flock, args=(lock, fcntl.LOCK_EX), daemon=True)
            taken.start()
            while taken.join(_POLL) or taken.is_alive():
                waiting()
            yield


def describe(folder: Path) -> dict[str, dict[str, Any]]:
    """Everything below ``folder`` but its manifest: path to type, mode, and content hash or link target."""
    return {path: _facts(folder / path) for path in walk(folder)}


def walk(folder: Path) -> Iterator[str]:
    """The path of everything below ``folder`` but its manifest; links are not followed."""
    for parent, directories, files in os.walk(folder):
        for name in (*directories, *files):
            path = Path(parent, name).relative_to(folder).as_posix()
            if path != MANIFEST:
                yield path


def _facts(path: Path) -> dict[str, Any]:
    status = path.lstat()
    facts: dict[str, Any] = {"mode": oct(status.st_mode)}
    if stat.S_ISLNK(status.st_mode):
        facts["to"] = str(path.readlink())
    elif stat.S_ISREG(status.st_mode):
        with path.open("rb") as file:
            facts["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
    return facts


def _difference(expected: Mapping[str, Mapping[str, Any]], folder: Path) -> str | None:
    found = set(walk(folder))
    for path in sorted(expected.keys() ^ found):
        return f"{path} is {'missing' if path in expected else 'not part of it'}"
    for path, facts in expected.items():
        if _facts(folder / path) != facts:
            return f"{path} has changed"
    return None


def _remove(path: Path) -> None:
    """Remove a folder if it is there. It leaves its name at once, so that nobody sees half of it."""
    if path.exists():
        doomed = path.parent / f".removing-{path.name}"
        shutil.rmtree(doomed, ignore_errors=True)
        path.rename(doomed)
        shutil.rmtree(doomed)
