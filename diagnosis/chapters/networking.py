"""The cluster's networks: ways between the nodes' pods, the CNI, MetalLB's pools and announcements, cluster DNS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from diagnosis.chapters.nodes import pod_range, told
from diagnosis.look import ON_NODE, Sight, Subject, Unseen
from probes import kubernetes, metallb, routes
from probes.kubeobjects import Workload
from probes.metallb import AddressPool, Advertisement
from probes.routes import Hop, NoWay

SPEAKER = "speaker"
DNS = frozenset({"coredns", "kube-dns"})
CNI = frozenset({"calico", "calico-node", "cilium", "flannel", "kube-flannel", "kube-flannel-ds"})
"""What the agents of a CNI are called, as workloads or as programs of a node."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the inventory wants of the networks. route: what is advertised on the tailnet; interface: of the nodes."""

    pools: tuple[AddressPool, ...]
    route: IPv4Network
    interface: str
    controlplanes: frozenset[str]
    workers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Look:
    """The networks at one moment.

    pools, advertisements: MetalLB's. hops: the first hop from each node to the pods of each other one, by both names;
    a node that says nothing is missing. workloads: the CNI's, MetalLB's speakers and the cluster's DNS.
    """

    plan: Plan | Unseen
    pools: tuple[AddressPool, ...] | Unseen
    advertisements: tuple[Advertisement, ...] | Unseen
    hops: Mapping[str, Mapping[str, Hop | NoWay]] | Unseen
    workloads: tuple[Workload, ...] | Unseen


def _plan(subject: Subject) -> Plan:
    inventory = subject.inventory
    return Plan(
        pools=tuple(
            AddressPool(each.name, tuple(map(str, each.addresses)), each.auto_assign)
            for each in inventory.pools
        ),
        route=inventory.routes.advertised,
        interface=inventory.node.interface,
        controlplanes=frozenset(each.name for each in inventory.controlplanes),
        workers=frozenset(each.name for each in inventory.workers),
    )


def _hops(subject: Subject) -> Mapping[str, Mapping[str, Hop | NoWay]]:
    ranges = {each.name: pod_range(each) for each in subject.ask(kubernetes.nodes)}
    names = {str(one[1]): name for name, one in ranges.items() if one}
    hops = told(subject, lambda place: routes.hops(place, names, timeout=ON_NODE))
    return {
        name: {names[address]: hop for address, hop in each.items() if names[address] != name}
        for name, each in hops.items()
    }


SIGHTS: Mapping[str, Sight] = {
    "plan": _plan,
    "pools": lambda subject: subject.ask(metallb.address_pools),
    "advertisements": lambda subject: subject.ask(metallb.advertisements),
    "hops": _hops,
    "workloads": lambda subject: subject.workloads_called(SPEAKER, *DNS, *CNI),
}
