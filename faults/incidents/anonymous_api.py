"""The API talks to people whom it does not know."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """An API server tells a stranger something else than 401, and does answer."""
    answers = evidence.seen.anonymous.values()
    return any(answer.startswith("HTTP ") and answer != "HTTP 401" for answer in answers)


INCIDENT = Incident(
    slug="anonymous-api",
    symptom=(
        "A request without credentials is answered, or refused as one of system:anonymous (403) "
        "instead of a stranger (401)."
    ),
    cause="An API server runs with anonymous authentication.",
    cure="Turn it off (--anonymous-auth=false) on every controller.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault anonymous_access_allowed",
)
