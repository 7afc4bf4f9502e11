"""A way to log in that everybody believes to be there."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="vault-oidc-silently-skipped",
    symptom="Everything is green, and Vault has no mount oidc/.",
    cause="What sets it up was skipped when the provider did not answer, and nothing failed.",
    cure="Let it fail; look for the mount itself.",
    about=("secrets/vault", "identity/*", "vault-auth-method"),
)
