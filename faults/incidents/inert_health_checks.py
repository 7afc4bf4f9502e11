"""Health checks that are ignored."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="inert-health-checks",
    symptom="What depends on a Kustomization starts before what its checks name is there.",
    cause="wait: true makes Flux ignore healthChecks.",
    cure="Keep one of the two.",
    told_by=contradicted(),
    about=("decision-wait-or-health-checks",),
)
