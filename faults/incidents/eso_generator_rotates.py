"""A password that changes under its users."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """Something makes a value up, and does so again within a year."""
    return any(name.startswith("drawn ") for name in evidence.seen.synced)


INCIDENT = Incident(
    slug="eso-generator-rotates",
    symptom="A service is well for hours, then every login fails.",
    cause="A generator makes a new value at each refresh, while the old one is in use.",
    cure="Keep generated values in Vault; refresh them never, or together with their users.",
    told_by=told_by,
    about=("secrets/*", "pods-replaced-on-secret-change", "decision-generators-do-not-rotate"),
    reproduce="pytest -m conformance --fault generator_rotates",
)
