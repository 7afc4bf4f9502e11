"""How volumes are made, kept and waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.look import Sight, Subject, Unseen
from probes import kubernetes, storage
from probes.kubeobjects import Pod, Workload
from probes.storage import Claim, Holder, StorageClass, Volume


@dataclass(frozen=True, slots=True)
class Look:
    """Volumes at one moment. provisioners: the workloads of the inventory's service "storage"."""

    classes: tuple[StorageClass, ...] | Unseen
    volumes: tuple[Volume, ...] | Unseen
    claims: tuple[Claim, ...] | Unseen
    holders: tuple[Holder, ...] | Unseen
    provisioners: tuple[Workload, ...] | Unseen
    pending: tuple[Pod, ...] | Unseen


def _pending(subject: Subject) -> tuple[Pod, ...]:
    return tuple(pod for pod in subject.ask(kubernetes.pods) if pod.phase == "Pending")


SIGHTS: Mapping[str, Sight] = {
    "classes": lambda subject: subject.ask(storage.classes),
    "volumes": lambda subject: subject.ask(storage.volumes),
    "claims": lambda subject: subject.ask(storage.claims),
    "holders": lambda subject: subject.ask(storage.holders),
    "provisioners": lambda subject: subject.workloads("storage"),
    "pending": _pending,
}
