"""Nodes, pods, workloads and services. See `probes.kubernetes`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts

if TYPE_CHECKING:
    from probes.kubeapi import Api

_ROLE = "node-role.kubernetes.io/"
_PLURAL = {"Deployment": "deployments", "DaemonSet": "daemonsets", "StatefulSet": "statefulsets"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of an object; status is "True", "False" or "Unknown". The message is not compared."""

    type: str
    status: str
    reason: str = ""
    message: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        why = ": ".join(part for part in (self.reason, self.message) if part)
        return f"{self.type}={self.status}" + (f" ({why})" if why else "")


@dataclass(frozen=True, slots=True)
class Node:
    """A node as the API holds it.

    ready: the condition Ready has the status "True"; `reason` is that condition in words.
    internal_addresses: in the API's order. roles: the names behind `node-role.kubernetes.io/`.
    taints: as "KEY=VALUE:EFFECT", sorted. schedulable: not cordoned.
    """

    name: str
    ready: bool
    reason: str = field(default="", compare=False)
    internal_addresses: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    kubelet_version: str = ""
    pod_cidr: str = ""
    conditions: tuple[Condition, ...] = ()
    taints: tuple[str, ...] = ()
    schedulable: bool = True

    def __str__(self) -> str:
        """Read as a phrase."""
        state = "Ready" if self.ready else f"not Ready, {self.reason}"
        return f"{self.name} {state}" + ("" if self.schedulable else ", cordoned")


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod. ready: its condition Ready is "True". reason: why a container waits or ended, if one does.

    sysctls: the kernel settings that it asks for, by name, sorted.
    """

    name: str
    namespace: str
    node: str
    phase: str
    ready: bool
    restarts: int = 0
    ip: str = ""
    started: datetime | None = None
    reason: str = ""
    terminating: bool = False
    sysctls: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Read as a phrase."""
        state = "Terminating" if self.terminating else "Ready" if self.ready else f"{self.phase}, not Ready"
        why = f" ({self.reason})" if self.reason else ""
        again = f", restarted {self.restarts} times" if self.restarts else ""
        return f"{self.namespace}/{self.name} on {self.node or 'no node'}: {state}{why}{again}"


