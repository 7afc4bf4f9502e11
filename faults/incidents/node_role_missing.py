"""A node without the label, or the taint, of its role."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A controller lacks the role or its taint, or another node has one of them."""
    seen = evidence.seen
    if any(ready != "True" for ready in seen.nodes.values()):
        return False  # such a node is tainted for another reason
    roles = {name: role == "controlplane" for name, (role, _) in seen.plan.get("nodes", {}).items()}
    return any(
        ("control-plane" in known["roles"]) is not roles.get(name)
        or bool(known["taints"]) is not roles.get(name)
        for name, known in seen.known.items()
    )


INCIDENT = Incident(
    slug="node-role-missing",
    symptom=(
        "A controller is listed without its role, or takes ordinary workloads, or a worker repels them."
    ),
    cause="The label or the taint of the role was removed, or the node was registered anew without it.",
    cure="Run the bootstrap again: it labels the nodes.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault node_role_missing",
)
