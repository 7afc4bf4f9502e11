"""The platform's registry by its public name, which is how the nodes' container runtimes ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import publishing, readiness
from provisioning.lab.units.layer_01_infrastructure import registry_mirrors
from provisioning.lab.units.layer_02_services import registry

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Apply its Ingress."""
    lab.apply(
        lab.render(
            "registry_ingress.yaml",
            namespace=registry.namespace(lab),
            host=lab.inventory.services["registry"].host,
            issuer=lab.acme.issuer,
            ingress_class=lab.ingress.class_name,
        )
    )


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return what stands between a node and the registry."""
    node, url = lab.vantage(lab.nodes[-1].name), f"{registry_mirrors.mirror(lab)}/v2/"
    certificate = readiness.certificates(lab, registry.namespace(lab), "registry-tls")
    return certificate or publishing.unserved(lab, node, url)


UNIT: Unit[Lab] = Unit(
    name="registry_published",
    layer=Layer.CONFIGURATION,
    needs=("registry", *publishing.NEEDS),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="a node reaches the platform's registry by its public name",
        patience="test_site",
    ),
)
