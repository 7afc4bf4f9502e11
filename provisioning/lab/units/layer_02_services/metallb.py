"""Load balancer addresses, announced on the LAN: MetalLB in layer 2 mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout
from provisioning.lab.units.layer_02_services import webhook_certificate

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Apply MetalLB's own manifest, with the lab's images in place of the published ones."""
    lab.apply(lab.kustomize("metallb", **webhook_certificate.encoded(lab)))


UNIT: Unit[Lab] = Unit(
    name="metallb",
    layer=Layer.SERVICES,
    needs=("nodes", "coredns"),
    start=start,
    gate=rollout.complete("metallb-system", "deployment/controller", "daemonset/speaker"),
)
