"""Where the suite looks from inside the cluster: a pod on each node, and a privileged one in its namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Apply the two DaemonSets."""
    lab.apply(lab.render("probe.yaml"))


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return what is not there yet of the DaemonSets that the inventory names."""
    probe = lab.inventory.probe
    if probe is None:
        return ("the inventory has no [probe]",)
    names = (f"daemonset/{probe.daemonset}", "daemonset/pod-probe")
    return rollout.lacking(lab, probe.namespace, *names)


UNIT: Unit[Lab] = Unit(
    name="probe",
    layer=Layer.SERVICES,
    needs=("nodes",),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="the probes run on every node",
        patience="workload",
        hopeless=rollout.hopeless,
    ),
)
