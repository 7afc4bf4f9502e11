"""Where a run lives on disk, and the only way a file gets there.

::

    out/index.html results.json junit.xml cucumber.json      of the newest run
    out/runs/<run id>/run.json                               the record
    out/runs/<run id>/evidence/<scenario>/<n>-<name>         attachments
    out/runs/<run id>/index.html results.json …              the documents of that run

Run ids sort by time. A file is written beside its final place and renamed: a reader, or a kill, sees
the old file or the new one, never half of one.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports import codec
from reports.model import Run
from reports.redaction import Redactor, SecretFound

KEEP = 20
RUN_FILE = "run.json"
_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4,6}")


class UnreadableRun(Exception):
    """There is no readable run at this path; the message says why, and what may be given instead."""


def new_run_id(now: datetime | None = None) -> str:
    """``20251210T210411Z-9f3ce1``: sorts by time, unique when two runs start in the same second."""
    return f"{(now or datetime.now(UTC)).astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def run_folder(out: Path, run_id: str) -> Path:
    """Where the run of this id lives. Raises ValueError for anything but a run id."""
    if not _RUN_ID.fullmatch(run_id):
        raise ValueError(f"{run_id!r} is no run id; make one with reports.store.new_run_id()")
    return out / "runs" / run_id


def write(path: Path, content: str | bytes, redactor: Redactor, where: Callable[[], Iterable[str]]) -> None:
    """Write a file whole or not at all, and only if no known secret is in it.

    When one is, the file at ``path`` is removed (it would be taken for this run's) and ``SecretFound``
    is raised with what ``where`` names as the source.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    if names := redactor.leaks_packed(data):
        path.unlink(missing_ok=True)
        raise SecretFound(path.name, names, where())
    write_unchecked(path, data)


def write_unchecked(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Only for content that was looked through already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load(folder: Path) -> Run:
    """The run saved in this folder. Raises ``UnreadableRun``."""
    path = folder / RUN_FILE
    try:
        data: Any = json.loads(path.read_bytes())
        return codec.record(Run, data)
    except FileNotFoundError:
        raise UnreadableRun(f"{folder} holds no {RUN_FILE}.") from None
    except (OSError, ValueError, RecursionError) as problem:
        raise UnreadableRun(f"{path} cannot be read: {problem}") from problem


def find(path: Path) -> Path:
    """The run folder that a person means by ``path``.

    It may be the folder itself, its ``run.json``, the folder ``out`` (its newest run), or
    ``out/<run id>`` without ``runs``. Raises ``UnreadableRun``.
    """
    if path.name == RUN_FILE:
        path = path.parent
    if (path / RUN_FILE).is_file():
        return path
    if _RUN_ID.fullmatch(path.name) and (path.parent / "runs" / path.name / RUN_FILE).is_file():
        return path.parent / "runs" / path.name
    if newest := next(iter(folders(path)), None):
        return newest
    known = [folder.name for folder in folders(path.parent)][:5]
    hint = f"saved runs: {', '.join(known)}" if known else "no run is saved there"
    raise UnreadableRun(f"{path} is neither the folder of a run nor a folder with runs ({hint}).")


def folders(out: Path) -> list[Path]:
    """Folders of the saved runs, newest first."""
    with contextlib.suppress(OSError):
        runs = [each for each in (out / "runs").iterdir() if _RUN_ID.fullmatch(each.name)]
        return sorted((each for each in runs if (each / RUN_FILE).is_file()), reverse=True)
    return []


def prune(out: Path, spare: Iterable[str] = (), keep: int = KEEP) -> list[str]:
    """Remove all but the newest ``keep`` runs, and never those in ``spare``. Returns the removed ids."""
    spared = set(spare)
    removed = [folder for folder in folders(out)[keep:] if folder.name not in spared]
    for folder in removed:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder.name for folder in removed]
