"""A node that knows no way to the pods of another."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A node's kernel has no way to the pods of another one."""
    return any(way != "ok" for ways in evidence.seen.ways.values() for way in ways.values())


INCIDENT = Incident(
    slug="pod-route-missing",
    symptom="Applications time out in some combinations of nodes only.",
    cause=(
        "A route between two nodes is missing: the CNI's daemon has died, or something else owns the table."
    ),
    cure="Restart the CNI's daemon on the node whose kernel says that there is no route.",
    told_by=told_by,
    about=("networking/cni",),
    reproduce="pytest -m conformance --fault pod_route_missing",
)
