"""Services by their public names: the Ingress that asks for one, and what stands between it and who calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from probes import http
from probes.http import Response
from provisioning.lab.units import readiness
from provisioning.lab.units.layer_01_infrastructure import acme

if TYPE_CHECKING:
    from probes.outcomes import NetworkFailure
    from probes.vantage import NamespaceVantage
    from provisioning.lab.lab import Lab

NEEDS = ("ingress", "external_dns", "issuers", "vps_name_server", "vps_proxy")
"""The units without which nobody outside gets to a service of the cluster by its name."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a service of the inventory is entered: its Ingress, and the Service behind it, whose port is "http"."""

    service: str
    ingress: str
    backend: str

    @property
    def certificate(self) -> str:
        """Name of the Certificate, and of its Secret."""
        return f"{self.ingress}-tls"


def publish(lab: Lab, entrance: Entrance) -> None:
    """Apply the Ingress, in a namespace that is made if need be: a name may be there before its service."""
    known = lab.inventory.services[entrance.service]
    manifest = lab.render(
        "published.yaml",
        entrance=entrance,
        namespace=known.namespace,
        host=known.host,
        issuer=lab.acme.issuer,
        ingress_class=lab.ingress.class_name,
    )
    lab.apply(manifest)


def visitor(lab: Lab) -> NamespaceVantage:
    """Return somebody on the internet, for whom names resolve as for everybody there."""
    resolvers = tuple(map(str, lab.inventory.node.resolvers))
    return replace(lab.vantage("internet"), nameservers=resolvers)


def inside(lab: Lab) -> NamespaceVantage:
    """Return a node for whom names resolve as for a pod: also those of the cluster's services."""
    return replace(lab.vantage(lab.nodes[-1].name), nameservers=(lab.cluster_dns,))


def answer(lab: Lab, vantage: NamespaceVantage, url: str) -> Response | NetworkFailure:
    """Return what comes from a public address for who trusts the ACME authority in force, and nobody else."""
    return http.get(vantage, url, verify=acme.roots(lab, lab.acme.environment), timeout=5.0)


def unserved(lab: Lab, vantage: NamespaceVantage, url: str) -> tuple[str, ...]:
    """Return what comes from a public address if it is not what was asked for (200)."""
    said = answer(lab, vantage, url)
    served = isinstance(said, Response) and said.status == HTTPStatus.OK
    return () if served else (f"{url} from {vantage.name}: {said}",)


def uncertified(lab: Lab, *entrances: Entrance) -> tuple[str, ...]:
    """Return what the certificates of these lack."""
    lacking: list[str] = []
    for entrance in entrances:
        namespace = lab.inventory.services[entrance.service].namespace
        lacking += readiness.certificates(lab, namespace, entrance.certificate)
    return tuple(lacking)
