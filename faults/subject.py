"""From a target to what `diagnosis` looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from diagnosis.look import API_SECONDS, Once, Subject
from faults import reach
from faults.kinds.identity import keycloak
from probes.supervised import NodeService, ServiceState
from probes.vantage import Vantage
from provisioning import vantages
from provisioning.lab import supervisor
from provisioning.lab.lab import Lab
from provisioning.target import Target


def of(target: Target) -> Subject:
    """Return the target as what is looked at, with all ways of looking that it has."""
    lab = reach.lab_of(target)
    return Subject(
        inventory=target.inventory,
        kubeconfig=target.kubeconfig,
        vantages=target.vantages,
        in_pod=partial(vantages.in_pod, target),
        on_node=_on_node(target),
        programs=None if lab is None else partial(_programs, lab),
        administration=None if target.inventory.identity is None else _administration(target),
    )


def _on_node(target: Target) -> Callable[[str], Vantage]:
    once = Once()

    def place(node: str) -> Vantage:
        probe = target.inventory.probe
        if probe is None:
            raise LookupError("the inventory has no [probe]")
        api = reach.api(target, timeout=API_SECONDS)
        pods = once("the probe's pods", lambda: vantages.probe_pods(api, probe))
        if node not in pods:
            raise LookupError(f"no probe pod is ready on {node}")
        return vantages.on_node(target, node, pods[node])

    return place


def _programs(lab: Lab) -> Mapping[str, tuple[NodeService, ...]]:
    return {host.name: tuple(map(_program, supervisor.states(lab.root(host.name)))) for host in lab.machines}


def _program(state: supervisor.State) -> NodeService:
    down = ServiceState.FAILED if state.wanted else ServiceState.STOPPED
    return NodeService(
        state.name,
        ServiceState.RUNNING if state.up else down,
        restarts=state.deaths,
        detail=state.last_exit,
    )


def _administration(target: Target) -> Callable[[str], Any]:
    # Who asks keeps his token for a while.
    known = cache(partial(keycloak, target))
    return lambda path: known().ask("GET", path) if path.startswith("/admin/") else known().call("GET", path)
