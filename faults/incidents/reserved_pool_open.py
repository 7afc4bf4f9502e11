"""Addresses with a meaning go to whoever comes."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A pool hands out its addresses in another way than planned."""
    seen = evidence.seen
    planned = {name: how for name, (_, how) in seen.plan.get("pools", {}).items()}
    return any(how != planned.get(name, how) for name, (_, how) in seen.pools.items())


INCIDENT = Incident(
    slug="reserved-pool-open",
    symptom="A service that asked for nothing has the ingress' address, and every website goes dark.",
    cause="A reserved pool assigns automatically, or the common one does not.",
    cure="Set autoAssign as planned: off for the reserved pools, on for services-pool.",
    told_by=told_by,
    about=("decision-pools-exact",),
    reproduce="pytest -m conformance --fault reserved_pools_given_away",
)
