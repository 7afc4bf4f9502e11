"""The gate of an application that people sign in to: who begins a login there is sent to the identity provider."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from probes.http import Response
from provisioning.gates import Gate
from provisioning.lab.lab import needed
from provisioning.lab.units import publishing, rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

_REDIRECTS = range(300, 400)


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
    return rollout.lacking(lab, namespace, workload) or _astray(lab, party)


def _astray(lab: Lab, party: str) -> tuple[str, ...]:
    start = lab.inventory.relying_parties[party].login_start
    provider = urlsplit(needed(lab.inventory.identity, "identity").issuer).hostname
    answer = publishing.answer(lab, publishing.visitor(lab), start)
    if not isinstance(answer, Response) or answer.status not in _REDIRECTS:
        return (f"{start} from the internet: {answer}",)
    host = urlsplit(answer.headers.get("location", "")).hostname
    return () if host == provider else (f"{start} leads to {host}, and not to {provider}",)
