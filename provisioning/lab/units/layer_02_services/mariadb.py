"""The database of the name server, on a volume of the platform's storage class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import credentials, rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

NAMESPACE = "dns-system"


def start(lab: Lab) -> None:
    """Apply the database; the password that it is set up with is made here and now, once."""
    # Privileged: the name server's pod asks for a kernel setting that Kubernetes does not count as safe.
    lab.apply(lab.render("namespace.yaml", name=NAMESPACE, privileged=True))
    credentials.keep(lab, "mariadb", "MARIADB_PASSWORD", NAMESPACE)
    lab.apply(lab.render("mariadb.yaml", namespace=NAMESPACE))


UNIT: Unit[Lab] = Unit(
    name="mariadb",
    layer=Layer.SERVICES,
    needs=("storage", "coredns"),
    start=start,
    gate=rollout.complete(NAMESPACE, "statefulset/mariadb"),
)
