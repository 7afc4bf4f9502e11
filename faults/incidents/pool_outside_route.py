"""A pool has outgrown the advertised route."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._pools import beyond


def told_by(evidence: Evidence) -> bool:
    """A pool has addresses outside the advertised route."""
    return beyond(evidence.seen)


INCIDENT = Incident(
    slug="pool-outside-route",
    symptom="A service answers at home and not from the VPS.",
    cause="A pool was enlarged, and the advertised route was not.",
    cure="Advertise a network that covers all pools, or shrink the pool.",
    told_by=told_by,
    about=("decision-routes-cover-pools",),
    reproduce="pytest -m conformance --fault pool_outgrown",
)
