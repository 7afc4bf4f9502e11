"""Programs of a node that are stopped, that hang, or that should not be there; and machines without power."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from faults import hosts, reach
from faults.kinds.base import Change, Harm
from faults.words import filled
from provisioning.lab import supervisor
from provisioning.target import Power, Processes, Target


@dataclass(frozen=True, slots=True)
class ProgramInterrupted(Harm):
    """A program of a machine does not do its work, or did not.

    program: its name; names in braces are replaced (`faults.words`). on: which hosts, in the words of `faults.hosts`.
    by: "stop", it ends and is kept down; "kill", likewise, and it gets no time to end in order, which an API server
        would take a minute for; "pause", it keeps its sockets and answers nothing; "crash", it has died once, and its
        supervisor has started it again: what is left of that is its record.
    """

    program: str
    on: str
    by: Literal["stop", "kill", "pause", "crash"] = "stop"

    def _why_not(self, target: Target) -> str | None:
        if self.by == "crash":
            return super(ProgramInterrupted, self)._why_not(target)
        return None if reach.processes(target) else "its programs cannot be stopped or paused from here"

    def _where(self, target: Target) -> Iterable[str]:
        return hosts.select(target, self.on)

    def _look(self, target: Target, _at: str) -> str:
        return filled(target, self.program)

    def _harm(self, target: Target, at: str, was: str) -> None:
        if self.by in {"stop", "kill"}:
            _hold(target).stop(at, was)
        if self.by == "pause":
            _hold(target).pause(at, was)
        if self.by in {"kill", "crash"} and (lab := reach.lab_of(target)):
            supervisor.order(lab.root(at), was, "-k")

    def _undo(self, target: Target, at: str, was: str) -> None:
        if self.by == "crash":
            reach.forget_deaths(target, at)
        elif self.by == "pause":
            _hold(target).resume(at, was)
        else:
            _hold(target).start(at, was)

    def _undone(self, target: Target, at: str, was: str) -> bool:
        # Where the programs cannot be observed, the order to start counts.
        return reach.lab_of(target) is None or reach.runs(target, at, was)


@dataclass(frozen=True, slots=True)
class ProgramAdded(Harm):
    """A program runs on a lab's machine that was not planned. script: for /bin/sh, in the machine."""

    program: str
    on: str
    script: str

    def _where(self, target: Target) -> Iterable[str]:
        return hosts.select(target, self.on)

    def _harm(self, target: Target, at: str, _was: None) -> None:
        reach.lab(target).declare(at, self.program, "/bin/sh", "-c", self.script)

    def _undo(self, target: Target, at: str, _was: None) -> None:
        definition, live, hidden = self._folders(target, at)
        # Its definition goes first, so that a boot does not start it again.
        shutil.rmtree(definition, ignore_errors=True)
        if live.exists():
            # A supervisor writes into its folder until it ends, so the folder is hidden first and removed last.
            live.rename(hidden)
            # -n ends the supervisors of folders that are gone, -a looks at what is there.
            subprocess.run(["s6-svscanctl", "-a", "-n", str(live.parent)], check=True, capture_output=True)
        if hidden.exists():
            shutil.rmtree(hidden)

    def _undone(self, target: Target, at: str, _was: None) -> bool:
        return not any(folder.exists() for folder in self._folders(target, at))

    def _folders(self, target: Target, at: str) -> tuple[Path, Path, Path]:
        root = reach.lab(target).root(at)
        services = root / "run/service"
        return root / "etc/s6" / self.program, services / self.program, services / f".{self.program}"


@dataclass(frozen=True, slots=True)
class PoweredOff(Change):
    """Nothing on these machines runs any more; those that are off already stay so.

    on: which hosts, in the words of `faults.hosts`.
    """

    on: str

    def _why_not(self, target: Target) -> str | None:
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
