"""Volumes that one pod at a time writes to, from the platform's storage class, kept when their claim goes.

Folders of the node stand in for disks of the hypervisor: a volume stays on the node where it was first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

NAMESPACE = "storage"
FOLDER = "/var/lib/volumes"
"""Where the volumes lie on each node, within the machine's own root file system: a destroy takes them along."""


def start(lab: Lab) -> None:
    """Apply the provisioner, by its own manifest, with the platform's storage class."""
    lab.apply(lab.kustomize("local-path-provisioner", namespace=NAMESPACE, folder=FOLDER))


UNIT: Unit[Lab] = Unit(
    name="storage",
    layer=Layer.SERVICES,
    needs=("nodes",),
    start=start,
    gate=rollout.complete(NAMESPACE, "deployment/local-path-provisioner"),
)
