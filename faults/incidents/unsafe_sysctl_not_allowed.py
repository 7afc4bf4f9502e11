"""A kubelet that refuses the one kernel setting that pods need."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A pod that asked for TCP MTU probing was not started, because the setting is forbidden."""
    return "a ready pod with net.ipv4.tcp_mtu_probing" in evidence.said and "SysctlForbidden" in evidence.said


INCIDENT = Incident(
    slug="unsafe-sysctl-not-allowed",
    symptom=(
        "Pods that turn on TCP MTU probing are refused on a node (SysctlForbidden); large zone "
        "transfers hang elsewhere."
    ),
    cause="The kubelet was configured without allowedUnsafeSysctls, or with another list.",
    cure="Allow net.ipv4.tcp_mtu_probing in the configuration of every kubelet.",
    told_by=told_by,
    about=("powerdns-mtu-probing",),
    reproduce="pytest -m conformance --fault unsafe_sysctl_not_allowed",
)
