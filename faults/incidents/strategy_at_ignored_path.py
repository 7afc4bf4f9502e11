"""A strategy that the chart does not read."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="strategy-at-ignored-path",
    symptom="The values say Recreate, the Deployment says RollingUpdate.",
    cause="The value stands at a key that the chart ignores.",
    cure="Set it at the key that the chart documents, and look at what is rendered.",
    told_by=contradicted("ignored"),
    about=("decision-rwo-recreate",),
)
