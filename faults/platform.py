"""The platform as a whole at one moment: what known causes of failures are recognised by.

``look`` is an evidence collector (`Target` → text): it observes from outside only, as the scenarios do, gives every
observation that cannot be made a reason instead, and is bounded in time. The text is JSON and holds no secret.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from diagnosis import facts
from diagnosis.causes import FACTS
from faults import access, hosts, reach
from probes import anonymous, kubernetes, leadership, node, tcp
from probes.http import Response
from probes.kubernetes import Api
from probes.metallb import address_pools
from probes.waiting import SYSTEM
from provisioning.target import Target

HANGS = "takes connections and answers nothing"
"""What is said of a kubelet that does so."""
NAME = f"the platform{FACTS}"
"""What the evidence is called in a record."""
SECONDS = 30.0  # several processes may look at once, on few cores
FRESH = 20.0
_looking = threading.Lock()
_latest: dict[str, tuple[float, str]] = {}
_API, _ETCD, _KUBELET = 6443, 2379, 10250
_QUICK = 3.0

Words = Mapping[str, str]


def _words() -> Words:
    return {}


@dataclass(frozen=True, slots=True)
class Platform:
    """What was seen. Where a thing is missing, ``unseen`` says why.

    apis: of each controller and of "its VIP", "ready" or what came instead; anonymous: what somebody without a
        name is told there; etcd, kubelets: what a connection to the node's member and kubelet does.
    nodes: "True", "False" or "Unknown" by node, with what else the API knows of it in ``known``.
    workloads: [ready, wanted] by "Kind namespace/name".
    pools: [addresses, "auto" or "on request"] by name. announced_on: the interfaces of each L2Advertisement.
    cards, services, ways, clocks: what each node says itself: IPv4 addresses by interface, state by service, the way
        to the pods of each other node ("ok", or the kernel's refusal), and by how many seconds its clock is ahead.
    provider, parties, realm: how the identity provider and who relies on it answer, and how the provider is set up;
        waiting: which containers wait for what (`faults.access` has the words).
    leaders: by component, the host that leads.
    plan: what the inventory says of all that.
    """

    apis: Words = field(default_factory=_words)
    anonymous: Words = field(default_factory=_words)
    etcd: Words = field(default_factory=_words)
    kubelets: Words = field(default_factory=_words)
    nodes: Words = field(default_factory=_words)
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, "Mapping[str, Any]"])
    workloads: Mapping[str, list[int]] = field(default_factory=dict[str, "list[int]"])
    pools: Mapping[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    announced_on: Mapping[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    cards: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict[str, "Mapping[str, list[str]]"])
    services: Mapping[str, Words] = field(default_factory=dict[str, Words])
    ways: Mapping[str, Words] = field(default_factory=dict[str, Words])
    leaders: Words = field(default_factory=_words)
    provider: Words = field(default_factory=_words)
    parties: Mapping[str, Words] = field(default_factory=dict[str, Words])
    realm: Words = field(default_factory=_words)
    waiting: Words = field(default_factory=_words)
    clocks: Words = field(default_factory=_words)
    plan: Mapping[str, Any] = field(default_factory=dict[str, Any])
    unseen: Words = field(default_factory=_words)


def look(target: Target) -> str:
    """Look at everything at once, for ``SECONDS`` at most; return a ``Platform`` as a fact in JSON. Never raises.

    A look serves for ``FRESH`` seconds: where one scenario has failed the next ones often do at once.
    """
    with _looking:
        made, text = _latest.get(target.identity, (-FRESH, ""))
        if SYSTEM.now() - made >= FRESH:
            text = _look(target)
            _latest[target.identity] = SYSTEM.now(), text
        return text


def _look(target: Target) -> str:
    found: dict[str, Any] = {"plan": _plan(target)}
    unseen: dict[str, str] = {}
    threads = [
        threading.Thread(
            target=_try, args=(name, see, target, found, unseen), name=f"look: {name}", daemon=True
        )
        for name, see in _SIGHTS.items()
    ]
    for thread in threads:
        thread.start()
    deadline = SYSTEM.now() + SECONDS
    for thread in threads:
        thread.join(max(deadline - SYSTEM.now(), 0.0))
    late = {name: f"it took more than {SECONDS:g} s" for name in _SIGHTS if name not in {**found, **unseen}}
    seen = {key: value for key, value in dict(found).items() if key in _FIELDS}
    return json.dumps(facts.encode(Platform(**seen, unseen={**unseen, **late})))


def _try(
    name: str, see: Callable[[Target], Any], target: Target, found: dict[str, Any], unseen: dict[str, str]
) -> None:
    try:
        value = see(target)
    except Exception as error:  # noqa: BLE001 - that it could not be seen is what is known
        unseen[name] = f"{type(error).__name__}: {error}"
    else:
        found[name] = value
        if name == "of_nodes":
            found.update(value)


def _plan(target: Target) -> dict[str, Any]:
    inventory = target.inventory
    return {
        "nodes": {each.name: [each.role, str(each.address)] for each in inventory.nodes},
        "pools": {
            pool.name: [", ".join(map(str, pool.addresses)), _handed_out(pool.auto_assign)]
            for pool in inventory.pools
        },
        "version": inventory.cluster.kubernetes_version,
        "pod_network": str(inventory.cluster.pod_network),
        "route": str(inventory.routes.advertised),
        "vip": str(inventory.vips.api),
        "interface": inventory.node.interface,
        **_plan_of_access(target),
    }


def _plan_of_access(target: Target) -> dict[str, Any]:
    identity = target.inventory.identity
    if identity is None:
        return {}
    return {
        "issuer": identity.issuer,
        "code lifetime": str(round(identity.code_lifetime)),
        "administrators": {
            name: party.admin_group or "" for name, party in target.inventory.relying_parties.items()
        },
    }


def _controllers(target: Target) -> dict[str, str]:
    return {each.name: str(each.address) for each in target.inventory.controlplanes}


def _apis(target: Target) -> Words:
    places = {"its VIP": str(target.inventory.vips.api), **_controllers(target)}
    workstation = target.vantages["workstation"]
    return {
        name: str(kubernetes.api_health(workstation, target.kubeconfig, place, timeout=_QUICK).outcome)
        for name, place in places.items()
    }


def _anonymous(target: Target) -> Words:
    return {name: _stranger(target, place, _API, "/readyz") for name, place in _controllers(target).items()}


def _kubelets(target: Target) -> Words:
    return {each.name: _kubelet(target, str(each.address)) for each in target.inventory.nodes}


def _kubelet(target: Target, address: str) -> str:
    told = _stranger(target, address, _KUBELET, "/pods")
    if told.startswith("HTTP "):
        return told
    # A program that hangs keeps its port, and the kernel takes connections for it; a machine that is off does not.
    door = tcp.connect(target.vantages["workstation"], address, _KUBELET, _QUICK)
    return HANGS if isinstance(door, tcp.Connected) else str(door)


def _stranger(target: Target, address: str, port: int, path: str) -> str:
    reply = anonymous.get(target.vantages["workstation"], f"https://{address}:{port}{path}", timeout=_QUICK)
    return f"HTTP {reply.status}" if isinstance(reply, Response) else str(reply)


def _etcd(target: Target) -> Words:
    workstation = target.vantages["workstation"]
    outcomes = {
        name: tcp.connect(workstation, place, _ETCD, _QUICK) for name, place in _controllers(target).items()
    }
    return {name: "ok" if isinstance(each, tcp.Connected) else str(each) for name, each in outcomes.items()}


def _nodes(target: Target) -> Words:
    return {each.name: _ready(each) for each in kubernetes.nodes(_api(target))}


def _ready(found: kubernetes.Node) -> str:
    return next((each.status for each in found.conditions if each.type == "Ready"), "Unknown")


def _known(target: Target) -> Mapping[str, Mapping[str, Any]]:
    return {
        each.name: {
            "addresses": list(each.internal_addresses),
            "roles": sorted(each.roles),
            "taints": list(each.taints),
            "version": each.kubelet_version,
            "pods": each.pod_cidr,
        }
        for each in kubernetes.nodes(_api(target))
    }


def _workloads(target: Target) -> Mapping[str, list[int]]:
    return {
        f"{each.kind} {each.namespace}/{each.name}": [each.ready, each.desired]
        for each in kubernetes.workloads(_api(target))
    }


def _pools(target: Target) -> Mapping[str, list[str]]:
    found = address_pools(_api(target))
    return {pool.name: [", ".join(pool.addresses), _handed_out(pool.auto_assign)] for pool in found}


def _handed_out(unasked: bool) -> str:  # noqa: FBT001 - the one thing it is about
    return "auto" if unasked else "on request"


def _announced_on(target: Target) -> Mapping[str, list[str]]:
    found = _api(target).list("MetalLB's advertisements", "/apis/metallb.io/v1beta1/l2advertisements")
    return {each["metadata"]["name"]: list(each.get("spec", {}).get("interfaces") or []) for each in found}


def _leaders(target: Target) -> Words:
    found = {
        name: leadership.of(_api(target), name) for name in ("kube-scheduler", "kube-controller-manager")
    }
    return {name: str(each) for name, each in found.items() if each is not None}


def _of_nodes(target: Target) -> dict[str, Any]:
    """Ask every node itself, all at the same time."""
    probe = target.inventory.probe
    if probe is None:
        raise LookupError("the inventory has no [probe]")
    api = _api(target)
    pods = {pod.node: pod.name for pod in kubernetes.pods(api, probe.namespace, f"app={probe.daemonset}")}
    ranges = {each.name: each.pod_cidr for each in kubernetes.nodes(api)}
    seen: dict[str, dict[str, Any]] = {}

    def ask(name: str) -> None:
        # testinfra has no types
        host = node.pod_host(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            api.vantage, target.kubeconfig, probe.namespace, pods[name], timeout=SECONDS / 2
        )
        interfaces = node.interfaces(host)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        services = node.services(host, "s6")  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        cards = {each.name: list(each.ipv4) for each in interfaces if each.ipv4}
        states = {each.name: str(each.state) for each in services}
        others = {other: pods_there for other, pods_there in ranges.items() if other != name and pods_there}
        script = "; ".join(
            [*(_way_script(other, there) for other, there in others.items()), "date '+clock %s'"]
        )
        asked: str = host.run(script).stdout
        ways = dict(line.split(" ", 1) for line in asked.splitlines() if " " in line)
        clock = int(float(ways.pop("clock", str(time.time()))) - time.time())
        seen[name] = {"cards": cards, "services": states, "ways": ways, "clocks": str(clock)}

    threads = [threading.Thread(target=_quietly, args=(ask, name), daemon=True) for name in pods]
    for thread in threads:
        thread.start()
    deadline = SYSTEM.now() + SECONDS * 0.8
    for thread in threads:
        thread.join(max(deadline - SYSTEM.now(), 0.0))
    return {
        what: {name: each[what] for name, each in list(seen.items())}
        for what in ("cards", "services", "ways", "clocks")
    }


def _way_script(other: str, pods: str) -> str:
    first = f"{pods.rpartition('.')[0]}.1"
    return (
        f"echo {other} $(ip route get {first} 2>&1 | grep -q ' via ' && echo ok || ip route get {first} 2>&1)"
    )


def _quietly(ask: Callable[[str], None], name: str) -> None:
    # A node that says nothing is missing from the result, which says it all.
    with contextlib.suppress(Exception):
        ask(name)


def _api(target: Target) -> Api:
    """Return the API at its VIP or, when that is dead, at the first controller that answers."""
    workstation = target.vantages["workstation"]
    places = [None, *(hosts.address(target, each.name) for each in target.inventory.controlplanes)]
    for place in places:
        if kubernetes.api_health(workstation, target.kubeconfig, place, timeout=_QUICK).answering:
            return reach.api(target, place, timeout=_QUICK)
    return reach.api(target, timeout=_QUICK)


_SIGHTS: Mapping[str, Callable[[Target], Any]] = {
    "apis": _apis,
    "anonymous": _anonymous,
    "etcd": _etcd,
    "kubelets": _kubelets,
    "nodes": _nodes,
    "known": _known,
    "workloads": _workloads,
    "pools": _pools,
    "announced_on": _announced_on,
    "leaders": _leaders,
    "of_nodes": _of_nodes,
    "provider": access.provider,
    "parties": access.parties,
    "realm": access.realm,
    "waiting": access.waiting,
}
_FIELDS = frozenset(each.name for each in dataclasses.fields(Platform))
