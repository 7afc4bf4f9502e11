"""A Kustomization that no root includes."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="orphan-kustomization",
    symptom="A component is silently absent.",
    cause="Its file is not in the resources of any Kustomization that is applied.",
    cure="Include it, or remove the file.",
    told_by=contradicted(),
    about=("decision-kustomizations-rooted",),
)
