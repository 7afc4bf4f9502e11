"""The bundle of authorities that the cluster's programs trust.

It stands for trust-manager's: the same ConfigMap, written once and not kept up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_01_infrastructure import acme
from provisioning.lab.units.layer_02_services import cert_manager, internal_authority

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

BUNDLE = "cluster-internal-ca-bundle"


def start(lab: Lab) -> None:
    """Apply the bundle, in the namespaces of those who read it."""
    namespaces = (cert_manager.namespace(lab), lab.inventory.services["test-app"].namespace)
    manifest = lab.render(
        "internal_ca.yaml", namespaces=namespaces, bundle=BUNDLE, authorities=authorities(lab)
    )
    lab.apply(manifest)


def authorities(lab: Lab) -> str:
    """Return who is trusted inside, as PEM: the internal root, and in staging its roots, which no system knows."""
    trusted = internal_authority.root(lab)
    if lab.acme.environment == "staging":
        trusted += acme.roots(lab, "staging").read_text()
    return trusted


UNIT: Unit[Lab] = Unit(
    name="internal_ca",
    layer=Layer.CONFIGURATION,
    needs=("internal_authority", "acme"),
    start=start,
)
