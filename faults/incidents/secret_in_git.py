"""A secret that everybody can read."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="secret-in-git",
    symptom="A password stands in the repository's history.",
    cause="It was written into a manifest or into a chart's values.",
    cure="Make a new one, keep it in Vault, refer to it.",
    told_by=contradicted(),
    about=("decisions/repository/secrets: No secret is written out in the manifests",),
)
