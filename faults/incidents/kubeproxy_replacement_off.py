"""Nobody makes rules for services."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """kube-proxy does not run on a node that has it."""
    services = evidence.seen.services.values()
    return any(each.get("kube-proxy") not in {"running", None} for each in services)


INCIDENT = Incident(
    slug="kubeproxy-replacement-off",
    symptom=(
        "Services and node ports are dead on a node, or new ones are; pods are reached by their own "
        "addresses."
    ),
    cause="Neither kube-proxy runs there, nor the CNI in its place.",
    cure="Run kube-proxy, or the CNI's replacement for it, on every node.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault kube_proxy_stopped",
)
