"""More than half of etcd is gone: nothing can be written, and soon nothing read."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """At least half of the members of etcd do not answer."""
    outcomes = list(evidence.seen.etcd.values())
    return bool(outcomes) and 2 * outcomes.count("ok") <= len(outcomes)


INCIDENT = Incident(
    slug="etcd-quorum-lost",
    symptom="The API times out or answers with errors everywhere; nothing is scheduled any more.",
    cause="Two of three members of etcd are down or cut off.",
    cure="Bring a second member back. If their data is lost, restore from a snapshot.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault quorum_lost",
    about=("*",),
)
