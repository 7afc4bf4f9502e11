"""The cluster's DNS has nobody behind it."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The deployment of the DNS has no ready pod."""
    return any(
        ready == 0
        for name, (ready, _) in evidence.seen.workloads.items()
        if name.endswith(("/coredns", "/kube-dns"))
    )


INCIDENT = Incident(
    slug="coredns-down",
    symptom="Names do not resolve in pods, addresses work.",
    cause="No pod of the DNS is ready: scaled to nothing, crash-looping, or nowhere to run.",
    cure="Scale it up; look at why its pods do not become ready.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault coredns_absent",
)
