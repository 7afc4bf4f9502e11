"""Two secrets of one client."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either

UNKNOWN_CLIENT = frozenset({"invalid_client", "unauthorized_client"})


def told_by(evidence: Evidence) -> bool:
    """The provider does not know an application by the secret that this was given."""
    return any(each.get("client") in UNKNOWN_CLIENT for each in evidence.seen.parties.values())


INCIDENT = Incident(
    slug="sso-two-sources",
    symptom="Every single sign-on ends with invalid_client.",
    cause="The provider and the application got the client's secret from two sources.",
    cure="Take both from the same path of Vault.",
    told_by=either(contradicted(), told_by),
    about=("decision-sso-one-source", "identity/*", "cluster-has-vault-value"),
    reproduce="pytest -m conformance --fault client_secret_differs",
)
