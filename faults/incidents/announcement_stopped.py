"""Nobody announces the addresses of services."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """No speaker is ready."""
    return any(
        ready == 0 for name, (ready, _) in evidence.seen.workloads.items() if name.endswith("/speaker")
    )


INCIDENT = Incident(
    slug="announcement-stopped",
    symptom="A service has its EXTERNAL-IP, and nobody on the network finds it.",
    cause="MetalLB's speakers do not run.",
    cure="Look at the DaemonSet of the speakers: its selector, its pods' admission.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault speaker_absent",
)
