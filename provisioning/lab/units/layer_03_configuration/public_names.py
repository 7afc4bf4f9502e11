"""The names by which people reach the identity provider and the applications, each with its certificate.

They are asked for together and before the applications are there: what takes time is the proof that a name is ours,
and the provider's name is what the applications wait for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import publishing
from provisioning.lab.units.publishing import Entrance

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

ENTRANCES = (
    Entrance("identity", "identity", "identity"),
    Entrance("gitea", "gitea", "gitea-http"),
    Entrance("matrix", "synapse", "synapse"),
)


def start(lab: Lab) -> None:
    """Apply the Ingresses."""
    for entrance in ENTRANCES:
        publishing.publish(lab, entrance)


UNIT: Unit[Lab] = Unit(
    name="public_names",
    layer=Layer.CONFIGURATION,
    needs=publishing.NEEDS,
    start=start,
    gate=Gate(
        observe=lambda lab: publishing.uncertified(lab, *ENTRANCES),
        until=lambda found: not found,
        expected="the names of the identity provider and of the applications have their certificates",
        patience="test_site",
    ),
)
