"""The VPS passes packets of the internet on to the cluster."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """From the public internet a connection to a VIP was accepted."""
    to_api = "a connection to the API VIP: connected" in evidence.said
    return to_api or any(word in evidence.said for word in ("refused by the server", "complete: "))


INCIDENT = Incident(
    slug="open-to-the-world",
    symptom="The API VIP answers from the public internet.",
    cause="The VPS forwards and hides who asks (masquerading), and somebody routes to it.",
    cure="Turn forwarding off on the VPS, or filter what may enter the tailnet.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault open_to_the_world",
)
