"""Whether a target is well enough for a fault to be told from what was wrong anyway."""

from __future__ import annotations

from faults import hosts, reach
from probes import kubernetes
from probes.outcomes import CannotObserve
from provisioning.gates import Gate
from provisioning.lab import machine, supervisor
from provisioning.target import Target


def unwell(target: Target) -> tuple[str, ...]:
    """Return a sentence for each thing that is not as it should be. What cannot be seen is not well either."""
    try:
        return (*_apis(target), *_nodes(target), *_workloads(target), *_programs(target))
    except CannotObserve as unseen:
        return (str(unseen),)


def _apis(target: Target) -> list[str]:
    workstation, vip = target.vantages["workstation"], str(target.inventory.vips.api)
    names = [node.name for node in target.inventory.controlplanes]
    places = {"its VIP": vip, **{name: hosts.address(target, name) for name in names}}
    looks = {
        name: kubernetes.api_health(workstation, target.kubeconfig, where, timeout=3.0)
        for name, where in places.items()
    }
    return [f"at {name} {health}" for name, health in looks.items() if not health.answering]


def _nodes(target: Target) -> list[str]:
    found = {node.name: node for node in kubernetes.nodes(reach.api(target))}
    planned = {node.name for node in target.inventory.nodes}
    missing = [f"{name} is no node of the cluster" for name in sorted(planned - found.keys())]
    more = [f"{name} is a node and not planned" for name in sorted(found.keys() - planned)]
    return [*missing, *more, *(str(node) for node in found.values() if not node.ready)]


def _workloads(target: Target) -> list[str]:
    return [str(each) for each in kubernetes.workloads(reach.api(target)) if not each.complete]


def _programs(target: Target) -> list[str]:
    lab = reach.lab_of(target)
    if lab is None:
        return []
    on = {one.host for one in machine.running(lab.name)}
    off = [f"{host.name} is off" for host in lab.machines if host.name not in on]
    return off + [
        f"{state.name} on {host.name} is down"
        for host in lab.machines
        for state in supervisor.states(lab.root(host.name))
        if not state.up or not state.wanted
    ]


HEALTHY: Gate[Target] = Gate(unwell, lambda found: not found, "all is well")
"""What a target must be before a fault and after it, whoever asks."""
