"""Files of a lab's machines, and of its layer 00, that differ from how they were made.

The original is kept beside the file under another name, with its rights, until all is undone; so the memo has no
content of any file, and undoing may be interrupted at any point.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from faults import hosts, reach
from faults.kinds.base import Harm
from faults.words import filled
from probes.kubernetes import api_health
from probes.waiting import Patience, eventually
from provisioning.lab import supervisor
from provisioning.target import Target

LAYER_00 = "layer 00"
_KEPT = ".before-fault"
_API_BACK = Patience(within=60.0, every=0.25)
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FileChanged(Harm):
    """Files of a machine were edited, and the program that reads them started again, if it reads them only then.

    on: which hosts, in the words of `faults.hosts`. paths: absolute, as the machine sees them; those whose folder is
        not there are left out, except the first. changes: pairs (regular expression, what each match becomes). In all
        of them names in braces are replaced (`faults.words`).
    restarts: the program that is started again; "" for none.
    api: it is an API server, which gets no time to end in order; all of them answer again before the fault, or its
        mending, counts as done.
    """

    on: str
    paths: tuple[str, ...]
    changes: Pairs
    restarts: str = ""
    api: bool = False

    @property
    def places(self) -> frozenset[str]:
        """The files."""
        return frozenset(f"{self.on}: {path}" for path in self.paths)

    def _where(self, target: Target) -> Iterable[str]:
        return hosts.select(target, self.on)

    def _look(self, target: Target, at: str) -> str:
        file = self._files(target, at)[0]
        text = file.read_text()
        for pattern, _ in self._pairs(target, at):
            if not re.search(pattern, text):
                raise LookupError(f"{file} of {at} has nothing like {pattern!r}")
        return filled(target, self.restarts)

    def _harm(self, target: Target, at: str, was: str) -> None:
        for file in self._files(target, at):
            change(file, partial(_replaced, self._pairs(target, at)))
        _restart(target, at, was, at_once=self.api)

    def _undo(self, target: Target, at: str, was: str) -> None:
        put_back(target, at, was, self._files(target, at), at_once=self.api)

    def _undone(self, target: Target, at: str, was: str) -> bool:
        back = not any(map(is_kept, self._files(target, at)))
        return back and (not was or reach.runs(target, at, was))

    def _settle(self, target: Target, places: tuple[str, ...]) -> None:
        for host in places if self.api else ():
            _await_api(target, host)

    def _files(self, target: Target, at: str) -> list[Path]:
        root = reach.lab(target).root(at)
        first, *more = (root / filled(target, path).lstrip("/") for path in self.paths)
        return [first, *(file for file in more if file.parent.exists())]

    def _pairs(self, target: Target, at: str) -> Pairs:
        return tuple(
            (filled(target, old, on=at, escaped=True), filled(target, new, on=at))
            for old, new in self.changes
        )


def command_line(on: str, program: str, *changes: tuple[str, str], api: bool = False) -> FileChanged:
    """A program runs with other words on its command line: its definition that a boot starts from, and the live one."""
    paths = tuple(f"/{place}/{program}/run" for place in ("etc/s6", "run/service"))
    return FileChanged(on, paths, changes, restarts=program, api=api)


@dataclass(frozen=True, slots=True)
class FileMade(Harm):
    """A file was made anew, or is there and should not be.

    on: a host, in the words of `faults.hosts`, or `LAYER_00`. path: from its root. make: is given the file and writes
    it; a second time it may write something else.
    """

    on: str
    path: str
    make: Callable[[Target, Path], None]

    @property
    def outlives_rebuild(self) -> bool:
        """Layer 00 is kept when a lab is built anew."""
        return self.on == LAYER_00

    def _why_not(self, target: Target) -> str | None:
        if (lab := reach.lab_of(target)) is None:
            return reach.NO_MACHINES
        lacks = self.on == LAYER_00 and not (lab.persistent / self.path).exists()
        return f"{LAYER_00} has no {self.path}" if lacks else None

    def _where(self, target: Target) -> Iterable[str]:
        lab = reach.lab(target)
        root = lab.persistent if self.on == LAYER_00 else lab.root(hosts.one(target, self.on))
        return (str(root / self.path),)

    def _look(self, _target: Target, at: str) -> bool:
        return Path(at).exists()

    def _harm(self, target: Target, at: str, was: Any) -> None:
        if was:
            keep(Path(at))
        self.make(target, Path(at))

    def _undo(self, _target: Target, at: str, was: Any) -> None:
        if was:
            restore(Path(at))
            forget(Path(at))
        else:
            Path(at).unlink(missing_ok=True)

    def _undone(self, _target: Target, at: str, was: Any) -> bool:
        return not is_kept(Path(at)) if was else not Path(at).exists()


def put_back(
    target: Target, host: str, program: str, files: Iterable[Path], *, at_once: bool = False
) -> None:
    """Restore those files of a host that were changed, and start the program again that reads them."""
    changed = [file for file in files if is_kept(file)]
    for file in changed:
        restore(file)
    if changed:
        _restart(target, host, program, at_once=at_once)
    # Only now: had we been interrupted before, the program would never be started again.
    for file in changed:
        forget(file)


def keep(file: Path) -> None:
    """Keep the original, unless it is kept already."""
    if not is_kept(file):
        # Under its last name only when it is whole: an interrupted copy must not be taken for the original.
        half = _kept(file).with_suffix(".part")
        shutil.copy2(file, half)
        half.replace(_kept(file))


def change(file: Path, how: Callable[[str], str]) -> None:
    """Keep the original and write its changed text; a second call changes nothing more."""
    keep(file)
    half = file.with_name(f"{file.name}.changed")
    shutil.copy2(_kept(file), half)
    half.write_text(how(_kept(file).read_text()))
    half.replace(file)


def restore(file: Path) -> None:
    """Put the original back, and go on keeping it."""
    if is_kept(file):
        half = file.with_name(f"{file.name}.restored")
        shutil.copy2(_kept(file), half)
        half.replace(file)


def forget(file: Path) -> None:
    """Keep the original no longer: all is undone."""
    _kept(file).unlink(missing_ok=True)


def is_kept(file: Path) -> bool:
    """Tell whether an original is being kept: something is still to be undone."""
    return _kept(file).exists()


def _kept(file: Path) -> Path:
    return file.with_name(file.name + _KEPT)


def _restart(target: Target, host: str, program: str, *, at_once: bool = False) -> None:
    """Start a program again; ``at_once`` gives it no time to end in order, which an API server takes a minute for."""
    root = reach.lab(target).root(host)
    # A machine that is off reads what is on its disk when it boots.
    if program and (root / "run/service" / program).exists() and reach.is_on(target, host):
        supervisor.order(root, program, "-k" if at_once else "-r")


def _await_api(target: Target, host: str) -> None:
    workstation, address = target.vantages["workstation"], hosts.address(target, host)
    eventually(
        lambda: api_health(workstation, target.kubeconfig, address, timeout=2.0),
        lambda health: health.answering,
        expected=f"the API server of {host} answers again",
        patience=_API_BACK,
    )


def _replaced(pairs: Pairs, text: str) -> str:
    for pattern, becomes in pairs:
        text = re.sub(pattern, becomes, text)
    return text
