"""Whoever reaches the primary changes the zone."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """An update without a key was accepted."""
    return "an update" in evidence.said and "NOERROR" in evidence.said


INCIDENT = Incident(
    slug="zone-open-to-updates",
    symptom="Records appear or vanish that nobody wrote.",
    cause="Dynamic updates are allowed from a network without asking for the key.",
    cure="Set TSIG-ALLOW-DNSUPDATE of the zone to the key of cert-manager.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault zone_open_to_updates",
)
