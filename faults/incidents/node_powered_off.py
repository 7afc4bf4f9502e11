"""A machine is off: its address is on no network any more."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The node is not Ready, and nothing on the network answers for its address."""
    seen = evidence.seen
    return any(ready != "True" and _gone(seen.kubelets.get(node, "")) for node, ready in seen.nodes.items())


def _gone(outcome: str) -> bool:
    return outcome.startswith(("unreachable", "no answer"))


INCIDENT = Incident(
    slug="node-powered-off",
    symptom="A node is NotReady, its pods are gone, and so is whatever is asked of it.",
    cause="The machine has no power, or has crashed whole.",
    cure="Power it on; find out why it went off.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault worker_powered_off",
    about=("*", "ingress-node-lost"),
)
