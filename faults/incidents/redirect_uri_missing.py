"""A client that may not be answered where it is."""

from __future__ import annotations

from faults.incidents import Evidence, Incident

REFUSED = "Invalid parameter: redirect_uri"


def told_by(evidence: Evidence) -> bool:
    """The provider refuses a login that begins at the application, because of the redirect URI.

    The scenario may have been told so itself: a look that comes late on a busy machine sees nothing.
    """
    pages = (each.get("page", "") for each in evidence.seen.parties.values())
    return REFUSED in evidence.said or any("redirect_uri" in page for page in pages)


INCIDENT = Incident(
    slug="redirect-uri-missing",
    symptom='The identity provider shows "Invalid parameter: redirect_uri" instead of its sign-in page.',
    cause=(
        "The redirect URI of the application is not among those of its client: another host, path "
        "or source name."
    ),
    cure="Register exactly the one that the application sends.",
    told_by=told_by,
    about=("identity/*",),
    reproduce="pytest -m conformance --fault redirect_uri_missing",
)
