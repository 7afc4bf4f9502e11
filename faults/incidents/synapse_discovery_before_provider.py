"""A homeserver that asked for the provider before that was there."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="synapse-discovery-before-provider",
    symptom="Synapse does not start, or offers no single sign-on until it is restarted.",
    cause="It reads the discovery document at its start, or at the first login, and the provider answered 503.",
    cure="Start it after the provider; let it be started again when it fails.",
    about=(
        "identity/*",
        "matrix-offers-sso",
        "matrix-login-token",
        "matrix-sso-account",
        "matrix-sso-sign-out",
    ),
)
