"""A secret store that nobody defines."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="store-missing",
    symptom="An ExternalSecret is never Ready and its pods do not start.",
    cause="secretStoreRef names a store that no manifest defines, or one of another namespace.",
    cure="Correct the name or the kind.",
    told_by=contradicted(),
    about=("decision-stores-resolve", "secret-stores-ready"),
)
