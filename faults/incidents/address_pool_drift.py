"""A pool that is not as planned."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._pools import beyond, differ


def told_by(evidence: Evidence) -> bool:
    """The ranges of a pool are not the planned ones, and lie inside the advertised route."""
    seen = evidence.seen
    return differ(seen) and not beyond(seen)


INCIDENT = Incident(
    slug="address-pool-drift",
    symptom="Services wait for an address although some are free, or get one that nobody planned.",
    cause="Somebody changed a pool of MetalLB by hand.",
    cure="Run the bootstrap again: it applies the planned pools.",
    told_by=told_by,
    about=("decision-pools-exact",),
    reproduce="pytest -m conformance --fault pool_changed",
)
