"""Addresses are announced where nobody listens."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """An advertisement names interfaces, and the nodes' network card is not among them."""
    seen = evidence.seen
    return any(named and seen.plan.get("interface") not in named for named in seen.announced_on.values())


INCIDENT = Incident(
    slug="metallb-announces-lxc",
    symptom=(
        "A service has its EXTERNAL-IP, answers inside the cluster, and nobody on the network finds it."
    ),
    cause="MetalLB announces on interfaces of pods (lxc*) instead of the nodes' network card.",
    cure="Name the card in the L2Advertisement.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault announced_on_no_card",
)
