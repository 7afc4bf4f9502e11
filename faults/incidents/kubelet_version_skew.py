"""A kubelet of another version."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The kubelet of a node tells another version than the planned one."""
    seen = evidence.seen
    return any(known["version"] != seen.plan.get("version") for known in seen.known.values())


INCIDENT = Incident(
    slug="kubelet-version-skew",
    symptom="One node runs another version of Kubernetes than the others.",
    cause="An upgrade stopped half way, or a node came back with an older image.",
    cure="Upgrade the node; drain it before.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault kubelet_of_another_version",
)
