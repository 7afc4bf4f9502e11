"""An application that was started before its secret was made."""

from __future__ import annotations

import re

from faults.incidents import Evidence, Incident

LACKED = re.compile(r"secret \\?[\"'][^\"']+\\?[\"'] not found")


def told_by(evidence: Evidence) -> bool:
    """A container waits for a Secret that nobody has made, or was seen to have done so."""
    waits = any(
        why.startswith("CreateContainerConfigError") and "secret" in why
        for why in evidence.seen.waiting.values()
    )
    return waits or LACKED.search(evidence.said) is not None


INCIDENT = Incident(
    slug="gitea-crashloop-10h",
    symptom="Its pod waits with CreateContainerConfigError, or is restarted for hours.",
    cause="What makes the secret waits for the application, or comes after it.",
    cure="Let the secret come first: Vault, External Secrets, the client at the provider, then the application.",
    told_by=told_by,
    about=(
        "identity/*",
        "bootstrap/order",
        "bootstrap/turnkey",
        "networking/public_path",
        "secrets-before-identity-before-applications",
    ),
    reproduce="pytest -m conformance --fault gitea_before_its_secret",
)
