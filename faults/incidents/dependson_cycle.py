"""Parts that wait for each other."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="dependson-cycle",
    symptom='Many Kustomizations say "dependency not ready" for ever.',
    cause="dependsOn leads back to where it began.",
    cure="Cut the cycle: split what is needed early from what is needed late.",
    told_by=contradicted("cycle"),
    about=("decisions/repository/gitops: Every dependency leads to a Kustomization, and none leads back",),
)
