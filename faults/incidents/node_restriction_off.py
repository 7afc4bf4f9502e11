"""A node that may change the others."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A worker's identity was allowed to change a node that is not its own."""
    return "what system:node:" in evidence.said and evidence.said.count("allowed") > 1


INCIDENT = Incident(
    slug="node-restriction-off",
    symptom="Whoever has broken into one worker can label, taint and annotate every node.",
    cause="The admission plugin NodeRestriction is not enabled.",
    cure="Enable it on every API server.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault node_restriction_off",
)
