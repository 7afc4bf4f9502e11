"""Who signs what the public sees: the ACME authority that the one switch chooses."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import readiness
from provisioning.lab.units.layer_01_infrastructure import acme

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Apply the issuer."""
    # The lab's ACME servers are known to nobody: the issuer is told whose certificate they show.
    authority = base64.b64encode(acme.https_authority(lab).read_bytes()).decode()
    lab.apply(lab.render("issuers.yaml", acme=lab.acme, authority=authority))


UNIT: Unit[Lab] = Unit(
    name="issuers",
    layer=Layer.CONFIGURATION,
    needs=("cert_manager", "acme", "zone"),
    start=start,
    gate=Gate(
        observe=lambda lab: readiness.issuers(lab, lab.acme.issuer),
        until=lambda found: not found,
        expected="the ACME issuer is registered",
        patience="issuers",
    ),
)
