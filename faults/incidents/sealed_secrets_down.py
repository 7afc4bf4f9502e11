"""Nobody opens what is sealed."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._names import absent

INCIDENT = Incident(
    slug="sealed-secrets-down",
    symptom="SealedSecrets have no status, and their Secrets do not come.",
    cause="The controller has no ready pod.",
    cure="Scale it up; look at its log.",
    told_by=absent("/sealed-secrets-controller"),
    about=("secrets/sealed_secrets", "bootstrap/destroy"),
    reproduce="pytest -m conformance --fault sealed_secrets_absent",
)
