"""A mirror in the cluster that needs it."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="mirror-without-fallback",
    symptom="After a power cut no image can be pulled, the mirror's own included.",
    cause="The machine's registry mirror has no second endpoint.",
    cure="Name the registry itself as the last endpoint.",
    told_by=contradicted(),
    about=("decisions/repository/nodes: A registry mirror has a fallback",),
)
