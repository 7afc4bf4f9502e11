"""An authority that was asked too often."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="le-rate-limit",
    symptom="A certificate is refused for a week, with the ACME error rateLimited.",
    cause="The same names were asked for more than five times in a week, by rebuild after rebuild.",
    cure="Rebuild with the authority of staging; keep the Secrets of production across a rebuild.",
    about=("certificates/*", "certificates-issued"),
)
