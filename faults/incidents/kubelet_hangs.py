"""A kubelet that holds its port and says nothing."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.platform import HANGS


def told_by(evidence: Evidence) -> bool:
    """The node is not Ready, and its kubelet takes connections and answers nothing."""
    seen = evidence.seen
    return any(ready != "True" and seen.kubelets.get(node) == HANGS for node, ready in seen.nodes.items())


INCIDENT = Incident(
    slug="kubelet-hangs",
    symptom=(
        "A node is NotReady although its machine and its pods are up; nothing can be started or "
        "looked at there."
    ),
    cause=(
        "The kubelet hangs (a deadlock, a dead disk, a paused process); its socket still takes connections."
    ),
    cure="Restart the kubelet, or the machine.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault kubelet_paused",
    about=("*",),
)
