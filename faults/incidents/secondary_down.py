"""The name server on the VPS is not there."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """Nothing takes connections on port 53 of the VPS."""
    door = evidence.seen.front.get("name server", "")
    return bool(door) and door != "takes connections"


INCIDENT = Incident(
    slug="secondary-down",
    symptom="All of the owner's names vanish from the public internet.",
    cause="PowerDNS on the VPS does not run, or listens on another address.",
    cure="Start it; look at its log.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault secondary_stopped",
)
