"""A kubelet that allows more kernel settings than planned."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A pod that asked for another unsafe setting was started."""
    return "Failed by SysctlForbidden" in evidence.said


INCIDENT = Incident(
    slug="every-sysctl-allowed",
    symptom="A pod may change settings of the network that were never meant to be changed.",
    cause='A pattern such as "net.*" in allowedUnsafeSysctls.',
    cure="Allow the planned settings by their names.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault every_sysctl_allowed",
)
