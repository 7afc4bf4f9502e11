"""The names of what has an Ingress: external-dns writes them into the zone, and removes what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

NAMESPACE = "external-dns"


def start(lab: Lab) -> None:
    """Apply external-dns. The unit "powerdns" has made its namespace, and put the key of the API there."""
    lab.apply(lab.render("external_dns.yaml", namespace=NAMESPACE))


UNIT: Unit[Lab] = Unit(
    name="external_dns",
    layer=Layer.SERVICES,
    needs=("powerdns",),
    start=start,
    gate=rollout.complete(NAMESPACE, "deployment/external-dns"),
)
