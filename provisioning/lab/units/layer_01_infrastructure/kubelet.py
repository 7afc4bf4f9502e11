"""The kubelet of each node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.kubernetes import nodes
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Declare the kubelets. They register by themselves as soon as the API answers behind its VIP."""
    for host in lab.nodes:
        lab.write(host.name, "/etc/kubernetes/kubelet.yaml", lab.render("kubelet.yaml", host=host))
        taints = "node-role.kubernetes.io/control-plane=:NoSchedule" if host.role == "controlplane" else ""
        lab.declare(
            host.name,
            "kubelet",
            "kubelet",
            "--config=/etc/kubernetes/kubelet.yaml",
            "--kubeconfig=/etc/kubernetes/kubelet.conf",
            f"--hostname-override={host.name}",
            f"--node-ip={host.address}",
            *([f"--register-with-taints={taints}"] if taints else []),
        )


def unregistered(lab: Lab) -> tuple[str, ...]:
    """Return the names of the nodes that the API does not know."""
    known = {node.name for node in nodes(lab.api())}
    return tuple(host.name for host in lab.nodes if host.name not in known)


UNIT: Unit[Lab] = Unit(
    name="kubelet",
    layer=Layer.INFRASTRUCTURE,
    needs=("containerd", "pki", "api_vip"),
    start=start,
    gate=Gate(
        observe=unregistered,
        until=lambda missing: not missing,
        expected="no node that has not registered",
        patience="kubelet",
    ),
)
