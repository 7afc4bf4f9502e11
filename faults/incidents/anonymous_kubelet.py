"""A kubelet that does what a stranger asks."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A kubelet tells a stranger something else than 401, and does answer."""
    answers = evidence.seen.kubelets.values()
    return any(answer.startswith("HTTP ") and answer != "HTTP 401" for answer in answers)


INCIDENT = Incident(
    slug="anonymous-kubelet",
    symptom="A node's pods, their logs and a shell in each of them are open to the network.",
    cause="The kubelet's anonymous authentication is on, and its authorisation may be off.",
    cure="Set authentication.anonymous.enabled: false and authorization.mode: Webhook.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault kubelet_open",
)
