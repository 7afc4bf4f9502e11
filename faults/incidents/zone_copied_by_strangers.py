"""The VPS hands the zone to whoever asks."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.names import COMPLETE, ELSEWHERE


def told_by(evidence: Evidence) -> bool:
    """The public internet was given a copy."""
    return evidence.seen.transfers.get(ELSEWHERE, "").startswith(COMPLETE)


INCIDENT = Incident(
    slug="zone-copied-by-strangers",
    symptom="A stranger knows every host name.",
    cause="allow-axfr-ips of the secondary is open.",
    cure="Allow nobody; the VPS has no secondaries.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault secondary_open",
)
