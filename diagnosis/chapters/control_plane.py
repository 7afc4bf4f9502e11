"""The control plane: the API at its VIP and on each control-plane node, etcd, the leaders, and who is let in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from diagnosis.look import QUICK, Sight, Subject, Unseen
from probes import anonymous, kubernetes, leadership, tcp
from probes.apiserver import ApiHealth
from probes.http import Response
from probes.kubeobjects import Workload
from probes.leadership import Leadership
from probes.outcomes import NetworkFailure
from probes.tcp import Connected
from probes.together import at_once

COMPONENTS = ("kube-scheduler", "kube-controller-manager")
_API, _ETCD = 6443, 2379
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """The control plane at one moment; tables are by the name of the control-plane node.

    vip, servers: the health of the API at its VIP and at each node. strangers: what a request without credentials for
    the health is answered there. members: connections to etcd. leaders: who leads, by component.
    workloads: of all namespaces.
    """

    vip: ApiHealth | Unseen
    servers: Mapping[str, ApiHealth] | Unseen
    strangers: Mapping[str, Response | NetworkFailure] | Unseen
    members: Mapping[str, Connected | NetworkFailure] | Unseen
    leaders: Mapping[str, Leadership | None] | Unseen
    workloads: tuple[Workload, ...] | Unseen

    @property
    def answers(self) -> bool:
        """The API is ready at its VIP."""
        return isinstance(self.vip, ApiHealth) and self.vip.answering

    @property
    def silent(self) -> bool:
        """The API was asked at its VIP, and is not ready there."""
        return isinstance(self.vip, ApiHealth) and not self.vip.answering


def _health(subject: Subject, place: str) -> ApiHealth:
    return kubernetes.api_health(
        subject.vantages["workstation"], subject.kubeconfig, place, timeout=QUICK
    )  # fmt: skip


def _each(subject: Subject, ask: Callable[[str], T]) -> Mapping[str, T]:
    """Ask every control-plane node at its address, all at the same time."""
    addresses = {each.name: str(each.address) for each in subject.inventory.controlplanes}
    return at_once(lambda name: ask(addresses[name]), addresses)


def _strangers(subject: Subject) -> Mapping[str, Response | NetworkFailure]:
    workstation = subject.vantages["workstation"]
    return _each(
        subject,
        lambda place: anonymous.get(workstation, f"https://{place}:{_API}/readyz", timeout=QUICK),
    )


def _members(subject: Subject) -> Mapping[str, Connected | NetworkFailure]:
    workstation = subject.vantages["workstation"]
    return _each(subject, lambda place: tcp.connect(workstation, place, _ETCD, QUICK))


def _leaders(subject: Subject) -> Mapping[str, Leadership | None]:
    return {name: leadership.of(subject.api(), name) for name in COMPONENTS}


SIGHTS: Mapping[str, Sight] = {
    "vip": lambda subject: _health(subject, str(subject.inventory.vips.api)),
    "servers": lambda subject: _each(subject, lambda place: _health(subject, place)),
    "strangers": _strangers,
    "members": _members,
    "leaders": _leaders,
    "workloads": lambda subject: subject.ask(kubernetes.workloads),
}
