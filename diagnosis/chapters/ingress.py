"""How websites get into the cluster: ingress classes, and the Ingresses of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.look import Sight, Unseen
from probes import ingresses, kubernetes
from probes.ingresses import Ingress, IngressClass
from probes.kubeobjects import Workload


@dataclass(frozen=True, slots=True)
class Look:
    """Ingress at one moment. controllers: the workloads of the inventory's service "ingress"."""

    classes: tuple[IngressClass, ...] | Unseen
    ingresses: tuple[Ingress, ...] | Unseen
    controllers: tuple[Workload, ...] | Unseen


SIGHTS: Mapping[str, Sight] = {
    "classes": lambda subject: ingresses.classes(subject.api()),
    "ingresses": lambda subject: ingresses.ingresses(subject.api()),
    "controllers": lambda subject: kubernetes.workloads(
        subject.api(), subject.inventory.services["ingress"].namespace
    ),
}
