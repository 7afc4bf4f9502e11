"""Authorization codes that live long."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The provider's lifetime of codes is longer than planned."""
    found, planned = evidence.seen.realm.get("code lifetime", ""), evidence.seen.plan.get("code lifetime", "")
    return found.isdigit() and planned.isdigit() and int(found) > int(planned)


INCIDENT = Incident(
    slug="code-lifetime-long",
    symptom="Nothing is felt; a code from a log or a history still opens an account.",
    cause="The provider's lifetime of codes was raised, perhaps because of clocks that differ.",
    cure="Set it to a minute or less, ten at most; set the clocks right.",
    told_by=told_by,
    about=("identity/*",),
    reproduce="pytest -m conformance --fault code_lifetime_long",
)
