"""A copy of the cluster's store every night, by a job on a control plane, and one now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import first_run
from provisioning.lab.units.layer_01_infrastructure.etcd import PKI

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

NAMESPACE, NAME, CLAIM = "kube-system", "etcd-snapshot", "etcd-snapshots"
KEPT = 3
"""So many of the newest are kept."""


def start(lab: Lab) -> None:
    """Apply the job and the volume for what it makes."""
    lab.apply(
        lab.render("etcd_snapshot.yaml", namespace=NAMESPACE, name=NAME, claim=CLAIM, kept=KEPT, pki=PKI)
    )


UNIT: Unit[Lab] = Unit(
    name="etcd_snapshot",
    layer=Layer.SERVICES,
    needs=("etcd", "storage", "controller_manager"),
    start=start,
    gate=first_run.succeeded(NAMESPACE, NAME),
)
