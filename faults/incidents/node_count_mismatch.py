"""More or fewer nodes than planned."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The names of the nodes are not those of the plan."""
    seen = evidence.seen
    return bool(seen.nodes) and seen.nodes.keys() != seen.plan.get("nodes", {}).keys()


INCIDENT = Incident(
    slug="node-count-mismatch",
    symptom=("The cluster has another number of nodes than the plan; a gate waits for one that never comes."),
    cause=(
        "The expected number was written down in a second place, or a machine was added or lost "
        "without the plan."
    ),
    cure="Derive the number from the plan; join or remove the node.",
    told_by=told_by,
    about=("nodes/*", "decision-gates-count-nodes", "nodes-ready"),
)
