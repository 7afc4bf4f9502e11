"""A client that does not check whom it talks to."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="vault-http-client",
    symptom="Connections to Vault fail with a protocol or certificate error, or their check is switched off.",
    cause="A client uses http, or has no CA, and verification was skipped to make it work.",
    cure="Use https, and give the client the cluster's CA.",
    told_by=contradicted(),
    about=("decision-tls-verified",),
)
