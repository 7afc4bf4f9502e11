"""A health check of an object that nobody makes."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="health-check-of-nothing",
    symptom="A Kustomization is never Ready although all its objects are.",
    cause="healthChecks names an object that no manifest brings.",
    cure="Correct the name, or drop the check.",
    told_by=contradicted(),
    about=("decision-health-checks-exist",),
)
