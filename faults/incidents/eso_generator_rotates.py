"""A password that changes under its users."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="eso-generator-rotates",
    symptom="A service is well for hours, then every login fails.",
    cause="A generator makes a new value at each refresh, while the old one is in use.",
    cure="Keep generated values in Vault; refresh them never, or together with their users.",
    about=("planned/*",),
)
