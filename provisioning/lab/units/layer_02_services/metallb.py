"""Load balancer addresses, announced on the LAN: MetalLB in layer 2 mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Apply MetalLB's own manifest, with the lab's images in place of the published ones."""
    lab.apply(lab.kustomize("metallb"))


UNIT: Unit[Lab] = Unit(
    name="metallb",
    layer=Layer.SERVICES,
    needs=("nodes", "coredns"),
    start=start,
    gate=rollout.complete("metallb-system", "deployment/controller", "daemonset/speaker"),
)
