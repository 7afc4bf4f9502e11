"""Names inside the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Apply the name server; it belongs to the infrastructure, not to GitOps."""
    lab.apply(lab.render("coredns.yaml"))


UNIT: Unit[Lab] = Unit(
    name="coredns",
    layer=Layer.INFRASTRUCTURE,
    needs=("cni", "operator_access", "controller_manager", "scheduler"),
    start=start,
    gate=rollout.complete("kube-system", "deployment/coredns"),
)
