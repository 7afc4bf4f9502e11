"""The controllers of Kubernetes: one instance on each control plane, of which one leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.kubernetes import lease_holder
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

PKI = "/etc/kubernetes/pki"
CONFIG = "/etc/kubernetes/controller-manager.conf"


def start(lab: Lab) -> None:
    """Declare the controller managers; each talks to the API server of its own host."""
    for host in lab.controlplanes:
        lab.declare(
            host.name,
            "kube-controller-manager",
            "kube-controller-manager",
            f"--kubeconfig={CONFIG}",
            f"--authentication-kubeconfig={CONFIG}",
            f"--authorization-kubeconfig={CONFIG}",
            "--bind-address=127.0.0.1",
            "--leader-elect=true",
            "--use-service-account-credentials=true",
            f"--client-ca-file={PKI}/ca.crt",
            f"--requestheader-client-ca-file={PKI}/front-proxy-ca.crt",
            f"--root-ca-file={PKI}/ca.crt",
            f"--service-account-private-key-file={PKI}/sa.key",
            f"--cluster-signing-cert-file={PKI}/ca.crt",
            f"--cluster-signing-key-file={PKI}/ca.key",
            "--allocate-node-cidrs=true",
            f"--cluster-cidr={lab.inventory.cluster.pod_network}",
            f"--service-cluster-ip-range={lab.inventory.cluster.service_network}",
            f"--cluster-name={lab.inventory.cluster.name}",
            # A dead node is to be noticed within a scenario's patience; the default is 50 s.
            "--node-monitor-period=2s",
            "--node-monitor-grace-period=20s",
        )


UNIT: Unit[Lab] = Unit(
    name="controller_manager",
    layer=Layer.INFRASTRUCTURE,
    needs=("apiserver",),
    start=start,
    gate=Gate(
        observe=lambda lab: lease_holder(lab.api(), "kube-system", "kube-controller-manager"),
        until=bool,
        expected="one controller manager leads",
        patience="controller_manager",
    ),
)
