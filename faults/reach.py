"""How far a fault reaches into a target: its API always, its machines where the target is a lab of this machine.

A lab that is attached like any other cluster is recognised by the identity of the cluster in it. Whether it may
be broken is not asked here: that is consent's to say (`provisioning.consent`), before a fault is injected.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from probes.kubernetes import Api
from provisioning.lab import network, supervisor, topology
from provisioning.lab.artifacts.build import Artifacts
from provisioning.lab.lab import HOME, Lab
from provisioning.lab.provider import LabPower, LabProcesses
from provisioning.target import Power, Processes, Target

NO_MACHINES = "its machines are not a lab of this machine"


def lab_of(target: Target) -> Lab | None:
    """Return the lab of this machine that the target is, by whichever provider it was attached; else None."""
    if not HOME.is_dir():
        return None
    for folder in sorted(HOME.iterdir()):
        identity = folder / "identity"
        if identity.is_file() and identity.read_text() == target.identity:
            plan = topology.from_inventory(target.inventory)
            return Lab(folder.name, target.inventory, plan, _artifacts(folder))
    return None


def _artifacts(folder: Path) -> Artifacts:
    """Return what a lab was built from, as its build has put it down."""
    told: dict[str, Any] = json.loads((folder / "artifacts.json").read_text())
    places = {name: Path(told.pop(name)) for name in ("bin", "image_seed", "manifests")}
    return Artifacts(**places, **told)


def lab(target: Target) -> Lab:
    """Return the same.

    Raises:
        OSError: there is none.

    """
    found = lab_of(target)
    if found is None:
        raise OSError(f"{target.name}: {NO_MACHINES}")
    return found


def power(target: Target) -> Power | None:
    """Return the switch of the target's machines, if anybody has one."""
    if target.power is not None:
        return target.power
    found = lab_of(target)
    return None if found is None else LabPower(found)


def processes(target: Target) -> Processes | None:
    """Return the hold on the programs of the target's machines, if anybody has one."""
    if target.processes is not None:
        return target.processes
    found = lab_of(target)
    return None if found is None else LabProcesses(found)


def api(target: Target, address: str | None = None, *, timeout: float = 10.0) -> Api:
    """Return the API as the administrator sees it from the workstation; by default behind its VIP."""
    return Api(target.kubeconfig, target.vantages["workstation"], address=address, timeout=timeout)


def within(target: Target, host: str, *argv: str) -> str:
    """Run a short command in the network of a host of the lab. Raises OSError with its words."""
    found = lab(target)
    return network.within(network.namespace(found.name, host), list(argv))


def is_on(target: Target, host: str) -> bool:
    """Tell whether a machine of the lab has power."""
    return LabPower(lab(target)).is_on(host)


def runs(target: Target, host: str, program: str) -> bool:
    """Tell whether a program of a lab's machine is up, and meant to be."""
    states = {state.name: state for state in supervisor.states(lab(target).root(host))}
    return program in states and states[program].up and states[program].wanted


def forget_deaths(target: Target, *only: str) -> None:
    """Have the supervisors of a lab forget which programs died; on these hosts only, if any are named.

    What died while something was broken on purpose must not count as a crash when the lab is looked at later.
    """
    found = lab_of(target)
    if found is None:
        return
    for host in only or tuple(each.name for each in found.machines):
        for state in supervisor.states(found.root(host)):
            if state.deaths:
                folder = found.root(host) / "run/service" / state.name
                subprocess.run(["s6-svdt-clear", str(folder)], check=True, capture_output=True)
