"""What only the cluster could have removed."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="cleanup-after-api-gone",
    symptom="After a destroy volumes and other things of the cluster are left.",
    cause="The cluster was destroyed before it had been asked to remove them.",
    cure="Destroy in the reverse order of the needs.",
    about=("bootstrap/destroy", "destroy-leaves-no-trace"),
)
