"""Service addresses on each node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Declare kube-proxy on each node, as the identity that RBAC knows as the node proxier."""
    config = lab.pki / f"kubeadm-{lab.controlplanes[0].name}.yaml"
    kubeconfig = lab.pki / "kube-proxy.conf"
    if not kubeconfig.exists():
        kubeconfig.write_text(_user(lab, config))
    for host in lab.nodes:
        lab.write(host.name, "/etc/kubernetes/kube-proxy.conf", kubeconfig.read_text(), mode=0o600)
        lab.write(host.name, "/etc/kubernetes/kube-proxy.yaml", lab.render("kube_proxy.yaml", host=host))
        lab.declare(
            host.name,
            "kube-proxy",
            "kube-proxy",
            "--config=/etc/kubernetes/kube-proxy.yaml",
            f"--hostname-override={host.name}",
        )


def _user(lab: Lab, config: object) -> str:
    return lab.run(["kubeadm", "kubeconfig", "user", "--config", config, "--client-name=system:kube-proxy"])


def without_rules(lab: Lab) -> tuple[str, ...]:
    """Return the nodes whose proxy does not say that its rules are in place."""
    return tuple(
        host.name
        for host in lab.nodes
        if lab.vantage(host.name)
        .run(["curl", "-sf", "--max-time", "2", "http://127.0.0.1:10256/healthz"], timeout=4)
        .returncode
    )


UNIT: Unit[Lab] = Unit(
    name="kube_proxy",
    layer=Layer.INFRASTRUCTURE,
    needs=("machines", "pki", "kubelet"),
    start=start,
    gate=Gate(
        observe=without_rules,
        until=lambda found: not found,
        expected="no node without service rules",
        patience="kube_proxy",
    ),
)
