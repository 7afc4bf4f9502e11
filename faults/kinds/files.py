"""Files of a lab's machines, and of its layer 00, that differ from how they were made.

The original is kept beside the file under another name, with its rights, until all is undone; so the memo has no
content of any file, and undoing may be interrupted at any point.
"""

from __future__ import annotations

import re
import shutil
from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from faults import hosts, reach
from faults.kinds.base import Harm
from faults.words import filled
from probes.kubernetes import api_health
from probes.waiting import Patience, eventually
from provisioning.lab import supervisor
from provisioning.target import Target

_KEPT = ".before-fault"
_API_BACK = Patience(within=60.0, every=0.25)
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Edited(Harm):
    """Files of a machine were edited, and the program that reads them started again.

    on: which hosts, in the words of `faults.hosts`.
    """

    on: str

    def _where(self, target: Target) -> Iterable[str]:
        return hosts.select(target, self.on)

    @abstractmethod
    def _files(self, target: Target, at: str, /) -> tuple[Path, ...]:
        """Return the files, the one that a boot starts from first."""

    @abstractmethod
    def _pairs(self, target: Target, at: str, /) -> Pairs:
        """Return what changes in each: pairs (regular expression, what each match becomes)."""

    @abstractmethod
    def _restarts(self) -> str:
        """Return the program that is started again; "" for none."""

    def _at_once(self) -> bool:
        return False

    def _look(self, target: Target, at: str) -> None:
        file = self._files(target, at)[0]
        text = file.read_text()
        for pattern, _ in self._pairs(target, at):
            if not re.search(pattern, text):
                raise LookupError(f"{file} of {at} has nothing like {pattern!r}")

    def _harm(self, target: Target, at: str, _was: None) -> None:
        for file in self._files(target, at):
            change(file, partial(_replaced, self._pairs(target, at)))
        _restart(target, at, self._restarts(), at_once=self._at_once())

    def _undo(self, target: Target, at: str, _was: None) -> None:
        put_back(target, at, self._restarts(), self._files(target, at), at_once=self._at_once())

    def _undone(self, target: Target, at: str, _was: None) -> bool:
        back = not any(map(is_kept, self._files(target, at)))
        return back and (not self._restarts() or reach.runs(target, at, self._restarts()))


@dataclass(frozen=True, slots=True)
class FileChanged(_Edited):
    """A file of a machine was edited, and the program that reads it started again, if it reads it only then.

    path: absolute, as the machine sees it. changes: pairs (regular expression, what each match becomes). In all of
    them names in braces are replaced (`faults.words`).
    """

    path: str
    changes: Pairs
    restarts: str = ""

    @property
    def places(self) -> frozenset[str]:
        """The file."""
        return frozenset({f"{self.on}: {self.path}"})

    def _files(self, target: Target, at: str) -> tuple[Path, ...]:
        return (reach.lab(target).root(at) / filled(target, self.path).lstrip("/"),)

    def _pairs(self, target: Target, _at: str) -> Pairs:
        return tuple((filled(target, old), filled(target, new)) for old, new in self.changes)

    def _restarts(self) -> str:
        return self.restarts


@dataclass(frozen=True, slots=True)
class CommandLineChanged(_Edited):
    """A program runs with other words on its command line than those it was declared with.

    changes: pairs (words as they stand, words instead); "{address}" is the node's own, "{spare}" a free one.
    api: it is an API server; all of them answer again before the fault, or its mending, counts as done.
    """

    program: str
    changes: Pairs = ()
    api: bool = False

    @property
    def places(self) -> frozenset[str]:
        """The program's definition."""
        return frozenset({f"{self.on}: {self.program}"})

    def _files(self, target: Target, at: str) -> tuple[Path, ...]:
        return definitions(target, at, self.program)

    def _pairs(self, target: Target, at: str, /) -> Pairs:
        known = {"{address}": hosts.address(target, at), "{spare}": hosts.spare_address(target)}
        return tuple((re.escape(_filled(old, known)), _filled(new, known)) for old, new in self.changes)

    def _restarts(self) -> str:
        return self.program

    def _at_once(self) -> bool:
        return self.api

    def _settle(self, target: Target, places: tuple[str, ...]) -> None:
        for host in places if self.api else ():
            _await_api(target, host)


@dataclass(frozen=True, slots=True)
class VersionForged(CommandLineChanged):
    """A program of another version runs: a copy of ours that calls itself by the version before."""

    def _pairs(self, _target: Target, _at: str) -> Pairs:
        return ((f"exec {self.program} ", f"exec /root/{self.program} "),)

    def _harm(self, target: Target, at: str, was: None) -> None:
        version = target.inventory.cluster.kubernetes_version
        before = f"{version[:-1]}{(int(version[-1]) - 1) % 10}"  # as long as the true one, in the binary
        content = (reach.lab(target).artifacts.bin / self.program).read_bytes()
        copy = self._copy(target, at)
        copy.write_bytes(content.replace(version.encode(), before.encode()))
        copy.chmod(0o755)
        super(VersionForged, self)._harm(target, at, was)

    def _undo(self, target: Target, at: str, was: None) -> None:
        super(VersionForged, self)._undo(target, at, was)
        self._copy(target, at).unlink(missing_ok=True)

    def _undone(self, target: Target, at: str, was: None) -> bool:
        return super(VersionForged, self)._undone(target, at, was) and not self._copy(target, at).exists()

    def _copy(self, target: Target, at: str) -> Path:
        return reach.lab(target).root(at) / "root" / self.program


@dataclass(frozen=True, slots=True)
class PersistentFileRemade(Harm):
    """A file of layer 00 was made anew, by ``make``: it is given the folder and writes it there."""

    name: str
    make: Callable[[Path], None]

    @property
    def outlives_rebuild(self) -> bool:
        """Layer 00 is kept when a lab is built anew."""
        return True

    def available(self, target: Target) -> str | None:
        """Say that there is no lab, or no such file in it; or None."""
        lab = reach.lab_of(target)
        if lab is None:
            return reach.NO_MACHINES
        return None if (lab.persistent / self.name).exists() else f"layer 00 has no {self.name}"

    def _where(self, target: Target) -> Iterable[str]:
        return (str(reach.lab(target).persistent / self.name),)

    def _harm(self, _target: Target, at: str, _was: None) -> None:
        keep(Path(at))
        self.make(Path(at).parent)

    def _undo(self, _target: Target, at: str, _was: None) -> None:
        restore(Path(at))
        forget(Path(at))

    def _undone(self, _target: Target, at: str, _was: None) -> bool:
        return not is_kept(Path(at))


def definitions(target: Target, host: str, program: str) -> tuple[Path, ...]:
    """Return the definition that a boot starts from, and the one that runs (none on a machine that is off)."""
    root = reach.lab(target).root(host)
    both = (root / place / program / "run" for place in ("etc/s6", "run/service"))
    return tuple(file for file in both if file.parent.exists())


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


def _filled(words: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        words = words.replace(name, value)
    return words


def _replaced(pairs: Pairs, text: str) -> str:
    for pattern, becomes in pairs:
        text = re.sub(pattern, becomes, text)
    return text
