"""A gate that looks for the word "Ready" in "NotReady"."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """As many nodes as planned are there, and one of them is not Ready."""
    seen = evidence.seen
    complete = bool(seen.nodes) and seen.nodes.keys() == seen.plan.get("nodes", {}).keys()
    return complete and any(ready == "False" for ready in seen.nodes.values())


INCIDENT = Incident(
    slug="notready-counts-as-ready",
    symptom="The bootstrap calls the cluster complete while a node of it is NotReady.",
    cause='The gate counted lines with "Ready" in them.',
    cure='Compare the status of the condition Ready with "True"; want exactly the planned nodes.',
    told_by=told_by,
    about=("bootstrap/turnkey", "nodes-ready", "units-converge-without-help"),
)
