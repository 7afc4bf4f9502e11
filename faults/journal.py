"""What is broken at this moment, written down before it is broken: one small file a fault.

Whoever injects a fault holds a lock on its file for as long as he lives. So a fault that nobody looks after
any more is one whose lock is free, whatever ended its injector, and another run's faults are left alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from faults.fault import Memo

_SLUG = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault that is, or was going to be, in the target.

    started: ISO 8601, UTC. identity: of the cluster that was broken; "" when nobody has written it down.
    """

    file: Path
    fault: str
    memo: Memo
    started: str
    identity: str = ""

    def forget(self) -> None:
        """Say that it is mended."""
        self.file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.file.parent.rmdir()  # other entries keep the folder


@contextlib.contextmanager
def entry(folder: Path, fault: str, memo: Memo, identity: str = "") -> Generator[Entry]:
    """Write one entry and hold it; it stays in the folder until it is told to ``forget``.

    Raises:
        FileExistsError: the same fault is in the target already, or was left there.

    """
    if not _SLUG.fullmatch(fault):
        raise ValueError(f"{fault!r} can not name a fault")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    made = Entry(folder / f"{fault}.json", fault, memo, now, identity)
    said = {"fault": made.fault, "started": made.started, "identity": identity, "memo": memo}
    text = json.dumps(said, indent=1)
    # Locked and whole before it has its name: nobody ever sees half an entry, or one without its owner.
    fresh = folder / f".{fault}.{os.getpid()}"
    with fresh.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(fresh, made.file)
        finally:
            fresh.unlink()
        yield made


@contextlib.contextmanager
def abandoned(folder: Path) -> Generator[tuple[Entry, ...]]:
    """Take over the entries that nobody looks after, the latest first; they are held until the block is left."""
    with contextlib.ExitStack() as held:
        taken = [found for file in sorted(folder.glob("*.json")) if (found := _take(held, file))]
        yield tuple(sorted(taken, key=lambda each: each.started, reverse=True))


def _take(held: contextlib.ExitStack, file: Path) -> Entry | None:
    with contextlib.ExitStack() as mine:
        try:
            handle = mine.enter_context(file.open(encoding="utf-8"))
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (FileNotFoundError, BlockingIOError):
            return None  # mended in this moment, or somebody's
        if not file.exists():
            return None
        data: dict[str, Any] = json.load(handle)
        held.push(mine.pop_all())
        return Entry(file, data["fault"], data["memo"], data["started"], data.get("identity", ""))
