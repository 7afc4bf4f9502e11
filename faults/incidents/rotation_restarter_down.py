"""Nobody restarts who uses a changed secret."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._names import absent

INCIDENT = Incident(
    slug="rotation-restarter-down",
    symptom="Secrets change in the cluster, pods go on with the old ones.",
    cause="The restarter (Reloader) has no ready pod, or the workload does not ask for it.",
    cure="Scale it up; put its annotation on the workload.",
    told_by=absent("/reloader"),
    about=("secrets/rotation",),
    reproduce="pytest -m conformance --fault restarter_absent",
)
