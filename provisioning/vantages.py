"""From the inventory's `[vantages]` to places that a probe can look from."""

from __future__ import annotations

from collections.abc import Mapping

from inventory import Inventory, Probe, VantageName, VantageSpec
from inventory.problem import Problem
from probes import kubernetes
from probes.kubernetes import Api
from probes.vantage import ExecVantage, LocalVantage, NamespaceVantage, Vantage
from provisioning.target import Target

SPOKEN: Mapping[VantageName, str] = {
    "workstation": "the operator's workstation",
    "vps": "the VPS",
    "internet": "the public internet",
}
"""The names of the vantage points in sentences."""

_CONNECT_SECONDS = 10


def open_all(inventory: Inventory) -> dict[str, Vantage]:
    """Return every vantage point of the inventory, by its name there. Nothing is contacted yet."""
    return {name: _opened(name, spec) for name, spec in inventory.vantages.items()}


def _opened(name: VantageName, spec: VantageSpec) -> Vantage:
    if spec.kind == "ssh":
        return ExecVantage(SPOKEN[name], _ssh(spec), joined=True)
    if spec.kind == "namespace":
        nameservers = tuple(str(address) for address in spec.nameservers)
        return NamespaceVantage(SPOKEN[name], spec.namespace or "", nameservers, spec.whole)
    return LocalVantage(SPOKEN[name])


def _ssh(spec: VantageSpec) -> tuple[str, ...]:
    """BatchMode: a question that nobody is there to answer must be a failure and not a hang."""
    user = f"{spec.user}@" if spec.user else ""
    identity = ("-o", "IdentitiesOnly=yes", "-i", str(spec.identity_file)) if spec.identity_file else ()
    return (
        "ssh",
        *("-o", "BatchMode=yes"),
        *("-o", f"ConnectTimeout={_CONNECT_SECONDS}"),
        *identity,
        f"{user}{spec.host}",
        "--",
    )


def in_pod(target: Target, namespace: str, pod: str, *, container: str | None = None) -> ExecVantage:
    """Return the place inside a pod, reached by kubectl from the workstation.

    ``pod`` is a pod's name or anything that `kubectl exec` takes for one, such as ``daemonset/NAME``.
    """
    chosen = ("-c", container) if container else ()
    kubectl = (
        "kubectl",
        f"--kubeconfig={target.kubeconfig}",
        "exec",
        "-i",
        "-n",
        namespace,
        pod,
        *chosen,
        "--",
    )
    return ExecVantage(f"the pod {namespace}/{pod}", (*_from_workstation(target), *kubectl))


def _from_workstation(target: Target) -> tuple[str, ...]:
    spec = target.inventory.vantages["workstation"]
    return ("nsenter", f"--net=/run/netns/{spec.namespace}", "--") if spec.kind == "namespace" else ()


def probe_pods(api: Api, probe: Probe) -> dict[str, str]:
    """Return the ready pods of the probe DaemonSet: their names, by node. Raises CannotObserve as `kubernetes.pods`."""
    pods = kubernetes.pods(api, probe.namespace)
    return {pod.node: pod.name for pod in pods if pod.name.startswith(f"{probe.daemonset}-") and pod.ready}


def on_node(target: Target, node: str, pod: str) -> ExecVantage:
    """Return the place on a node: ``pod`` is the pod of the probe DaemonSet that runs there.

    Raises:
        Problem: the inventory describes no probe DaemonSet.

    """
    probe = target.inventory.probe
    if probe is None:
        raise Problem(
            "the inventory has no [probe], so there is no way onto a node", "describe it in [probe]"
        )
    inside = in_pod(target, probe.namespace, pod)
    return ExecVantage(f"the node {node}", inside.prefix)
