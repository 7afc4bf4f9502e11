"""The gate of an application that people sign in to: who begins a login there is sent to the identity provider."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from probes.oidc.walk import Walker
from probes.relying_parties.applications import APPLICATIONS
from probes.relying_parties.model import Start
from provisioning.gates import Gate
from provisioning.lab.lab import needed
from provisioning.lab.units import publishing, rollout
from provisioning.lab.units.layer_01_infrastructure import acme

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

_SECONDS = 5.0


def reached(party: str, workload: str) -> Gate[Lab]:
    """Return a gate that opens when the workload ("deployment/name") runs and a login at its party can begin."""
    return Gate(
        observe=lambda lab: lacking(lab, party, workload),
        until=lambda found: not found,
        expected=f"a login at {party} begins at the identity provider's public address",
        patience="login_start",
        hopeless=rollout.hopeless,
    )


def lacking(lab: Lab, party: str, workload: str) -> tuple[str, ...]:
    """Return what stands between a visitor on the internet and the provider's login page."""
    namespace = lab.inventory.services[party].namespace
    return rollout.lacking(lab, namespace, workload) or astray(lab, party)


def astray(lab: Lab, party: str) -> tuple[str, ...]:
    """Return where a login at this party leads, if that is not the provider's public address."""
    planned = lab.inventory.relying_parties[party]
    provider = urlsplit(needed(lab.inventory.identity, "identity").issuer).hostname
    walker = Walker(publishing.visitor(lab), acme.roots(lab, lab.acme.environment), timeout=_SECONDS)
    start = APPLICATIONS[party].begin(walker, planned)
    if not isinstance(start, Start):
        return (f"{planned.login_start} from the internet: {start}",)
    return (
        ()
        if start.host == provider
        else (f"{planned.login_start} leads to {start.host}, and not to {provider}",)
    )
