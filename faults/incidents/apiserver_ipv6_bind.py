"""An API server that listens where nobody asks."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A controller's API refuses connections over IPv4 while its API server runs."""
    seen = evidence.seen
    return any(
        outcome == "connection refused" and seen.services.get(name, {}).get("kube-apiserver") == "running"
        for name, outcome in seen.apis.items()
    )


INCIDENT = Incident(
    slug="apiserver-ipv6-bind",
    symptom=("The API times out at its VIP or at a controller after etcd is up; the CNI is never installed."),
    cause="The API server listens on [::] only.",
    cure="Bind it to 0.0.0.0.",
    told_by=told_by,
    about=(
        "api-answers",
        "anonymous-request-refused[the API at its VIP, the cluster's secrets]",
        "anonymous-request-refused[the API at every controller, the cluster's secrets]",
        "anonymous-request-refused[the API at every controller, its own health]",
        "decision-api-listens-on-ipv4",
    ),
)
