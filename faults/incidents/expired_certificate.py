"""A certificate that is over."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A website shows a certificate whose last day is over."""
    return any(each.get("over") == "True" for each in evidence.seen.websites.values())


INCIDENT = Incident(
    slug="expired-certificate",
    symptom="Every visitor sees a warning, from one day to the next.",
    cause="Nobody renewed it: cert-manager is down, or its challenges have failed for a month.",
    cure="Bring cert-manager up; see what its challenges wait for.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault certificate_expired",
)
