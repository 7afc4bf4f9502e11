"""What External Secrets' webhook shows to the API servers. It is there first: no pod waits for a Secret to appear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import readiness

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

NAMESPACE, CERTIFICATE = "external-secrets-system", "external-secrets-webhook"


def start(lab: Lab) -> None:
    """Apply the namespace, an issuer that signs for nobody else, and the certificate's order."""
    lab.apply(lab.render("external_secrets_certificate.yaml", namespace=NAMESPACE))


UNIT: Unit[Lab] = Unit(
    name="external_secrets_certificate",
    layer=Layer.SERVICES,
    needs=("cert_manager",),
    start=start,
    gate=Gate(
        observe=lambda lab: readiness.certificates(lab, NAMESPACE, CERTIFICATE),
        until=lambda found: not found,
        expected="External Secrets' webhook has its certificate",
        patience="issuers",
    ),
)
