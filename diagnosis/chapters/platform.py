"""What the platform itself is built from: where nodes ask for images, the registry, and the jobs of backups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from diagnosis.look import ON_NODE, Sight, Subject, Unseen
from probes import backups, kubernetes, mirrors
from probes.backups import Runs
from probes.kubeobjects import Pod, Workload
from probes.mirrors import Mirror
from probes.outcomes import CannotObserve
from probes.together import at_once

_STORES = ("etcd", "vault")


@dataclass(frozen=True, slots=True)
class Look:
    """The platform's services at one moment. at: when, in UTC.

    mirrored: the registries that the inventory wants mirrored. mirrors: what each node has, by the node's name.
    registry: the workloads of the inventory's service "registry". jobs: the CronJobs that take snapshots, by the store
    ("etcd", "vault"); None where there is no such job. pods: of all namespaces, those that are not ready first.
    """

    mirrored: tuple[str, ...] | Unseen
    mirrors: Mapping[str, tuple[Mirror, ...] | Unseen] | Unseen
    registry: tuple[Workload, ...] | Unseen
    pods: tuple[Pod, ...] | Unseen
    jobs: Mapping[str, Runs | None] | Unseen
    at: datetime | Unseen


def _mirrored(subject: Subject) -> tuple[str, ...]:
    if subject.inventory.registry is None:
        raise LookupError("the inventory has no [registry]")
    return subject.inventory.registry.mirrored


def _mirrors(subject: Subject) -> Mapping[str, tuple[Mirror, ...] | Unseen]:
    def ask(node: str) -> tuple[Mirror, ...] | Unseen:
        try:
            return mirrors.mirrors(subject.on_node(node), timeout=ON_NODE)
        except (CannotObserve, LookupError) as error:  # a node that is off hides none of the others
            return Unseen(str(error))

    return at_once(ask, [each.name for each in subject.inventory.nodes])


def _pods(subject: Subject) -> tuple[Pod, ...]:
    return tuple(sorted(subject.ask(kubernetes.pods), key=lambda pod: (pod.ready, pod.namespace, pod.name)))


def _jobs(subject: Subject) -> Mapping[str, Runs | None]:
    wanted = subject.inventory.backups
    return at_once(lambda store: backups.runs(subject.api(), *wanted.job(store)), _STORES)


SIGHTS: Mapping[str, Sight] = {
    "mirrored": _mirrored,
    "mirrors": _mirrors,
    "registry": lambda subject: subject.workloads("registry"),
    "pods": _pods,
    "jobs": _jobs,
    "at": lambda _: datetime.now(tz=UTC),
}
