"""A gate that waits for what it holds up."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="cni-worker-readiness-deadlock",
    symptom="The health check before the CNI waits for workers, which wait for the CNI.",
    cause="The gate asked for all nodes to be Ready.",
    cure="Before there is a CNI, check the controllers only.",
    about=("bootstrap/*", "layers-complete-in-order"),
)
