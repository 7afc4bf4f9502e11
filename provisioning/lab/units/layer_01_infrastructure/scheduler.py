"""The scheduler: one instance on each control plane, of which one leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.kubernetes import lease_holder
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

CONFIG = "/etc/kubernetes/scheduler.conf"


def start(lab: Lab) -> None:
    """Declare the schedulers; each talks to the API server of its own host."""
    for host in lab.controlplanes:
        lab.declare(
            host.name,
            "kube-scheduler",
            "kube-scheduler",
            f"--kubeconfig={CONFIG}",
            f"--authentication-kubeconfig={CONFIG}",
            f"--authorization-kubeconfig={CONFIG}",
            "--bind-address=127.0.0.1",
            "--leader-elect=true",
        )


UNIT: Unit[Lab] = Unit(
    name="scheduler",
    layer=Layer.INFRASTRUCTURE,
    needs=("apiserver",),
    start=start,
    gate=Gate(
        observe=lambda lab: lease_holder(lab.api(), "kube-system", "kube-scheduler"),
        until=bool,
        expected="one scheduler leads",
        patience="scheduler",
    ),
)
