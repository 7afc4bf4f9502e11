"""A homeserver that is not where clients look for it."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The start of a login at Matrix is answered with 404."""
    return evidence.seen.parties.get("matrix", {}).get("start") == "HTTP 404"


INCIDENT = Incident(
    slug="synapse-route-404",
    symptom="Clients say that there is no homeserver; its page may well be there.",
    cause=(
        "The Ingress leads other paths than /_matrix and /_synapse to it, or the well-known file "
        "names another host."
    ),
    cure="Lead both paths to Synapse.",
    told_by=told_by,
    about=("identity/*", "networking/public_path"),
    reproduce="pytest -m conformance --fault synapse_route_404",
)
