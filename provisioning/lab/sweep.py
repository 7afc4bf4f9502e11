"""Remove what a lab left on this machine, whatever ended it.

Nothing is remembered for this: every process, namespace, cgroup and file of a lab carries the lab's name, so
what has to go is found by looking. A sweep may be interrupted and run again; it is safe to run it twice.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from provisioning.lab import machine, network
from provisioning.lab.lab import HOME


def sweep(lab: str) -> None:
    """Remove every trace of `lab` but its layer 00.

    Raises:
        OSError: something could not be removed; it names it.
        CannotObserve: a killed process did not go.

    """
    # From here on this is no lab that runs, also if the sweep is interrupted.
    (HOME / lab / "generation").unlink(missing_ok=True)
    # PID 1 of each machine first: with it the kernel ends all that runs in the machine.
    machine.kill([one.pid for one in machine.running(lab)])
    # Then what belongs to the lab outside a machine. The launcher of a machine ends by itself, and a
    # program that carries our mark because the user exported it would be this very run or its parents.
    machine.kill([pid for pid in machine.processes(lab) if pid not in _ancestors()])
    for space in network.namespaces(lab):
        network.remove(space)
    machine.remove_cgroups(lab)
    shutil.rmtree(HOME / lab, ignore_errors=False, onerror=_unless_gone)


def _unless_gone(_function: object, _path: str, error: tuple[object, BaseException, object]) -> None:
    if not isinstance(error[1], FileNotFoundError):
        raise error[1]


def _ancestors() -> set[int]:
    found: set[int] = set()
    pid = os.getpid()
    while pid > 0:
        found.add(pid)
        stat = Path(f"/proc/{pid}/stat").read_text()
        pid = int(stat.rpartition(")")[2].split()[1])
    return found


def labs() -> tuple[str, ...]:
    """Return the names of the labs that have left something on this machine."""
    names: set[str] = set()
    if HOME.is_dir():
        names = {entry.name for entry in HOME.iterdir() if entry.is_dir()}
    names -= {"persistent"}
    for top in machine.hierarchies():
        group = top / "clusterspec"
        if group.is_dir():
            names |= {entry.name for entry in group.iterdir() if entry.is_dir()}
    return tuple(sorted(names))
