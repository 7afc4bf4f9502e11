"""Files of a lab's machines, and of its layer 00, that differ from how they were made.

The original is kept beside the file under another name, with its rights, until all is undone; so the memo has no
content of any file, and undoing may be interrupted at any point.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from faults import hosts, reach
from faults.fault import Memo
from faults.words import filled
from probes.kubernetes import api_health
from probes.waiting import Patience, eventually
from provisioning.lab import supervisor
from provisioning.target import Target

_KEPT = ".before-fault"
_API_BACK = Patience(within=60.0, every=0.25)
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """A file of a machine was edited, and the program that reads it started again, if it reads it only then.

    path: absolute, as the machine sees it. changes: pairs (regular expression, what each match becomes). In all of
    them names in braces are replaced (`faults.words`).
    """

    on: str
    path: str
    changes: Pairs
    restarts: str = ""

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.lab_of(target) else reach.NO_MACHINES

    def before(self, target: Target) -> Memo:
        """See `Kind.before`. Raises LookupError when a file does not have the text that is to be changed."""
        names = hosts.select(target, self.on)
        for host in names:
            text = self._file(target, host).read_text()
            for pattern, _ in self.changes:
                if not re.search(filled(target, pattern), text):
                    raise LookupError(f"{self.path} of {host} has nothing like {pattern!r}")
        return {"hosts": list(names)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for host in memo["hosts"]:
            change(self._file(target, host), partial(self._edit, target))
            _restart(target, host, self.restarts)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for host in memo["hosts"]:
            put_back(target, host, self.restarts, (self._file(target, host),))

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return all(
            not is_kept(self._file(target, host))
            and (not self.restarts or reach.runs(target, host, self.restarts))
            for host in memo["hosts"]
        )

    def _edit(self, target: Target, text: str) -> str:
        for pattern, becomes in self.changes:
            text = re.sub(filled(target, pattern), filled(target, becomes), text)
        return text

    def _file(self, target: Target, host: str) -> Path:
        return reach.lab(target).root(host) / filled(target, self.path).lstrip("/")


@dataclass(frozen=True, slots=True)
class Flagged:
    """A program runs with other words on its command line than those it was declared with.

    changes: pairs (words as they stand, words instead); "{address}" is the node's own, "{spare}" a free one.
    api: it is an API server; all of them answer again before the fault, or its mending, counts as done.
    """

    on: str
    program: str
    changes: Pairs
    api: bool = False

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.lab_of(target) else reach.NO_MACHINES

    def before(self, target: Target) -> Memo:
        """See `Kind.before`. Raises LookupError when the command line is not as the fault expects it."""
        names = hosts.select(target, self.on)
        for host in names:
            text = self._files(target, host)[0].read_text()
            for words, _ in self._pairs(target, host):
                if words not in text:
                    raise LookupError(f"{self.program} on {host} does not run with {words!r}")
        return {"hosts": list(names)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for host in memo["hosts"]:
            pairs = self._pairs(target, host)
            for file in self._files(target, host):
                change(file, partial(_replaced, pairs))
            _restart(target, host, self.program, at_once=self.api)
        self._await(target, memo["hosts"])

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for host in memo["hosts"]:
            put_back(target, host, self.program, self._files(target, host), at_once=self.api)
        self._await(target, memo["hosts"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return all(
            not any(map(is_kept, self._files(target, host))) and reach.runs(target, host, self.program)
            for host in memo["hosts"]
        )

    def _await(self, target: Target, names: Sequence[str]) -> None:
        for host in names if self.api else ():
            _await_api(target, host)

    def _files(self, target: Target, host: str) -> tuple[Path, ...]:
        return definitions(target, host, self.program)

    def _pairs(self, target: Target, host: str) -> Pairs:
        known = {"{address}": hosts.address(target, host), "{spare}": hosts.spare_address(target)}
        return tuple((_filled(old, known), _filled(new, known)) for old, new in self.changes)


@dataclass(frozen=True, slots=True)
class Forged:
    """A program of another version runs: a copy of ours that calls itself by the version before."""

    on: str
    program: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.lab_of(target) else reach.NO_MACHINES

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        version = target.inventory.cluster.kubernetes_version
        digit = str((int(version[-1]) - 1) % 10)  # as long as the true one: it is changed in the binary
        return {"hosts": list(hosts.select(target, self.on)), "version": f"{version[:-1]}{digit}"}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        lab, version = reach.lab(target), target.inventory.cluster.kubernetes_version
        content = (lab.artifacts.bin / self.program).read_bytes()
        for host in memo["hosts"]:
            copy = self._copy(target, host)
            copy.write_bytes(content.replace(version.encode(), memo["version"].encode()))
            copy.chmod(0o755)
            for file in self._files(target, host):
                change(
                    file, lambda text: text.replace(f"exec {self.program} ", f"exec /root/{self.program} ")
                )
            _restart(target, host, self.program)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for host in memo["hosts"]:
            put_back(target, host, self.program, self._files(target, host))
            self._copy(target, host).unlink(missing_ok=True)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return all(
            not self._copy(target, host).exists() and reach.runs(target, host, self.program)
            for host in memo["hosts"]
        )

    def _copy(self, target: Target, host: str) -> Path:
        return reach.lab(target).root(host) / "root" / self.program

    def _files(self, target: Target, host: str) -> tuple[Path, ...]:
        return definitions(target, host, self.program)


@dataclass(frozen=True, slots=True)
class Remade:
    """Files of layer 00 were made anew, by ``make``: it is given the folder and writes them there."""

    outlives_rebuild: ClassVar[bool] = True

    names: tuple[str, ...]
    make: Callable[[Path], None]

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        lab = reach.lab_of(target)
        if lab is None:
            return reach.NO_MACHINES
        missing = [name for name in self.names if not (lab.persistent / name).exists()]
        return f"layer 00 has no {', '.join(missing)}" if missing else None

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"folder": str(reach.lab(target).persistent)}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        folder = Path(memo["folder"])
        for name in self.names:
            keep(folder / name)
        self.make(folder)

    def mend(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - as above
        """See `Kind.mend`."""
        for file in (Path(memo["folder"]) / name for name in self.names):
            if is_kept(file):
                restore(file)
                forget(file)

    def mended(self, target: Target, memo: Memo) -> bool:  # noqa: ARG002 - as above
        """See `Kind.mended`."""
        return not any(is_kept(Path(memo["folder"]) / name) for name in self.names)


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
    for old, new in pairs:
        text = text.replace(old, new)
    return text
