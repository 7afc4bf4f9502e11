"""The nodes: their roles and topology labels, and the moment when all of them are Ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.kubernetes import nodes
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Label the nodes; a kubelet may not give itself a role."""
    for role in ("controlplane", "worker"):
        names = [host.name for host in lab.topology.with_role(role)]
        label = "control-plane" if role == "controlplane" else "worker"
        labels = [
            f"node-role.kubernetes.io/{label}=",
            f"topology.kubernetes.io/region={lab.inventory.cluster.name}",
            "topology.kubernetes.io/zone=lab",
        ]
        lab.kubectl("label", "nodes", *names, *labels, "--overwrite")


def unready(lab: Lab) -> tuple[str, ...]:
    """Return a phrase for each node of the topology whose condition Ready is not exactly True."""
    known = {node.name: node for node in nodes(lab.api())}
    missing = [f"{host.name} is not registered" for host in lab.nodes if host.name not in known]
    return (*missing, *(str(node) for node in known.values() if not node.ready))


UNIT: Unit[Lab] = Unit(
    name="nodes",
    layer=Layer.INFRASTRUCTURE,
    needs=("kubelet", "kube_proxy", "cni"),
    start=start,
    gate=Gate(
        observe=unready,
        until=lambda found: not found,
        expected="no node that is not Ready",
        patience="node_ready",
    ),
)
