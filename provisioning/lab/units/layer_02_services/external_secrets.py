"""What brings values from Vault into Secrets, and draws those that are the cluster's own: External Secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

NAMESPACE, ACCOUNT = "external-secrets-system", "external-secrets"


def start(lab: Lab) -> None:
    """Apply its own definitions of objects, the controller and its webhook."""
    lab.apply(lab.kustomize("external-secrets", namespace=NAMESPACE))


UNIT: Unit[Lab] = Unit(
    name="external_secrets",
    layer=Layer.SERVICES,
    needs=("nodes", "coredns", "cert_manager"),
    start=start,
    gate=rollout.complete(NAMESPACE, "deployment/external-secrets", "deployment/external-secrets-webhook"),
)
