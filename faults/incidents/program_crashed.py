"""A program of a node died and was started again."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A service was restarted, while all services of all nodes run."""
    states = [state for services in evidence.seen.services.values() for state in services.values()]
    return "restart" in evidence.said and bool(states) and set(states) == {"running"}


INCIDENT = Incident(
    slug="program-crashed",
    symptom="Everything is up, and something has been restarted on the way.",
    cause="A program crashed; its supervisor put it back, and nobody would have noticed.",
    cure="Read its log from before the crash.",
    told_by=told_by,
    reproduce="pytest -m bootstrap --fault program_crashed",
)
