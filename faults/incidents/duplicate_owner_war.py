"""One object with two owners."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="duplicate-owner-war",
    symptom="A HelmRelease is upgraded every few minutes although nothing changed; webhooks restart.",
    cause="Two Kustomizations render the same object.",
    cure="Give it to one of them.",
    told_by=contradicted(),
    about=("decision-one-owner",),
)
