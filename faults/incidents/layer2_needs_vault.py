"""A layer that needs what it brings itself."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="layer2-needs-vault",
    symptom="The first apply of a layer fails at a connection; on a running platform it works.",
    cause="A layer configures a provider of a service that it, or a later layer, deploys.",
    cure="Move what needs the service to a layer above it.",
    told_by=contradicted(),
    about=("decision-layers-use-below",),
)
