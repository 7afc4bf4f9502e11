"""One controller's API server is down; the others serve."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A controller's API refuses connections while its kubelet answers, and no API server runs there."""
    seen = evidence.seen
    refusing = [name for name, outcome in seen.apis.items() if outcome == "connection refused"]
    return seen.apis.get("its VIP") == "ready" and any(
        seen.services.get(name, {}).get("kube-apiserver") not in {"running", None} for name in refusing
    )


INCIDENT = Incident(
    slug="apiserver-down",
    symptom="The API answers at its VIP and at some controllers, and at one of them it does not.",
    cause="The API server of that controller does not run.",
    cure="Read its log; check its certificates and its way to etcd.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault api_server_stopped",
)
