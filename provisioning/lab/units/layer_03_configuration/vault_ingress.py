"""Vault by its public name. A unit of its own, so that nobody waits for an ACME authority who needs only Vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import publishing, readiness
from provisioning.lab.units.layer_02_services import vault_api
from provisioning.lab.units.layer_02_services.vault_certificate import CERTIFICATE as INTERNAL

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

CERTIFICATE = "vault-ingress-tls"


def start(lab: Lab) -> None:
    """Apply its Ingress, with the certificate that visitors see."""
    within = vault_api.namespace(lab)
    manifest = lab.render(
        "vault_ingress.yaml",
        namespace=within,
        service=vault_api.SERVICE,
        name=f"{vault_api.SERVICE}.{within}.svc",
        certificate=CERTIFICATE,
        internal=INTERNAL,
        host=lab.inventory.services["vault"].host,
        issuer=lab.acme.issuer,
        ingress_class=lab.ingress.class_name,
    )
    lab.apply(manifest)


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return what stands between a visitor on the public internet and Vault."""
    url = f"https://{lab.inventory.services['vault'].host}/v1/sys/health?standbyok=true"
    certificate = readiness.certificates(lab, vault_api.namespace(lab), CERTIFICATE)
    return certificate or publishing.unserved(lab, publishing.visitor(lab), url)


UNIT: Unit[Lab] = Unit(
    name="vault_ingress",
    layer=Layer.CONFIGURATION,
    needs=("vault", *publishing.NEEDS),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="Vault answers a visitor on the internet, by its name",
        patience="test_site",
    ),
)
