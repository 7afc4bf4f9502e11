"""How websites get into the cluster: ingress classes, and the Ingresses of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.look import Sight, Unseen
from probes import ingresses
from probes.ingresses import Ingress, IngressClass
from probes.kubeobjects import Workload


@dataclass(frozen=True, slots=True)
class Look:
    """Ingress at one moment. controllers: the workloads of the inventory's service "ingress"."""

    classes: tuple[IngressClass, ...] | Unseen
    ingresses: tuple[Ingress, ...] | Unseen
    controllers: tuple[Workload, ...] | Unseen


SIGHTS: Mapping[str, Sight] = {
    "classes": lambda subject: subject.ask(ingresses.classes),
    "ingresses": lambda subject: subject.ask(ingresses.ingresses),
    "controllers": lambda subject: subject.workloads("ingress"),
}
