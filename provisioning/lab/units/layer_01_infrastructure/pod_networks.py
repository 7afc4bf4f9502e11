"""The pod network of each node, handed out by the controller manager from the cluster's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.kubernetes import nodes
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def of_nodes(lab: Lab) -> dict[str, str]:
    """Return the pod network of each node that has one, by the node's name."""
    return {node.name: node.pod_cidr for node in nodes(lab.api()) if node.pod_cidr}


UNIT: Unit[Lab] = Unit(
    name="pod_networks",
    layer=Layer.INFRASTRUCTURE,
    needs=("kubelet", "controller_manager", "operator_access"),
    gate=Gate(
        observe=lambda lab: sorted({host.name for host in lab.nodes} - of_nodes(lab).keys()),
        until=lambda lacking: not lacking,
        expected="no node without a pod network",
        patience="kubelet",
    ),
)
