"""The CNI's agent crashes on some nodes."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A node's agent of the CNI does not run."""
    agents = ("cilium", "flannel", "calico")
    return any(
        state not in {"running", "finished"}
        for services in evidence.seen.services.values()
        for name, state in services.items()
        if name.startswith(agents)
    ) or any(
        ready < wanted
        for name, (ready, wanted) in evidence.seen.workloads.items()
        if name.partition("/")[2] in agents
    )


INCIDENT = Incident(
    slug="cilium-bad-value-crash",
    symptom="On a subset of nodes pods get no network; the agents there are in CrashLoopBackOff.",
    cause=(
        "A value that the agent does not take (a range of node ports, an algorithm, native routing "
        "without a network)."
    ),
    cure="Correct the value; check it with the same version before a rollout.",
    told_by=told_by,
    about=("networking/cni", "pod-to-pod"),
)
