"""The API servers are well, and nobody has their common address."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The API does not answer at its VIP, and does at a controller."""
    apis = evidence.seen.apis
    vip = apis.get("its VIP", "ready")
    return vip != "ready" and any(outcome == "ready" for name, outcome in apis.items() if name != "its VIP")


INCIDENT = Incident(
    slug="api-vip-unheld",
    symptom=(
        "The owner's kubectl finds no way to the API; nodes become NotReady without anything else "
        "being wrong with them."
    ),
    cause=(
        "No controller holds the VIP: keepalived (Talos itself, on real nodes) does not run, or its "
        "health check fails."
    ),
    cure="Start what holds the VIP; look at its health check.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault api_vip_unheld",
    about=("*",),
)
