"""A dependency on a name that nobody has."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="dep-name-typo",
    symptom='A Kustomization says "dependency not found" for ever.',
    cause="dependsOn names a Kustomization that is not defined.",
    cure="Correct the name.",
    told_by=contradicted("no Kustomization"),
    about=("decision-dependencies-acyclic",),
)
