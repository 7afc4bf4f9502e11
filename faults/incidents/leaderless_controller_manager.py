"""Nobody acts on what was declared."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._programs import nowhere


def told_by(evidence: Evidence) -> bool:
    """No controller has a controller manager that runs."""
    return nowhere(evidence, "kube-controller-manager")


INCIDENT = Incident(
    slug="leaderless-controller-manager",
    symptom="New namespaces have no account, workloads no pods, dead nodes stay Ready.",
    cause="No controller manager runs, or none can renew its lease.",
    cure="Start the controller managers; look at their way to the API.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault controller_managers_stopped",
    about=("*",),
)
