"""The node is Ready, and there is nobody who would start a pod on it."""

from __future__ import annotations

from collections.abc import Mapping

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The node is Ready, and its kubelet refuses connections or is among the services that do not run."""
    seen = evidence.seen
    return any(
        ready == "True"
        and (seen.kubelets.get(node) == "connection refused" or _down(seen.services.get(node)))
        for node, ready in seen.nodes.items()
    )


def _down(services: Mapping[str, str] | None) -> bool:
    return bool(services) and services.get("kubelet") not in {"running", None}


INCIDENT = Incident(
    slug="zombie-kubelet",
    symptom="The node is Ready, but new pods on it stay Pending or ContainerCreating for ever.",
    cause=(
        "The container runtime crashed and left an orphan of the kubelet behind: it goes on telling "
        "that it is alive, while the service itself has failed."
    ),
    cure="Reboot the node. A node counts as well only when a new pod really starts there.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault kubelet_undead",
    about=("*",),
)
