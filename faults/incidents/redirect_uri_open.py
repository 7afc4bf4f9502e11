"""A client that is answered wherever it is asked to be."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A client may be answered at more places than can be counted."""
    return any("*" in uris for name, uris in evidence.seen.realm.items() if name.startswith("redirects of "))


INCIDENT = Incident(
    slug="redirect-uri-open",
    symptom="Nothing is felt; somebody may collect the codes of others.",
    cause="The redirect URIs of a client have a wildcard.",
    cure="Register exactly the one that the application sends.",
    told_by=told_by,
    about=("identity/*",),
    reproduce="pytest -m conformance --fault redirect_uri_open",
)
