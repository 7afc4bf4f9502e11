"""Where builds are kept, and getting one from there or making it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inventory.problem import Problem
from provisioning.lab.artifacts import cache
from provisioning.lab.artifacts.progress import State, Task


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are kept below the cache's folder."""

    root: Path

    @property
    def store(self) -> cache.Store:
        """Finished builds."""
        return cache.Store(self.root / "artifacts")

    @property
    def build_cache(self) -> Path:
        """Go's own cache of compiled packages; thrown away when all is built."""
        return self.root / "go-build"

    def log(self, name: str) -> Path:
        """The log of the last build of ``name``."""
        return self.root / "logs" / f"{name}.log"


def obtain(name: str, key: str, make: cache.Make, place: Place, task: Task) -> Path:
    """A cache entry, with ticks that say whether it was there, is awaited or is being built."""
    made = False

    def told(folder: Path) -> None:
        nonlocal made
        made = True
        damage = place.store.damage(name, key)
        task.says(State.BUILDING, "" if damage == "missing" else f"the cached one is damaged: {damage}")
        make(folder)

    try:
        entry = place.store.obtain(name, key, told, task.waiting)
    except BaseException as error:
        task.says(State.FAILED, _cause(error))
        raise
    task.says(State.BUILT if made else State.CACHED, str(entry))
    return entry


def _cause(error: BaseException) -> str:
    return error.says.splitlines()[0] if isinstance(error, Problem) else type(error).__name__
