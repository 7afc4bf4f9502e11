"""The secondary does not copy what its own host can copy."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._names import frozen, refresh


def told_by(evidence: Evidence) -> bool:
    """The VPS keeps the zone as no secondary does, and a copy by hand is complete."""
    seen = evidence.seen
    return frozen(seen) and refresh(seen) == seen.plan.get("refresh")


INCIDENT = Incident(
    slug="axfr-vps-bridge-network",
    symptom="A copy by hand on the VPS works, and its name server goes on with what it had.",
    cause="The name server is not in the host's network, or keeps the zone as something else than a secondary.",
    cure="Run it in the host's network; make the zone a secondary of the DNS VIP; retrieve it once.",
    told_by=told_by,
    about=("ingress-hosts-public", "secondary-within-refresh", "secondary-serves-every-record"),
    reproduce="pytest -m conformance --fault secondary_frozen",
)
