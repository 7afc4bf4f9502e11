"""One address for browsers and for programs."""

from __future__ import annotations

from urllib.parse import urlsplit

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """An application sends people somewhere else than to the public identity provider."""
    public = urlsplit(str(evidence.seen.plan.get("issuer", ""))).hostname
    starts = [each.get("start", "") for each in evidence.seen.parties.values()]
    return any(start.startswith("to ") and start != f"to {public}" for start in starts)


INCIDENT = Incident(
    slug="one-variable-two-meanings",
    symptom="The login of one application leads to an internal name; the others are well.",
    cause="A variable for the API was also used for what is shown to browsers.",
    cure="Keep two: the public name for browsers, an internal one for programs.",
    told_by=told_by,
    about=("identity/*", "login-leads-to-provider"),
)