@dataclass(frozen=True, slots=True)
class Workload:
    """A Deployment, DaemonSet or StatefulSet, counted in pods.

    current: its controller has seen the latest specification; until then the counts speak of the one before.
    """

    kind: str
    namespace: str
    name: str
    desired: int
    ready: int
    updated: int
    current: bool = True

    @property
    def complete(self) -> bool:
        """Every wanted pod is there, of the latest specification, and ready; also when none is wanted."""
        return self.current and self.desired == self.ready == self.updated

    def __str__(self) -> str:
        """Read as a phrase."""
        old = "" if self.current else ", of an older specification"
        updated = "" if self.updated == self.desired else f", {self.updated} up to date"
        return f"{self.kind} {self.namespace}/{self.name}: {self.ready} of {self.desired} ready{updated}{old}"


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a service; node_port is 0 where there is none."""

    port: int
    protocol: str = "TCP"
    name: str = ""
    target: str = ""
    node_port: int = 0

    def __str__(self) -> str:
        """Read as kubectl prints it."""
        return f"{self.port}/{self.protocol}"


@dataclass(frozen=True, slots=True)
class Service:
    """A service. external_addresses: what a load balancer gave it (addresses or host names), sorted."""

    name: str
    namespace: str
    type: str
    cluster_ip: str = ""
    external_addresses: tuple[str, ...] = ()
    external_traffic_policy: str = ""
    ports: tuple[Port, ...] = ()

    def __str__(self) -> str:
        """Read as a phrase."""
        outside = f", outside {', '.join(self.external_addresses)}" if self.external_addresses else ""
        ports = ", ".join(str(port) for port in self.ports)
        return (
            f"{self.type} {self.namespace}/{self.name} at {self.cluster_ip}{outside}, ports {ports or 'none'}"
        )


def nodes(api: Api) -> tuple[Node, ...]:
    """Return all nodes, sorted by name."""
    return tuple(sorted(map(_node, api.list("the nodes", "/api/v1/nodes")), key=lambda node: node.name))


def pods(api: Api, namespace: str = "", selector: str = "") -> tuple[Pod, ...]:
    """Return the pods of a namespace ("": of all), sorted; `selector` is a label selector."""
    what = f"the pods of {namespace or 'all namespaces'}" + (f" with {selector}" if selector else "")
    items = api.list(what, _path("/api/v1", namespace, "pods"), labelSelector=selector)
    return tuple(sorted(map(_pod, items), key=lambda pod: (pod.namespace, pod.name)))


def services(api: Api, namespace: str = "") -> tuple[Service, ...]:
    """Return the services of a namespace ("": of all), sorted."""
    items = api.list(
        f"the services of {namespace or 'all namespaces'}", _path("/api/v1", namespace, "services")
    )
    return tuple(sorted(map(_service, items), key=lambda one: (one.namespace, one.name)))


def service(api: Api, namespace: str, name: str) -> Service | None:
    """Return one service; None if it does not exist."""
    path = f"{_path('/api/v1', namespace, 'services')}/{name}"
    found = api.get(f"service {namespace}/{name}", path, optional=True)
    return None if found is None else _service(found)


def workloads(api: Api, namespace: str = "") -> tuple[Workload, ...]:
    """Return the Deployments, DaemonSets and StatefulSets of a namespace ("": of all), sorted."""
    where = namespace or "all namespaces"
    found = [
        _workload(kind, item)
        for kind, plural in _PLURAL.items()
        for item in api.list(f"the {plural} of {where}", _path("/apis/apps/v1", namespace, plural))
    ]
    return tuple(sorted(found, key=lambda one: (one.namespace, one.kind, one.name)))


def daemonset(api: Api, namespace: str, name: str) -> Workload | None:
    """Return one DaemonSet; None if it does not exist."""
    return _one_workload(api, "DaemonSet", namespace, name)


def deployment(api: Api, namespace: str, name: str) -> Workload | None:
    """Return one Deployment; None if it does not exist."""
    return _one_workload(api, "Deployment", namespace, name)


def statefulset(api: Api, namespace: str, name: str) -> Workload | None:
    """Return one StatefulSet; None if it does not exist."""
    return _one_workload(api, "StatefulSet", namespace, name)


def _one_workload(api: Api, kind: str, namespace: str, name: str) -> Workload | None:
    path = f"{_path('/apis/apps/v1', namespace, _PLURAL[kind])}/{name}"
    found = api.get(f"{kind} {namespace}/{name}", path, optional=True)
    return None if found is None else _workload(kind, found)


def _path(group: str, namespace: str, plural: str) -> str:
    return f"{group}/namespaces/{namespace}/{plural}" if namespace else f"{group}/{plural}"


def _conditions(item: JsonObject) -> tuple[Condition, ...]:
    return tuple(
        Condition(one["type"], one["status"], one.get("reason") or "", one.get("message") or "")
        for one in sorted(parts(item, "status", "conditions"), key=lambda one: str(one["type"]))
    )


def _node(item: JsonObject) -> Node:
    spec, conditions = part(item, "spec"), _conditions(item)
    ready = next((one for one in conditions if one.type == "Ready"), None)
    return Node(
        name=item["metadata"]["name"],
        ready=ready is not None and ready.status == "True",
        reason="no condition Ready" if ready is None else str(ready),
        internal_addresses=tuple(
            one["address"] for one in parts(item, "status", "addresses") if one["type"] == "InternalIP"
        ),
        roles=frozenset(
            key.removeprefix(_ROLE) for key in part(item, "metadata", "labels") if key.startswith(_ROLE)
        ),
        kubelet_version=part(item, "status", "nodeInfo").get("kubeletVersion", ""),
        pod_cidr=spec.get("podCIDR", ""),
        conditions=conditions,
        taints=tuple(
            sorted(f"{one['key']}={one.get('value', '')}:{one['effect']}" for one in parts(spec, "taints"))
        ),
        schedulable=not spec.get("unschedulable"),
    )


def _pod(item: JsonObject) -> Pod:
    metadata, status = part(item, "metadata"), part(item, "status")
    containers = parts(status, "containerStatuses")
    stuck = {
        str(reason)
        for one in containers
        for state in part(one, "state").values()
        if (reason := state.get("reason")) and reason != "Completed"
    }
    started = status.get("startTime")
    return Pod(
        name=metadata["name"],
        namespace=metadata.get("namespace", ""),
        node=part(item, "spec").get("nodeName", ""),
        phase=status.get("phase", "Unknown"),
        ready=any(one.type == "Ready" and one.status == "True" for one in _conditions(item)),
        restarts=sum(one.get("restartCount", 0) for one in containers),
        ip=status.get("podIP", ""),
        started=datetime.fromisoformat(started) if started else None,
        reason=", ".join(sorted(stuck)) or status.get("reason", ""),
        terminating="deletionTimestamp" in metadata,
        sysctls=tuple(sorted(one["name"] for one in parts(item, "spec", "securityContext", "sysctls"))),
    )


def _workload(kind: str, item: JsonObject) -> Workload:
    metadata, status = part(item, "metadata"), part(item, "status")
    if kind == "DaemonSet":
        desired = status.get("desiredNumberScheduled", 0)
        ready, updated = status.get("numberReady", 0), status.get("updatedNumberScheduled", 0)
    else:
        desired = part(item, "spec").get("replicas", 1)
        ready, updated = status.get("readyReplicas", 0), status.get("updatedReplicas", 0)
    current = status.get("observedGeneration", 0) >= metadata.get("generation", 0)
    return Workload(kind, metadata.get("namespace", ""), metadata["name"], desired, ready, updated, current)


def _service(item: JsonObject) -> Service:
    metadata, spec = part(item, "metadata"), part(item, "spec")
    ingress = parts(item, "status", "loadBalancer", "ingress")
    return Service(
        name=metadata["name"],
        namespace=metadata.get("namespace", ""),
        type=spec.get("type", ""),
        cluster_ip=spec.get("clusterIP", ""),
        external_addresses=tuple(sorted(one.get("ip") or one.get("hostname", "") for one in ingress)),
        external_traffic_policy=spec.get("externalTrafficPolicy", ""),
        ports=tuple(map(_port, parts(spec, "ports"))),
    )


def _port(item: JsonObject) -> Port:
    return Port(
        port=item["port"],
        protocol=item.get("protocol", "TCP"),
        name=item.get("name", ""),
        target=str(item.get("targetPort", "")),
        node_port=item.get("nodePort", 0),
    )
