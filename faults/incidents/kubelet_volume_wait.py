"""A kubelet that waits for its folder."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="kubelet-volume-wait",
    symptom="A worker is NotReady and waits for /var/lib/kubelet.",
    cause="The kubelet's volume was not mounted in time.",
    cure="Reboot the node; wait for all nodes to be Ready.",
    about=("nodes/*", "nodes-ready"),
)
