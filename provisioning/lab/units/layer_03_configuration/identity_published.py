"""The identity provider by its public name, which is how people's browsers and the applications ask for it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from probes.http import Response
from probes.jsonobjects import parsed
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import publishing
from provisioning.lab.units.layer_02_services import identity_provider

if TYPE_CHECKING:
    from probes.vantage import NamespaceVantage
    from provisioning.lab.lab import Lab


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return what stands between the provider and a pod, or a visitor on the internet."""
    return _unseen(lab, publishing.inside(lab)) or _unseen(lab, publishing.visitor(lab))


def _unseen(lab: Lab, vantage: NamespaceVantage) -> tuple[str, ...]:
    issuer = identity_provider.settings(lab).issuer
    url = f"{issuer}/.well-known/openid-configuration"
    answer = publishing.answer(lab, vantage, url)
    if not isinstance(answer, Response) or answer.status != HTTPStatus.OK:
        return (f"{url} from {vantage.name}: {answer}",)
    said = (parsed(answer.body) or {}).get("issuer")
    return () if said == issuer else (f"it calls itself {said}, and not {issuer}",)


UNIT: Unit[Lab] = Unit(
    name="identity_published",
    layer=Layer.CONFIGURATION,
    needs=("realm", "public_names"),
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="pods and visitors learn from the identity provider by its public name who it is",
        patience="test_site",
    ),
)
