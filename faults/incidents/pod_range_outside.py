"""A node whose pods have addresses of nobody."""

from __future__ import annotations

from ipaddress import IPv4Network

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The pod range of a node is not inside the pod network."""
    seen = evidence.seen
    network = IPv4Network(seen.plan.get("pod_network", "0.0.0.0/0"))
    return any(
        not network.supernet_of(IPv4Network(known["pods"])) for known in seen.known.values() if known["pods"]
    )


INCIDENT = Incident(
    slug="pod-range-outside",
    symptom=(
        "A node's range of pod addresses is none of the pod network; its pods reach nobody and are "
        "reached by nobody."
    ),
    cause="The node was registered with a range of its own, by an older configuration or by hand.",
    cure="Remove the node from the cluster and let it register anew.",
    told_by=told_by,
    about=("networking/cni",),
    reproduce="pytest -m conformance --fault pod_range_outside",
)
