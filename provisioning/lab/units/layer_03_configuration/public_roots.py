"""Whom the applications trust when they call the identity provider by its public name.

A system's own store of authorities, on the platform. Here nobody but the lab has heard of the ACME authorities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_01_infrastructure import acme
from provisioning.lab.units.layer_02_services import internal_authority

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

ROOTS = "public-roots"
"""The ConfigMap; its key is "ca-certificates.crt"."""


def authorities(lab: Lab) -> str:
    """Return who is trusted, as PEM: the ACME authority in force and the cluster's own."""
    return acme.roots(lab, lab.acme.environment).read_text() + internal_authority.root(lab)


def start(lab: Lab) -> None:
    """Apply the bundle, in the namespaces of all relying parties."""
    namespaces = [lab.inventory.services[name].namespace for name in lab.inventory.relying_parties]
    lab.apply(
        lab.render("public_roots.yaml", name=ROOTS, namespaces=namespaces, authorities=authorities(lab))
    )


UNIT: Unit[Lab] = Unit(
    name="public_roots",
    layer=Layer.CONFIGURATION,
    needs=("internal_authority", "acme"),
    start=start,
)
