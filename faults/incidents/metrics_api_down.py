"""The Metrics API has nobody behind it."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """metrics-server has no ready pod."""
    return any(
        ready == 0 for name, (ready, _) in evidence.seen.workloads.items() if name.endswith("/metrics-server")
    )


INCIDENT = Incident(
    slug="metrics-api-down",
    symptom='"kubectl top" says that metrics are not available, and nothing scales any more.',
    cause="No pod of metrics-server is ready, or it cannot ask the kubelets.",
    cure="Scale it up; look at its log for certificates that it does not trust.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault metrics_server_absent",
)
