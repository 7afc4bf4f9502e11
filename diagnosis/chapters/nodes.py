"""The machines: what the API knows of each, what its kubelet answers, and what it says itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import TypeVar

from diagnosis.look import ON_NODE, QUICK, Sight, Subject, Unseen, seen
from inventory import Node as Planned
from probes import anonymous, kubernetes, node, tcp
from probes.http import Response
from probes.kubeobjects import Node
from probes.node import ClockOffset, Interface
from probes.outcomes import CannotObserve, NetworkFailure
from probes.supervised import NodeService
from probes.tcp import Connected
from probes.together import at_once
from probes.vantage import Vantage

READY, UNKNOWN = "True", "Unknown"
_KUBELET = 10250
T = TypeVar("T")
Kubelet = Response | Connected | NetworkFailure


@dataclass(frozen=True, slots=True)
class Plan:
    """What the inventory wants of the nodes. version: of Kubernetes; vip: the API's; sysctls: unsafe ones allowed."""

    nodes: tuple[Planned, ...]
    version: str
    vip: str
    pod_network: IPv4Network
    sysctls: frozenset[str]


@dataclass(frozen=True, slots=True)
class Look:
    """The nodes at one moment; all tables are by the node's name, and have only those that could be asked.

    nodes: as the API knows them. kubelets: the answer to a request for the pods without credentials, its body left
    out; `Connected` where a connection is taken, and nothing answered. programs: what the supervisor says.
    interfaces, clocks: what the node says itself.
    """

    plan: Plan | Unseen
    nodes: tuple[Node, ...] | Unseen
    kubelets: Mapping[str, Response | Connected | NetworkFailure] | Unseen
    programs: Mapping[str, tuple[NodeService, ...]] | Unseen
    interfaces: Mapping[str, tuple[Interface, ...]] | Unseen
    clocks: Mapping[str, ClockOffset] | Unseen

    @property
    def pairs(self) -> tuple[tuple[Planned, Node], ...]:
        """The planned nodes that the API knows, each with what it knows."""
        plan = seen(self.plan, None)
        known = {each.name: each for each in seen(self.nodes, ())}
        return tuple((each, known[each.name]) for each in plan.nodes if each.name in known) if plan else ()

    @property
    def complete(self) -> bool:
        """The API knows the planned nodes and no others."""
        plan, names = seen(self.plan, None), {each.name for each in seen(self.nodes, ())}
        return plan is not None and names == {each.name for each in plan.nodes}

    def program(self, host: str, name: str) -> NodeService | None:
        """Return a program of a node; None where it was not seen, or has none of that name."""
        return next((each for each in seen(self.programs, {}).get(host, ()) if each.name == name), None)


def ready(one: Node) -> str:
    """Return the status of a node's condition Ready; `UNKNOWN` where it has none."""
    return next((each.status for each in one.conditions if each.type == "Ready"), UNKNOWN)


def pod_range(one: Node) -> IPv4Network | None:
    """Return the addresses of a node's pods; None without a range, or where that is not of IPv4."""
    with contextlib.suppress(ValueError):
        return IPv4Network(one.pod_cidr)
    return None


def told(subject: Subject, ask: Callable[[Vantage], T]) -> Mapping[str, T]:
    """Ask every planned node itself, all at the same time; one that says nothing is left out."""

    def quietly(name: str) -> tuple[T, ...]:
        with contextlib.suppress(CannotObserve, LookupError, OSError):
            return (ask(subject.on_node(name)),)
        return ()

    answers = at_once(quietly, [each.name for each in subject.inventory.nodes])
    return {name: answer for name, found in answers.items() for answer in found}


def _plan(subject: Subject) -> Plan:
    inventory = subject.inventory
    return Plan(
        nodes=tuple(inventory.nodes),
        version=inventory.cluster.kubernetes_version,
        vip=str(inventory.vips.api),
        pod_network=inventory.cluster.pod_network,
        sysctls=frozenset(inventory.node.unsafe_sysctls),
    )


def _kubelets(subject: Subject) -> Mapping[str, Kubelet]:
    workstation = subject.vantages["workstation"]
    addresses = {each.name: str(each.address) for each in subject.inventory.nodes}

    def ask(name: str) -> Kubelet:
        place = addresses[name]
        reply = anonymous.get(workstation, f"https://{place}:{_KUBELET}/pods", timeout=QUICK)
        if isinstance(reply, Response):
            return replace(reply, body=b"", headers={})
        # A program that hangs keeps its port, and the kernel takes connections for it; a machine that is off does not.
        return tcp.connect(workstation, place, _KUBELET, QUICK)

    return at_once(ask, addresses)


def _programs(subject: Subject) -> Mapping[str, tuple[NodeService, ...]]:
    planned = {each.name: str(each.address) for each in subject.inventory.nodes}
    if subject.programs is not None:
        return {name: found for name, found in subject.programs().items() if name in planned}
    configuration = subject.inventory.credentials.get("talosconfig")
    if configuration is None:
        raise LookupError("the supervisors of the nodes cannot be asked")
    host = node.shell_host(subject.vantages["workstation"], timeout=ON_NODE)

    def ask(name: str) -> tuple[NodeService, ...]:
        with contextlib.suppress(CannotObserve):
            return node.services(host, "talos", node=planned[name], talosconfig=configuration.file)
        return ()

    return {name: found for name, found in at_once(ask, planned).items() if found}


SIGHTS: Mapping[str, Sight] = {
    "plan": _plan,
    "nodes": lambda subject: subject.ask(kubernetes.nodes),
    "kubelets": _kubelets,
    "programs": _programs,
    "interfaces": lambda subject: told(
        subject, lambda place: node.interfaces(node.shell_host(place, timeout=ON_NODE))
    ),
    "clocks": lambda subject: told(
        subject, lambda place: node.clock_offset(node.shell_host(place, timeout=ON_NODE), samples=1)
    ),
}
