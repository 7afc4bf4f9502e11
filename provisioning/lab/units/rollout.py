"""The gate of units that are workloads: rolled out as declared, every replica ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.kubernetes import Workload, pods, workloads
from provisioning.gates import Gate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisioning.lab.lab import Lab

CRASH_LOOP = 5
"""A container that was restarted this often in one bootstrap is not going to come up by itself."""
_CRASHING = "restarts again and again: "


def complete(namespace: str, *names: str, patience: str = "workload") -> Gate[Lab]:
    """Return a gate that opens when each workload ("deployment/name") runs its newest template everywhere."""
    return Gate(
        observe=lambda lab: lacking(lab, namespace, *names),
        until=lambda found: not found,
        expected=f"{', '.join(names)} in {namespace} lacks nothing",
        patience=patience,
        hopeless=hopeless,
    )


def lacking(lab: Lab, namespace: str, *names: str) -> tuple[str, ...]:
    """Return what each named workload lacks, and which pods crash again and again."""
    api = lab.api()
    known = {f"{found.kind.lower()}/{found.name}": found for found in workloads(api, namespace)}
    found = [phrase for name in names if (phrase := _lacks(name, known.get(name)))]
    if found:
        found += [f"{_CRASHING}{pod}" for pod in pods(api, namespace) if pod.restarts >= CRASH_LOOP]
    return tuple(found)


def _lacks(name: str, workload: Workload | None) -> str:
    if workload is None:
        return f"{name} does not exist"
    # A DaemonSet that nobody has counted the nodes for yet wants no pod, and would be complete at once.
    return "" if workload.complete and workload.desired else str(workload)


def hopeless(found: Sequence[str]) -> str | None:
    """Say why waiting longer is pointless, or None."""
    return next((phrase for phrase in found if phrase.startswith(_CRASHING)), None)
