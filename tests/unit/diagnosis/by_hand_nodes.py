"""Nodes, the control plane and the networks: a healthy cluster, and what each fault changes of it. Written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from diagnosis.chapters import control_plane, networking, nodes
from diagnosis.look import Unseen
from inventory import Node as Planned
from probes.access import Allowed, Identity
from probes.apiserver import ApiHealth, HttpStatus
from probes.http import Response
from probes.kubeobjects import Condition, Node, Pod, Workload
from probes.leadership import Leadership
from probes.metallb import AddressPool, Advertisement
from probes.node import ClockOffset, Interface
from probes.objects import Object
from probes.outcomes import Refused, TimedOut, Unreachable
from probes.routes import Hop, NoWay
from probes.supervised import NodeService, ServiceState
from probes.tcp import Connected

CONTROL = {"controlplane0": "10.0.1.1", "controlplane1": "10.0.1.2", "controlplane2": "10.0.1.3"}
WORKERS = {"worker0": "10.0.2.1", "worker1": "10.0.2.2"}
ADDRESSES = {**CONTROL, **WORKERS}
LAST, THIRD = "worker1", "controlplane2"
VIP, SPARE, VERSION = "10.0.3.1", "10.0.255.254", "v1.36.3"
TAINT = "node-role.kubernetes.io/control-plane=:NoSchedule"
PROGRAMS = ("containerd", "flannel", "kube-proxy", "kubelet")
LEADING = ("etcd", "keepalived", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
SILENT, REFUSED, GONE = TimedOut(3.0), Refused(), Unreachable("No route to host")
OPEN, STRANGER = Connected(), Response(401)
MTU, QUEUE, FORBIDDEN = "net.ipv4.tcp_mtu_probing", "net.core.somaxconn", "SysctlForbidden"
NO_API = Unseen("CannotObserve: cannot observe the nodes from workstation: no answer within 3.0 s")


def _ready(status: str) -> tuple[Condition, ...]:
    return (Condition("Ready", status),)


def _node(number: int, name: str) -> Node:
    leads = name in CONTROL
    return Node(
        name,
        ready=True,
        internal_addresses=(ADDRESSES[name],),
        roles=frozenset({"control-plane"} if leads else {"worker"}),
        kubelet_version=VERSION,
        pod_cidr=f"10.244.{number}.0/24",
        conditions=_ready("True"),
        taints=(TAINT,) if leads else (),
    )


def _card(*addresses: str) -> tuple[Interface, ...]:
    return (
        Interface("eth0", tuple(f"{each}/16" for each in addresses), 1500),
        Interface("lo", ("127.0.0.1/8",), 65536),
    )


def _running(*names: str) -> tuple[NodeService, ...]:
    return tuple(NodeService(each, ServiceState.RUNNING, restarts=0) for each in names)


NODES = nodes.Look(
    plan=nodes.Plan(
        nodes=tuple(
            Planned(name, "controlplane" if name in CONTROL else "worker", IPv4Address(address))
            for name, address in ADDRESSES.items()
        ),
        version=VERSION,
        vip=VIP,
        pod_network=IPv4Network("10.244.0.0/16"),
        sysctls=frozenset({MTU}),
    ),
    nodes=tuple(_node(number, name) for number, name in enumerate(ADDRESSES)),
    kubelets=dict.fromkeys(ADDRESSES, STRANGER),
    programs={
        name: _running(*PROGRAMS, *(LEADING if name in CONTROL else ())) for name in ADDRESSES
    },
    interfaces={
        **{name: _card(address) for name, address in ADDRESSES.items()},
        "controlplane0": _card("10.0.1.1", VIP),
    },
    clocks=dict.fromkeys(ADDRESSES, ClockOffset(-0.4, 0.5)),
)  # fmt: skip
READY = ApiHealth(answering=True, outcome=HttpStatus(200))
DNS = Workload("Deployment", "kube-system", "coredns", 2, 2, 2)
SPEAKERS = Workload("DaemonSet", "metallb-system", "speaker", 5, 5, 5)
METRICS = Workload("Deployment", "kube-system", "metrics-server", 1, 1, 1)
LEADER = Leadership("controlplane2_1", datetime(2026, 11, 30, 22, 44, tzinfo=UTC))
CONTROL_PLANE = control_plane.Look(
    vip=READY,
    servers=dict.fromkeys(CONTROL, READY),
    strangers=dict.fromkeys(CONTROL, STRANGER),
    members=dict.fromkeys(CONTROL, OPEN),
    leaders=dict.fromkeys(control_plane.COMPONENTS, LEADER),
    workloads=(DNS, SPEAKERS, METRICS),
)
ON_REQUEST = AddressPool("ingress-pool", ("10.0.3.2/32",), auto_assign=False)
COMMON = AddressPool("services-pool", ("10.0.3.4-10.0.3.20",))
HOPS = {
    name: {other: Hop("eth0", address) for other, address in ADDRESSES.items() if other != name}
    for name in ADDRESSES
}
NETWORKS = networking.Look(
    plan=networking.Plan(
        pools=(ON_REQUEST, COMMON),
        route=IPv4Network("10.0.3.0/27"),
        interface="eth0",
        controlplanes=frozenset(CONTROL),
        workers=frozenset(WORKERS),
    ),
    # A network of one address may be written as a range as well.
    pools=(replace(ON_REQUEST, addresses=("10.0.3.2-10.0.3.2",)), COMMON),
    advertisements=(Advertisement("l2-advertisement", ("eth0",)),),
    hops=HOPS,
    workloads=(DNS, SPEAKERS),
)


def _nodes(name: str = "", tables: Mapping[str, Mapping[str, Any]] | None = None, **fields: Any) -> Any:
    """The nodes with other fields of one of them, and some other entries of tables."""
    assert isinstance(NODES.nodes, tuple)
    known = tuple(replace(each, **fields) if each.name == name else each for each in NODES.nodes)
    changed = {table: {**getattr(NODES, table), **entries} for table, entries in (tables or {}).items()}
    return replace(NODES, nodes=known, **changed)


def _lost(name: str, kubelet: Any, **more: Mapping[str, Any]) -> Any:
    """A node that the API has not heard of for a while, and what its kubelet does."""
    tables = {"kubelets": {name: kubelet}, **more}
    return _nodes(name, tables, ready=False, conditions=_ready("Unknown"))


def _without(program: str, *hosts: str, state: ServiceState = ServiceState.STOPPED) -> Any:
    """The nodes, on some of which a program does not run."""
    assert isinstance(NODES.programs, Mapping)
    changed = {
        host: tuple(
            replace(each, state=state) if each.name == program else each for each in NODES.programs[host]
        )
        for host in hosts
    }
    return _nodes(tables={"programs": changed})


def _control(**fields: Any) -> Any:
    """The control plane with other fields, and of those that are tables with some other entries."""
    tables = {
        name: {**getattr(CONTROL_PLANE, name), **each}
        for name, each in fields.items()
        if isinstance(each, dict)
    }
    return replace(CONTROL_PLANE, **{**fields, **tables})


def _networks(**fields: Any) -> Any:
    return replace(NETWORKS, **fields)


def _no_way(to: Sequence[str], *hosts: str) -> Any:
    blocked = dict.fromkeys(to, NoWay("Invalid argument"))
    return _networks(hops={**HOPS, **{host: {**HOPS[host], **blocked} for host in hosts}})


def _silent(failure: Any) -> ApiHealth:
    return ApiHealth(answering=False, outcome=failure)


def _asking(setting: str, reason: str = "") -> Pod:
    phase = "Failed" if reason else "Running"
    return Pod("asking-1", "scratch", LAST, phase, not reason, reason=reason, sysctls=(setting,))


def _may(path: str, identity: Identity) -> Allowed:
    return Allowed(identity, path)


WORKER = Identity.of_node("worker0")
OWN = _may("/api/v1/nodes/worker0", WORKER)
OF_THE_CNI = Object("clusterroles.rbac.authorization.k8s.io", "", "system:cni:flannel", "u1", "c1")
FLUX = {"kustomize.toolkit.fluxcd.io/name": "flux-system"}
HEALTHY: Sequence[object] = (NODES, CONTROL_PLANE, NETWORKS)
HEALTHY_FACTS: Sequence[object] = (
    NODES.programs,
    [_asking(MTU), _asking(QUEUE, FORBIDDEN), Pod("plain", "scratch", LAST, "Running", ready=True)],
    [OWN, Allowed(path="/api/v1/secrets")],
    STRANGER,
    OF_THE_CNI,
)
LOOKS: Mapping[str, Sequence[object]] = {
    "announced_on_no_card": (
        _networks(advertisements=(Advertisement("l2-advertisement", ("lxc_health",)),)),
        NODES,
    ),
    "anonymous_access_allowed": (_control(strangers=dict.fromkeys(CONTROL, Response(200, body=b"ok"))),),
    "api_server_stopped": (
        _control(servers={THIRD: _silent(REFUSED)}, strangers={THIRD: REFUSED}),
        _without("kube-apiserver", THIRD),
    ),
    "api_vip_unheld": (
        _control(vip=_silent(GONE)),
        replace(_without("keepalived", *CONTROL), interfaces={}, clocks={}),
    ),
    "apiserver-ipv6-bind": (_control(servers={THIRD: _silent(REFUSED)}), NODES),
    "cilium-bad-value-crash": (NETWORKS, _without("flannel", "worker0", state=ServiceState.FAILED)),
    "cni_owned_by_gitops": (NETWORKS, NODES),
    "controller_managers_stopped": (CONTROL_PLANE, _without("kube-controller-manager", *CONTROL)),
    "controller_without_pod_routes": (_no_way(("worker0", LAST, "controlplane1"), "controlplane0"), NODES),
    "coredns_absent": (_networks(workloads=(replace(DNS, desired=0, ready=0, updated=0), SPEAKERS)), NODES),
    "etcd_member_stopped": (_control(members={THIRD: REFUSED}), _without("etcd", THIRD)),
    "every_sysctl_allowed": (NODES,),
    "extra_address_on_interface": (_nodes(tables={"interfaces": {"worker0": _card("10.0.2.1", SPARE)}}),),
    "kube_proxy_stopped": (NETWORKS, _without("kube-proxy", LAST)),
    "kubelet_of_another_version": (_nodes("worker0", kubelet_version="v1.36.2"),),
    "kubelet_open": (_nodes(tables={"kubelets": {"worker0": Response(200)}}),),
    "kubelet_paused": (_lost(LAST, OPEN),),
    "kubelet_undead": (
        replace(_without("kubelet", LAST), kubelets={**dict.fromkeys(ADDRESSES, STRANGER), LAST: REFUSED}),
    ),
    "metrics_server_absent": (
        _control(workloads=(DNS, SPEAKERS, replace(METRICS, desired=0, ready=0, updated=0))),
        NODES,
    ),
    "node-clock-off": (_nodes(tables={"clocks": {LAST: ClockOffset(600.0, 0.5)}}),),
    "node-count-mismatch": (
        replace(NODES, nodes=NODES.nodes[:-1] if isinstance(NODES.nodes, tuple) else ()),
    ),
    "node_address_changed": (
        _nodes(
            LAST,
            {"interfaces": {LAST: _card("10.0.2.2")}},
            internal_addresses=(SPARE,),
        ),
    ),
    "node_restriction_off": (CONTROL_PLANE, NODES),
    "node_role_missing": (_nodes(THIRD, roles=frozenset()),),
    "notready-counts-as-ready": (_nodes(LAST, ready=False, conditions=_ready("False")),),
    "pod_range_outside": (NETWORKS, _nodes(THIRD, pod_cidr="192.168.254.0/24")),
    "pod_route_missing": (_no_way((LAST,), "worker0"), NODES),
    "pods_closed_to_the_api": (_no_way((LAST,), *CONTROL), NODES),
    "pods_of_a_node_isolated": (NETWORKS, NODES),
    "pool_changed": (
        _networks(pools=(ON_REQUEST, replace(COMMON, addresses=("10.0.3.4-10.0.3.12",)))),
        NODES,
    ),
    "pool_outgrown": (
        _networks(
            pools=(ON_REQUEST, replace(COMMON, addresses=("10.0.3.4-10.0.3.20", "10.0.3.40-10.0.3.60")))
        ),
        NODES,
    ),
    "program_crashed": (NODES,),
    "quorum_lost": (
        _control(
            vip=_silent(HttpStatus(500)),
            servers={name: _silent(HttpStatus(500)) for name in CONTROL},
            members={"controlplane1": REFUSED, THIRD: REFUSED},
            leaders=NO_API,
            workloads=NO_API,
        ),
        replace(_without("etcd", "controlplane1", THIRD), nodes=NO_API, interfaces={}, clocks={}),
    ),
    "reserved_pools_given_away": (
        _networks(pools=(replace(ON_REQUEST, auto_assign=True), replace(COMMON, auto_assign=False))),
        NODES,
    ),
    "schedulers_stopped": (CONTROL_PLANE, _without("kube-scheduler", *CONTROL)),
    "secrets_readable_by_all": (CONTROL_PLANE, NODES),
    "speaker_absent": (_networks(workloads=(DNS, replace(SPEAKERS, desired=0, ready=0, updated=0))), NODES),
    "unsafe_sysctl_not_allowed": (NODES,),
    "vip-waits-for-cni": (
        _control(vip=_silent(SILENT), leaders={}, workloads=()),
        _nodes(LAST, ready=False, conditions=_ready("False")),
    ),
    "worker_powered_off": (_lost(LAST, SILENT, programs={LAST: ()}),),
}
"""By fault, or by a cause that no fault shows: the looks that the incidents of its chapter match on."""
FACTS: Mapping[str, Sequence[object]] = {
    "cni_owned_by_gitops": (replace(OF_THE_CNI, labels=FLUX),),
    "every_sysctl_allowed": (_asking(MTU), _asking(QUEUE)),
    "node_restriction_off": (OWN, _may("/api/v1/nodes/worker1", WORKER)),
    "pods_of_a_node_isolated": (TimedOut(5.0),),
    "program_crashed": (
        {"worker0": (*_running("kubelet"), NodeService("kube-proxy", ServiceState.RUNNING, restarts=1))},
    ),
    "secrets_readable_by_all": (_may("/api/v1/secrets", Identity.of_account("scratch", "default")),),
    "unsafe_sysctl_not_allowed": (_asking(MTU, FORBIDDEN),),
}
"""By fault: what its scenario observed, where that matters."""
OTHER_SIGNS: Mapping[str, Sequence[object]] = {
    "cilium-bad-value-crash": (
        _networks(workloads=(Workload("DaemonSet", "kube-system", "cilium", 5, 3, 5),)),
        NODES,
    ),
    "node-powered-off": (_lost(LAST, GONE),),
}
"""By cause: looks by which it is recognised as well."""
