"""A change that arrives late, as configured."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._names import refresh


def told_by(evidence: Evidence) -> bool:
    """The refresh that the primary tells is longer than planned."""
    told, planned = refresh(evidence.seen), evidence.seen.plan.get("refresh")
    return told is not None and planned is not None and told > planned


INCIDENT = Incident(
    slug="soa-refresh-3h",
    symptom="A new name is known at home and not outside, for up to three hours.",
    cause="The secondary asks every three hours, and nobody notifies it.",
    cure="Wait, or shorten the refresh; it is broken only beyond refresh and retry.",
    told_by=told_by,
    about=(
        "planned/*",
        "ingress-hosts-public",
        "secondary-within-refresh",
        "new-name-public",
        "new-website-public",
        "planned-vps-direct-updates",
        "planned-parent-answers",
    ),
    reproduce="pytest -m conformance --fault refresh_of_three_hours",
)
