"""Programs of a node that are stopped, that hang, or that should not be there."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

from faults import hosts, reach
from faults.fault import Memo
from provisioning.lab import supervisor
from provisioning.target import Processes, Target


@dataclass(frozen=True, slots=True)
class Stopped:
    """A program ends and is kept down.

    on: which hosts, in the words of `faults.hosts`. at_once: it gets no time to end in order, which an API server
    would take a minute for.
    """

    program: str
    on: str
    at_once: bool = False

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.processes(target) else "its programs cannot be stopped from here"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"hosts": list(hosts.select(target, self.on))}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for host in memo["hosts"]:
            _hold(target).stop(host, self.program)
            if self.at_once and (lab := reach.lab_of(target)):
                supervisor.order(lab.root(host), self.program, "-k")

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for host in memo["hosts"]:
            _hold(target).start(host, self.program)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`. Where nobody can look at the programs, their being told to start counts."""
        return reach.lab_of(target) is None or all(
            reach.runs(target, host, self.program) for host in memo["hosts"]
        )


@dataclass(frozen=True, slots=True)
class Paused:
    """A program hangs: it keeps its sockets and answers nothing."""

    program: str
    on: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.processes(target) else "its programs cannot be paused from here"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"hosts": list(hosts.select(target, self.on))}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for host in memo["hosts"]:
            _hold(target).pause(host, self.program)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for host in memo["hosts"]:
            _hold(target).resume(host, self.program)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return reach.lab_of(target) is None or all(
            reach.runs(target, host, self.program) for host in memo["hosts"]
        )


@dataclass(frozen=True, slots=True)
class Crashed:
    """A program has died once, and its supervisor has started it again."""

    program: str
    on: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.lab_of(target) else reach.NO_MACHINES

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"hosts": list(hosts.select(target, self.on))}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for host in memo["hosts"]:
            supervisor.order(reach.lab(target).root(host), self.program, "-k")

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`: what is left of a crash is the memory of it."""
        reach.forget_deaths(target, *memo["hosts"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return all(reach.runs(target, host, self.program) for host in memo["hosts"])


@dataclass(frozen=True, slots=True)
class Intruder:
    """A program runs on a lab's machine that nobody planned. `script` is for /bin/sh, in the machine."""

    program: str
    on: str
    script: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.lab_of(target) else reach.NO_MACHINES

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"hosts": list(hosts.select(target, self.on))}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        lab = reach.lab(target)
        for host in memo["hosts"]:
            lab.declare(host, self.program, "/bin/sh", "-c", self.script)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`: its definition goes first, so that a boot does not start it again."""
        for host in memo["hosts"]:
            root = reach.lab(target).root(host)
            services, live = root / "run/service", root / "run/service" / self.program
            shutil.rmtree(root / "etc/s6" / self.program, ignore_errors=True)
            hidden = services / f".{self.program}"
            if live.exists():
                # A supervisor writes into its folder until it ends, so the folder is hidden first and removed last.
                live.rename(hidden)
                # -n ends the supervisors of folders that are gone, -a looks at what is there.
                subprocess.run(["s6-svscanctl", "-a", "-n", str(services)], check=True, capture_output=True)
            if hidden.exists():
                shutil.rmtree(hidden)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        folders = [reach.lab(target).root(host) / "run/service" for host in memo["hosts"]]
        return not any(
            (folder / name).exists() for folder in folders for name in (self.program, f".{self.program}")
        )


def _hold(target: Target) -> Processes:
    found = reach.processes(target)
    if found is None:
        raise OSError(f"{target.name}: {reach.NO_MACHINES}")
    return found
