"""An identity provider with a certificate that nobody trusts."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """Its public name shows a certificate that does not lead to the environment's authority."""
    return evidence.seen.provider.get("trusted") == "False"


INCIDENT = Incident(
    slug="provider-certificate-untrusted",
    symptom="Browsers warn, applications stop with x509 at the first login; all at once.",
    cause="Its certificate is by another authority: of staging, of nobody, or the ingress shows its own default.",
    cure="Have cert-manager issue it anew by the environment's issuer; look at its Certificate and Secret.",
    told_by=told_by,
    about=("identity/*",),
    reproduce="pytest -m conformance --fault provider_certificate_untrusted",
)
