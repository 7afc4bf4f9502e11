"""Nobody decides where new pods go."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._programs import nowhere


def told_by(evidence: Evidence) -> bool:
    """No controller has a scheduler that runs."""
    return nowhere(evidence, "kube-scheduler")


INCIDENT = Incident(
    slug="leaderless-scheduler",
    symptom="New pods stay Pending without any event; what runs goes on running.",
    cause="No scheduler runs, or none can renew its lease.",
    cure="Start the schedulers; look at their way to the API.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault schedulers_stopped",
    about=("*",),
)
