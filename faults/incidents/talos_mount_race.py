"""Kubelets that die after a change of their machine."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="talos-mount-race",
    symptom="Workers' kubelets crash minutes after a change was applied.",
    cause="A change at run time restarts the kubelet, which races with its own mounts.",
    cure="Bring all configuration in before the bootstrap; patch nothing at run time.",
    about=("bootstrap/*", "nodes/*", "second-bootstrap-changes-nothing", "decision-no-runtime-talos-patches"),
)
