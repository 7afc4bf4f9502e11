"""The pod network. It belongs to the infrastructure and never to GitOps, which would manage its own network.

Flannel in host-gateway mode stands in for Cilium's native routing: plain routes between the nodes, no
encapsulation, masquerading only towards the outside. Pods are plugged in by the reference plugins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import network
from provisioning.lab.units.layer_01_infrastructure import pod_networks

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

IDENTITY = "system:cni:flannel"


def start(lab: Lab) -> None:
    """Give flannel its rights, its identity and its configuration on each node."""
    lab.apply(lab.render("cni.yaml", identity=IDENTITY))
    kubeconfig = lab.pki / "cni.conf"
    if not kubeconfig.exists():
        config = lab.pki / f"kubeadm-{lab.controlplanes[0].name}.yaml"
        kubeconfig.write_text(
            lab.run(["kubeadm", "kubeconfig", "user", "--config", config, f"--client-name={IDENTITY}"])
        )
    pods = pod_networks.of_nodes(lab)
    for host in lab.nodes:
        lab.write(host.name, "/etc/kubernetes/cni.conf", kubeconfig.read_text(), mode=0o600)
        lab.write(host.name, "/etc/kube-flannel/net-conf.json", lab.render("cni_network.json"))
        conflist = lab.render("cni.conflist", pods=pods[host.name])
        lab.write(host.name, "/etc/cni/net.d/10-pods.conflist", conflist)
        lab.declare(
            host.name,
            "flannel",
            "flanneld",
            "--kube-subnet-mgr",
            "--kubeconfig-file=/etc/kubernetes/cni.conf",
            f"--iface={lab.inventory.node.interface}",
            "--ip-masq",
            NODE_NAME=host.name,
        )


def unrouted(lab: Lab) -> tuple[str, ...]:
    """Return "node: n of m" for each node that lacks routes to the pods of the others."""
    wanted = len(lab.nodes) - 1
    lacking: list[str] = []
    for host in lab.nodes:
        table = network.within(network.namespace(lab.name, host.name), ["ip", "-4", "route"])
        routes = sum(1 for line in table.splitlines() if line.startswith(_pods(lab)) and " via " in line)
        if routes < wanted:
            lacking.append(f"{host.name}: {routes} of {wanted}")
    return tuple(lacking)


def _pods(lab: Lab) -> str:
    # The first two octets of a /16 are what all pod networks share; enough to tell their routes apart.
    return ".".join(str(lab.inventory.cluster.pod_network).split(".")[:2]) + "."


UNIT: Unit[Lab] = Unit(
    name="cni",
    layer=Layer.INFRASTRUCTURE,
    needs=("pod_networks",),
    start=start,
    gate=Gate(
        observe=unrouted,
        until=lambda found: not found,
        expected="no node without routes to the others' pods",
        patience="cni",
    ),
)
