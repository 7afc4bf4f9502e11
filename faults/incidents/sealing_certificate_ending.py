"""A sealing certificate near its end."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The certificate was looked at, and does not last another 30 days."""
    return "the sealing certificate:" in evidence.said and "not_after" in evidence.said


INCIDENT = Incident(
    slug="sealing-certificate-ending",
    symptom="Soon kubeseal will refuse to seal for it.",
    cause="The certificate of layer 00 was made with a short life, long ago.",
    cure="Renew it with the same key.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault sealing_certificate_ending",
)
