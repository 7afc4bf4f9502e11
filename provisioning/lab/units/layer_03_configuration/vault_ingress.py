"""Vault by its public name. A unit of its own, so that nobody waits for an ACME authority who needs only Vault."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from probes import http
from probes.http import Response
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import readiness
from provisioning.lab.units.layer_01_infrastructure import acme
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
    return readiness.certificates(lab, vault_api.namespace(lab), CERTIFICATE) or _unseen(lab)


def _unseen(lab: Lab) -> tuple[str, ...]:
    url = f"https://{lab.inventory.services['vault'].host}/v1/sys/health?standbyok=true"
    visitor = replace(lab.vantage("internet"), nameservers=tuple(map(str, lab.inventory.node.resolvers)))
    answer = http.get(visitor, url, verify=acme.roots(lab, lab.acme.environment), timeout=5.0)
    served = isinstance(answer, Response) and answer.status == HTTPStatus.OK
    return () if served else (f"{url} from the internet: {answer}",)


UNIT: Unit[Lab] = Unit(
    name="vault_ingress",
    layer=Layer.CONFIGURATION,
    needs=("vault", "ingress", "external_dns", "issuers", "vps_name_server", "vps_proxy"),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="Vault answers a visitor on the internet, by its name",
        patience="test_site",
    ),
)
