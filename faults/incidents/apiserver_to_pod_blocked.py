"""Controllers that do not reach pods."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """No controller has a way to the pods of some worker."""
    seen = evidence.seen
    controllers = [name for name, (role, _) in seen.plan.get("nodes", {}).items() if role == "controlplane"]
    asked = [seen.ways[name] for name in controllers if name in seen.ways]
    workers = [name for name in seen.plan.get("nodes", {}) if name not in controllers]
    return bool(asked) and any(all(ways.get(one) not in {"ok", None} for ways in asked) for one in workers)


INCIDENT = Incident(
    slug="apiserver-to-pod-blocked",
    symptom=(
        "Webhooks time out, aggregated APIs are unavailable, kubeseal cannot reach its controller; "
        "pods reach each other."
    ),
    cause="The way from the controllers into the pod network is closed.",
    cure=(
        "Let the host network reach pods: hostLegacyRouting, endpointRoutes and socketLB, where "
        "Cilium is the CNI."
    ),
    told_by=told_by,
    about=("pod-to-pod[a pod on the first controller, the second controller]", "pod-to-pod"),
    reproduce="pytest -m conformance --fault pods_closed_to_the_api",
)
