"""Services that do not trust the authority of staging while it is in force."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="staging-ca-untrusted",
    symptom="After a switch to staging, services that call each other by public names stop with x509.",
    cause="The root of staging is missing in the trust bundle of the cluster.",
    cure="Let the overlay of staging add its root to the bundle.",
    about=(
        "certificates/*",
        "website-chain-of-environment",
        "staging-root-trusted-inside-only",
        "testssl-clean",
    ),
)
