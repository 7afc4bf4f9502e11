"""Programs of a node that are stopped, that hang, or that should not be there; and machines without power."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from faults import hosts, reach
from faults.kinds.base import Addition, Change, Harm
from provisioning.lab import supervisor
from provisioning.target import Power, Processes, Target


@dataclass(frozen=True, slots=True)
class _Program(Harm):
    """A program does not do its work. on: which hosts, in the words of `faults.hosts`."""

    program: str
    on: str

    def available(self, target: Target) -> str | None:
        """Say that the programs are out of reach, or None."""
        return None if reach.processes(target) else "its programs cannot be stopped or paused from here"

    def _where(self, target: Target) -> Iterable[str]:
        return hosts.select(target, self.on)

    def _undone(self, target: Target, at: str, _was: None) -> bool:
        # Where the programs cannot be observed, the order to start counts.
        return reach.lab_of(target) is None or reach.runs(target, at, self.program)


@dataclass(frozen=True, slots=True)
class ProgramStopped(_Program):
    """A program ends and is kept down.

    at_once: it gets no time to end in order, which an API server would take a minute for.
    """

    at_once: bool = False

    def _harm(self, target: Target, at: str, _was: None) -> None:
        _hold(target).stop(at, self.program)
        if self.at_once and (lab := reach.lab_of(target)):
            supervisor.order(lab.root(at), self.program, "-k")

    def _undo(self, target: Target, at: str, _was: None) -> None:
        _hold(target).start(at, self.program)


@dataclass(frozen=True, slots=True)
class ProgramPaused(_Program):
    """A program hangs: it keeps its sockets and answers nothing."""

    def _harm(self, target: Target, at: str, _was: None) -> None:
        _hold(target).pause(at, self.program)

    def _undo(self, target: Target, at: str, _was: None) -> None:
        _hold(target).resume(at, self.program)


@dataclass(frozen=True, slots=True)
class ProgramCrashed(_Program):
    """A program has died once, and its supervisor has started it again; what is left of that is its record."""

    def available(self, target: Target) -> str | None:
        """Say that there is no lab, or None."""
        return Harm.available(self, target)

    def _harm(self, target: Target, at: str, _was: None) -> None:
        supervisor.order(reach.lab(target).root(at), self.program, "-k")

    def _undo(self, target: Target, at: str, _was: None) -> None:
        reach.forget_deaths(target, at)


@dataclass(frozen=True, slots=True)
class UnexpectedProcess(Addition):
    """A program runs on a lab's machine that was not planned. script: for /bin/sh, in the machine."""

    program: str
    on: str
    script: str

    def _where(self, target: Target) -> Iterable[str]:
        return hosts.select(target, self.on)

    def _there(self, target: Target, at: str, _what: None) -> bool:
        root = reach.lab(target).root(at)
        folders = (root / "etc/s6" / self.program, *self._live(target, at))
        return any(folder.exists() for folder in folders)

    def _harm(self, target: Target, at: str, what: None) -> None:
        self._add(target, at, what)  # also where only half of it is there

    def _add(self, target: Target, at: str, _what: None) -> None:
        reach.lab(target).declare(at, self.program, "/bin/sh", "-c", self.script)

    def _remove(self, target: Target, at: str, _what: None) -> None:
        # Its definition goes first, so that a boot does not start it again.
        shutil.rmtree(reach.lab(target).root(at) / "etc/s6" / self.program, ignore_errors=True)
        live, hidden = self._live(target, at)
        if live.exists():
            # A supervisor writes into its folder until it ends, so the folder is hidden first and removed last.
            live.rename(hidden)
            # -n ends the supervisors of folders that are gone, -a looks at what is there.
            subprocess.run(["s6-svscanctl", "-a", "-n", str(live.parent)], check=True, capture_output=True)
        if hidden.exists():
            shutil.rmtree(hidden)

    def _live(self, target: Target, at: str) -> tuple[Path, Path]:
        services = reach.lab(target).root(at) / "run/service"
        return services / self.program, services / f".{self.program}"


@dataclass(frozen=True, slots=True)
class PoweredOff(Change):
    """Nothing on these machines runs any more; those that are off already stay so.

    on: which hosts, in the words of `faults.hosts`.
    """

    on: str

    def available(self, target: Target) -> str | None:
        """Say that the machines cannot be switched, or None."""
        return None if reach.power(target) else "its machines cannot be switched from here"

    def _where(self, target: Target) -> Iterable[str]:
        return [name for name in hosts.select(target, self.on) if self._read(target, name)]

    def _read(self, target: Target, at: str) -> bool:
        return _switch(target).is_on(at)

    def _alter(self, _target: Target, _at: str, _was: object) -> bool:
        return False

    def _write(self, target: Target, at: str, value: object) -> None:
        (_switch(target).on if value else _switch(target).off)(at)


def _hold(target: Target) -> Processes:
    found = reach.processes(target)
    if found is None:
        raise OSError(f"{target.name}: {reach.NO_MACHINES}")
    return found


def _switch(target: Target) -> Power:
    found = reach.power(target)
    if found is None:
        raise OSError(f"{target.name}: {reach.NO_MACHINES}")
    return found
