"""Two secrets of one client."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="sso-two-sources",
    symptom="Every single sign-on ends with invalid_client.",
    cause="The provider and the application got the client's secret from two sources.",
    cure="Take both from the same path of Vault.",
    told_by=contradicted(),
    about=("decisions/repository/secrets: The credentials of a single sign-on client have one source",),
)
