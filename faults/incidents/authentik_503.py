"""An identity provider that is not there yet, or no longer."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """Its discovery document is answered with a failure of the server."""
    return evidence.seen.provider.get("discovery", "").startswith("HTTP 5")


INCIDENT = Incident(
    slug="authentik-503",
    symptom='Every login ends on "503 Service Unavailable"; what sets the provider up fails with it.',
    cause="It has no ready pod: it starts (half a minute and more), crashed, or was scaled to nothing.",
    cure="Wait for its readiness before anything is set up in it; look at its log.",
    told_by=told_by,
    about=("identity/*", "networking/*", "secrets/*"),
    reproduce="pytest -m conformance --fault identity_provider_503",
)
