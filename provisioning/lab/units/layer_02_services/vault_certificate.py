"""What Vault's replicas show to each other and to their clients: a certificate of the internal authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import readiness
from provisioning.lab.units.layer_02_services import internal_authority
from provisioning.lab.units.layer_02_services.vault_api import REPLICAS, SERVICE, namespace

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

CERTIFICATE = "vault-internal-tls"
"""The Certificate's name, and that of its Secret."""


def names(within: str) -> list[str]:
    """Return all names by which a replica is asked: the shared one, and its own."""
    shared = [
        f"{SERVICE}{end}" for end in ("", f".{within}", f".{within}.svc", f".{within}.svc.cluster.local")
    ]
    own = [f"{replica}.{within}.{end}" for replica in REPLICAS for end in ("svc", "svc.cluster.local")]
    return [*shared, *own, "localhost"]


def start(lab: Lab) -> None:
    """Apply the namespace and the certificate's order."""
    within = namespace(lab)
    manifest = lab.render(
        "vault_certificate.yaml",
        namespace=within,
        name=CERTIFICATE,
        service=SERVICE,
        names=names(within),
        issuer=internal_authority.ISSUER,
    )
    lab.apply(manifest)


UNIT: Unit[Lab] = Unit(
    name="vault_certificate",
    layer=Layer.SERVICES,
    needs=("internal_authority",),
    start=start,
    gate=Gate(
        observe=lambda lab: readiness.certificates(lab, namespace(lab), CERTIFICATE),
        until=lambda found: not found,
        expected="Vault's replicas have their certificate",
        patience="issuers",
    ),
)
