"""Nobody brings Vault's values into the cluster."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._names import absent

INCIDENT = Incident(
    slug="external-secrets-down",
    symptom="Everything is called synced and is of yesterday; what is changed in Vault arrives nowhere.",
    cause="The operator has no ready pod.",
    cure="Scale it up; look at its log.",
    told_by=absent("/external-secrets"),
    about=("secrets/*",),
    reproduce="pytest -m conformance --fault external_secrets_absent",
)
