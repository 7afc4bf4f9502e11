"""Each cause is told by its own observation, and by no other's; a well platform tells none."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import pytest

from diagnosis import facts
from diagnosis.causes import Naming
from diagnosis.scenario import Name
from faults import incidents, platform
from faults.fault import relation
from faults.incidents import Evidence
from faults.platform import HANGS, Platform
from reports.model import Attachment, Observation, Scenario, Step, Verdict
from tests.unit.faults import cases_of_access

CONTROLLERS = ("controlplane0", "controlplane1", "controlplane2")
WORKERS = ("worker0", "worker1")
NODES = (*CONTROLLERS, *WORKERS)
ADDRESSES = dict(zip(NODES, ("10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.2.1", "10.0.2.2"), strict=True))
PROGRAMS = ("containerd", "flannel", "kube-proxy", "kubelet")
CONTROL = ("etcd", "keepalived", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
POOLS = {"ingress-pool": ["10.0.3.2/32", "on request"], "services-pool": ["10.0.3.4-10.0.3.20", "auto"]}
WELL = Platform(
    apis={"its VIP": "ready", **dict.fromkeys(CONTROLLERS, "ready")},
    anonymous=dict.fromkeys(CONTROLLERS, "HTTP 401"),
    etcd=dict.fromkeys(CONTROLLERS, "ok"),
    kubelets=dict.fromkeys(NODES, "HTTP 401"),
    nodes=dict.fromkeys(NODES, "True"),
    known={
        name: {
            "addresses": [address],
            "roles": ["control-plane" if name in CONTROLLERS else "worker"],
            "taints": ["node-role.kubernetes.io/control-plane=:NoSchedule"] if name in CONTROLLERS else [],
            "version": "v1.36.3",
            "pods": f"10.244.{number}.0/24",
        }
        for number, (name, address) in enumerate(ADDRESSES.items())
    },
    workloads={
        "DaemonSet metallb-system/speaker": [5, 5],
        "Deployment kube-system/coredns": [2, 2],
        "Deployment kube-system/metrics-server": [1, 1],
    },
    pools=POOLS,
    announced_on={"l2-advertisement": ["eth0"]},
    cards={name: {"eth0": [address], "lo": ["127.0.0.1"]} for name, address in ADDRESSES.items()}
    | {"controlplane0": {"eth0": ["10.0.1.1", "10.0.3.1"]}},
    services={
        name: dict.fromkeys((*PROGRAMS, *(CONTROL if name in CONTROLLERS else ())), "running")
        for name in NODES
    },
    ways={name: {other: "ok" for other in NODES if other != name} for name in NODES},
    leaders={"kube-scheduler": "controlplane2_1, renewed 14:26:40"},
    plan={
        "nodes": {
            name: ["controlplane" if name in CONTROLLERS else "worker", address]
            for name, address in ADDRESSES.items()
        },
        "pools": POOLS,
        "version": "v1.36.3",
        "pod_network": "10.244.0.0/16",
        "route": "10.0.3.0/27",
        "vip": "10.0.3.1",
        "interface": "eth0",
        **cases_of_access.PLAN,
    },
    **cases_of_access.WELL,
)
KNOWN = {each.slug: each for each in incidents.not_yet_converted()}
UNNAMED = Name("", "")
TOLD = {
    slug
    for slug, incident in KNOWN.items()
    # What only a repository tells, the fixtures of the rules prove: each of them is a word about one scenario.
    if incident.told_by is not incidents.never and "contradicted" not in incident.told_by.__qualname__
}


def changed(**fields: Any) -> Platform:
    """The well platform with some entries of some tables changed; None takes an entry away."""
    tables: dict[str, Any] = {}
    for field, entries in fields.items():
        table = {**getattr(WELL, field), **entries} if isinstance(entries, Mapping) else entries
        if isinstance(table, Mapping):
            table = {key: value for key, value in table.items() if value is not None}
        tables[field] = table
    return dataclasses.replace(WELL, **tables)


def without(program: str, *hosts: str, state: str = "stopped") -> dict[str, dict[str, str]]:
    return {host: {**WELL.services[host], program: state} for host in hosts}


def node(name: str, **fields: Any) -> dict[str, Any]:
    return {name: {**WELL.known[name], **fields}}


SILENT = "no answer within 3.0 s"
REFUSED = "connection refused"
NO_WAY = "RTNETLINK answers: No route to host"
CASES: dict[str, tuple[Platform, str]] = {
    "address-pool-drift": (changed(pools={"services-pool": ["10.0.3.4-10.0.3.12", "auto"]}), ""),
    "announcement-stopped": (changed(workloads={"DaemonSet metallb-system/speaker": [0, 0]}), ""),
    "anonymous-api": (changed(anonymous={"controlplane1": "HTTP 200"}), ""),
    "anonymous-kubelet": (changed(kubelets={"worker0": "HTTP 200"}), ""),
    "api-vip-unheld": (changed(apis={"its VIP": "unreachable: No route to host"}), ""),
    "apiserver-down": (
        changed(apis={"controlplane2": REFUSED}, services=without("kube-apiserver", "controlplane2")),
        "",
    ),
    "apiserver-ipv6-bind": (changed(apis={"controlplane2": REFUSED}), ""),
    "apiserver-to-pod-blocked": (
        changed(ways={name: {**WELL.ways[name], "worker1": NO_WAY} for name in CONTROLLERS}),
        "",
    ),
    "cilium-bad-value-crash": (changed(services=without("flannel", "worker0", state="failed")), ""),
    "coredns-down": (changed(workloads={"Deployment kube-system/coredns": [0, 0]}), ""),
    "etcd-member-down": (changed(etcd={"controlplane2": REFUSED}), ""),
    "etcd-quorum-lost": (changed(etcd={"controlplane1": REFUSED, "controlplane2": SILENT}), ""),
    "every-sysctl-allowed": (
        WELL,
        "expected: pods with net.core.somaxconn Failed by SysctlForbidden on every node",
    ),
    "flux-manages-cni": (
        WELL,
        "{'clusterroles system:cni:flannel': ['kustomize.toolkit.fluxcd.io/name']} == {}",
    ),
    "kubelet-hangs": (changed(nodes={"worker1": "Unknown"}, kubelets={"worker1": HANGS}), ""),
    "kubelet-version-skew": (changed(known=node("worker0", version="v1.36.2")), ""),
    "kubeproxy-replacement-off": (changed(services=without("kube-proxy", "worker1")), ""),
    "leaderless-controller-manager": (changed(services=without("kube-controller-manager", *CONTROLLERS)), ""),
    "leaderless-scheduler": (changed(services=without("kube-scheduler", *CONTROLLERS)), ""),
    "metallb-announces-lxc": (changed(announced_on={"l2-advertisement": ["lxc_health"]}), ""),
    "metrics-api-down": (changed(workloads={"Deployment kube-system/metrics-server": [0, 1]}), ""),
    "node-count-mismatch": (changed(nodes={"worker1": None}), ""),
    "node-powered-off": (changed(nodes={"worker1": "Unknown"}, kubelets={"worker1": SILENT}), ""),
    "node-restriction-off": (
        WELL,
        "what system:node:worker0 may annotate: {worker0: allowed, worker1: allowed}",
    ),
    "node-role-missing": (changed(known=node("controlplane2", roles=[])), ""),
    "notready-counts-as-ready": (changed(nodes={"worker1": "False"}), ""),
    "pod-range-outside": (changed(known=node("controlplane2", pods="192.168.254.0/24")), ""),
    "pod-route-missing": (changed(ways={"worker0": {**WELL.ways["worker0"], "worker1": NO_WAY}}), ""),
    "pods-filtered": (WELL, "assert [no answer within 5.0 s] == [greeting]"),
    "pool-outside-route": (
        changed(pools={"services-pool": ["10.0.3.4-10.0.3.20, 10.0.3.40-10.0.3.60", "auto"]}),
        "",
    ),
    "program-crashed": (WELL, "restarts=1: no service was to be restarted"),
    "reserved-pool-open": (changed(pools={"ingress-pool": ["10.0.3.2/32", "auto"]}), ""),
    "secrets-readable-by-all": (WELL, "the answer to an account without rights: allowed"),
    "static-ip-lost": (changed(known=node("worker1", addresses=["10.0.255.254"])), ""),
    "unsafe-sysctl-not-allowed": (
        WELL,
        "expected: a ready pod with net.ipv4.tcp_mtu_probing on every node\nnow: Failed, not Ready (SysctlForbidden)",
    ),
    "vip-waits-for-cni": (dataclasses.replace(changed(apis={"its VIP": SILENT}), workloads={}), ""),
    "worker-dual-ip": (changed(cards={"worker0": {"eth0": ["10.0.2.1", "10.0.255.254"]}}), ""),
    "zombie-kubelet": (changed(kubelets={"worker1": REFUSED}), ""),
    **{slug: (changed(**tables), said) for slug, (tables, said) in cases_of_access.CASES.items()},
}
ALIKE = {
    ("api-vip-unheld", "vip-waits-for-cni"),
    ("notready-counts-as-ready", "kubelet-hangs"),
    ("pod-route-missing", "apiserver-to-pod-blocked"),
}
"""(a cause, a case of another) where the first is true of the second as well: it is the more general one."""


def test_every_cause_that_can_be_told_has_a_case() -> None:
    assert set(CASES) == TOLD


@pytest.mark.parametrize("slug", CASES)
def test_a_cause_is_told_by_its_own_observation_and_no_other(slug: str) -> None:
    seen, said = CASES[slug]
    told = {each for each in TOLD if KNOWN[each].told_by(Evidence(UNNAMED, said, seen))}
    assert told - {general for general, case in ALIKE if case == slug} == {slug}


def test_a_well_platform_tells_nothing() -> None:
    assert [slug for slug in TOLD if KNOWN[slug].told_by(Evidence(UNNAMED, "assert 1 == 2", WELL))] == []


def test_a_platform_that_nobody_saw_tells_nothing() -> None:
    assert [slug for slug in TOLD if KNOWN[slug].told_by(Evidence(UNNAMED, "", Platform()))] == []


def test_a_look_survives_the_record() -> None:
    assert facts.decode(json.loads(json.dumps(facts.encode(WELL)))) == WELL


def scenario(
    name: str, verdict: Verdict, *, look: Platform | None = None, feature: str = "networking/cni"
) -> Scenario:
    kept = [Attachment(platform.NAME, text=json.dumps(facts.encode(look)))] if look else []
    step = Step(
        "Then", "it works", verdict, error="assert False", observations=(Observation("what", "was seen"),)
    )
    return Scenario(
        id=name,
        feature="a feature",
        name=name,
        verdict=verdict,
        reason="it does not work",
        feature_file=f"features/{feature}.feature",
        steps=(step,),
        attachments=tuple(kept),
    )


BY_NAME = "pod-to-service[its name]"
NO_DNS = CASES["coredns-down"][0]


def test_the_causes_of_a_red_scenario_are_those_that_explain_it() -> None:
    naming = Naming(relation())
    assert naming.causes(scenario(BY_NAME, Verdict.FAIL, look=NO_DNS)) == ("coredns-down",)
    assert naming.causes(scenario("It is hot", Verdict.FAIL, look=NO_DNS)) == ()


def test_what_is_green_has_no_cause() -> None:
    assert Naming(relation()).causes(scenario(BY_NAME, Verdict.PASS, look=NO_DNS)) == ()


def test_without_a_look_of_its_own_the_last_one_counts() -> None:
    naming = Naming(relation())
    naming.causes(scenario("first", Verdict.UNKNOWN, look=NO_DNS))
    assert naming.causes(scenario(BY_NAME, Verdict.UNKNOWN)) == ("coredns-down",)
