"""A provider that calls itself by a name that browsers do not know."""

from __future__ import annotations

from urllib.parse import urlsplit

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """Its discovery document, at its public name, names another issuer or host."""
    said, planned = evidence.seen.provider, str(evidence.seen.plan.get("issuer", ""))
    if said.get("discovery") != "ok":
        return False
    return said.get("issuer") != planned or said.get("endpoints") != urlsplit(planned).netloc


INCIDENT = Incident(
    slug="oidc-internal-authorize-url",
    symptom="People are sent to a name of the cluster, or applications refuse the issuer.",
    cause=(
        "The provider was told its internal address as its own, or an application derives public "
        "addresses from an internal one."
    ),
    cure="Tell the provider its public name, and give applications that; keep internal addresses for the API.",
    told_by=told_by,
    about=(
        "identity/*",
        "networking/*",
        "harbor-sso-admin",
        "harbor-sso-user",
        "harbor-sso-demoted",
        "harbor-sso-promoted",
        "harbor-sso-sign-out",
        "login-leads-to-provider",
    ),
    reproduce="pytest -m conformance --fault issuer_internal",
)
