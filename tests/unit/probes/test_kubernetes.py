"""Readers against a web server that answers as the Kubernetes API is documented to."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from probes import kubernetes as probe
from probes import metallb
from probes.metallb import Advertisement
from probes.outcomes import CannotObserve, Refused, TimedOut
from probes.vantage import LocalVantage, NamespaceVantage
from tests.unit.probes.servers import Talk, WebServer

NODE: dict[str, Any] = {
    "metadata": {
        "name": "controlplane0",
        "labels": {"kubernetes.io/hostname": "controlplane0", "node-role.kubernetes.io/control-plane": ""},
    },
    "spec": {
        "podCIDR": "10.244.0.0/24",
        "taints": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}],
    },
    "status": {
        "addresses": [
            {"type": "InternalIP", "address": "10.0.1.1"},
            {"type": "Hostname", "address": "controlplane0"},
        ],
        "conditions": [
            {
                "type": "Ready",
                "status": "True",
                "reason": "KubeletReady",
                "message": "kubelet is posting ready status",
                "lastHeartbeatTime": "2025-11-24T14:00:00Z",
            },
            {"type": "MemoryPressure", "status": "False", "reason": "KubeletHasSufficientMemory"},
        ],
        "nodeInfo": {"kubeletVersion": "v1.36.3"},
    },
}


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Callable[..., Path]:
    """Write a kubeconfig for a server."""

    def write(server: str, **user: str) -> Path:
        file = tmp_path / "kubeconfig"
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": server}}],
            "users": [{"name": "u", "user": user}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
        file.write_text(json.dumps(config))  # JSON is YAML
        return file

    return write


@pytest.fixture
def api(web: WebServer, kubeconfig: Callable[..., Path]) -> probe.Api:
    return probe.Api(kubeconfig(web.url, token="s3cr3t"), LocalVantage("the workstation"), timeout=5)


def collection(*items: dict[str, Any], resume: str = "") -> tuple[int, dict[str, Any]]:
    return 200, {"kind": "List", "metadata": {"continue": resume}, "items": list(items)}


def changed(item: dict[str, Any], **paths: Any) -> dict[str, Any]:
    """A copy with other values; `a__b` is the path a.b."""
    copy = json.loads(json.dumps(item))
    for path, value in paths.items():
        *folders, last = path.split("__")
        inner = copy
        for folder in folders:
            inner = inner[folder]
        inner[last] = value
    return copy


def test_reads_nodes(api: probe.Api, web: WebServer) -> None:
    worker = changed(NODE, metadata={"name": "a-worker"}, status__conditions=[], spec={"unschedulable": True})
    web.replies["/api/v1/nodes?limit=500"] = collection(NODE, worker)
    first, second = probe.nodes(api)
    assert second == probe.Node(
        name="controlplane0",
        ready=True,
        internal_addresses=("10.0.1.1",),
        roles=frozenset({"control-plane"}),
        kubelet_version="v1.36.3",
        pod_cidr="10.244.0.0/24",
        conditions=(
            probe.Condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
            probe.Condition("Ready", "True", "KubeletReady"),
        ),
        taints=("node-role.kubernetes.io/control-plane=:NoSchedule",),
    )
    assert (first.name, first.ready, str(first)) == (
        "a-worker",
        False,
        "a-worker not Ready, no condition Ready, cordoned",
    )
    assert web.asked[0][2]["authorization"] == "Bearer s3cr3t"


def test_ready_unknown_is_not_ready(api: probe.Api, web: WebServer) -> None:
    lost = {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "message": "Kubelet stopped"}
    web.replies["/api/v1/nodes?limit=500"] = collection(changed(NODE, status__conditions=[lost]))
    (node,) = probe.nodes(api)
    assert not node.ready
    assert str(node) == "controlplane0 not Ready, Ready=Unknown (NodeStatusUnknown: Kubelet stopped)"


def test_reads_all_pages(api: probe.Api, web: WebServer) -> None:
    web.replies["/api/v1/nodes?limit=500"] = collection(NODE, resume="a b")
    web.replies["/api/v1/nodes?limit=500&continue=a+b"] = collection(
        changed(NODE, metadata__name="controlplane1")
    )
    assert [node.name for node in probe.nodes(api)] == ["controlplane0", "controlplane1"]


def test_an_expired_page_is_no_short_list(api: probe.Api, web: WebServer) -> None:
    web.replies["/api/v1/nodes?limit=500"] = collection(NODE, resume="old")
    gone = {
        "kind": "Status",
        "code": 410,
        "reason": "Expired",
        "message": "The provided continue parameter is too old",
    }
    web.replies["/api/v1/nodes?limit=500&continue=old"] = (410, gone)
    with pytest.raises(CannotObserve, match="too old"):
        probe.nodes(api)


@pytest.mark.parametrize(
    ("reply", "because"),
    [
        ((200, b'{"items": [<cut>'), "truncated"),
        ((200, b'{"kind": "NodeList"}'), "no items"),
        ((200, b"<html>a proxy</html>"), "not a JSON object"),
        ((401, {"kind": "Status", "message": "Unauthorized"}), r"not authenticated \(401\): Unauthorized"),
        (
            (403, {"kind": "Status", "message": "nodes is forbidden: User x"}),
            r"forbidden \(403\): nodes is forb",
        ),
        ((404, b"404 page not found"), r"not found \(404\)"),
        ((500, {"kind": "Status", "message": "etcdserver: request timed out"}), r"error \(500\): etcdserver"),
        ((503, b"service unavailable\n"), r"error \(503\): service unavailable"),
    ],
    ids=["cut", "no list", "no API", "401", "403", "404", "500", "503"],
)
def test_no_answer_is_never_empty(
    api: probe.Api, web: WebServer, reply: tuple[int, Any], because: str
) -> None:
    web.replies["/api/v1/nodes?limit=500"] = reply
    with pytest.raises(CannotObserve, match=f"^cannot observe the nodes from the workstation: .*{because}"):
        probe.nodes(api)


def test_no_connection_is_never_empty(
    kubeconfig: Callable[..., Path], here: LocalVantage, talking: Callable[[Talk], int]
) -> None:
    with pytest.raises(CannotObserve, match="the nodes from here: connection refused"):
        probe.nodes(probe.Api(kubeconfig("http://127.0.0.1:1"), here))
    silent = talking(lambda connection: connection.recv(9999) and connection.recv(1))
    with pytest.raises(CannotObserve, match=r"no answer within 0\.3 s"):
        probe.nodes(probe.Api(kubeconfig(f"http://127.0.0.1:{silent}"), here, timeout=0.3))
    nowhere = NamespaceVantage("the VPS", "cs-probes-no-such")
    with pytest.raises(CannotObserve, match="from the VPS: no way into its namespace"):
        probe.nodes(probe.Api(kubeconfig("http://127.0.0.1:1"), nowhere))


def test_a_kubeconfig_that_is_none_cannot_observe(here: LocalVantage, tmp_path: Path) -> None:
    with pytest.raises(CannotObserve, match=r"the Kubernetes API from here: kubeconfig /.*/absent"):
        probe.Api(tmp_path / "absent", here)
    (tmp_path / "empty").write_text("a: [b")
    with pytest.raises(CannotObserve, match="kubeconfig"):
        probe.Api(tmp_path / "empty", here)


def test_the_environments_proxy_is_not_used(
    web: WebServer, kubeconfig: Callable[..., Path], here: LocalVantage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    web.replies["/api/v1/nodes?limit=500"] = collection()
    assert probe.nodes(probe.Api(kubeconfig(web.url), here)) == ()


def test_reads_pods(api: probe.Api, web: WebServer) -> None:
    pod: dict[str, Any] = {
        "metadata": {"name": "coredns-1", "namespace": "kube-system"},
        "spec": {
            "nodeName": "worker0",
            "securityContext": {"sysctls": [{"name": "net.ipv4.tcp_mtu_probing", "value": "1"}]},
        },
        "status": {
            "phase": "Running",
            "podIP": "10.244.3.2",
            "startTime": "2025-11-24T13:59:00Z",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [
                {"restartCount": 2, "state": {"running": {"startedAt": "2025-11-24T13:59:01Z"}}},
                {"restartCount": 1, "state": {"terminated": {"reason": "Completed"}}},
            ],
        },
    }
    broken = changed(
        pod,
        metadata={"name": "broken", "namespace": "kube-system", "deletionTimestamp": "2025-11-24T14:00:00Z"},
        status={
            "phase": "Pending",
            "containerStatuses": [{"restartCount": 0, "state": {"waiting": {"reason": "ImagePullBackOff"}}}],
        },
    )
    web.replies["/api/v1/namespaces/kube-system/pods?limit=500&labelSelector=app%3Ddns"] = collection(
        pod, broken
    )
    second, first = probe.pods(api, "kube-system", "app=dns")
    assert first == probe.Pod(
        name="coredns-1",
        namespace="kube-system",
        node="worker0",
        phase="Running",
        ready=True,
        restarts=3,
        ip="10.244.3.2",
        started=datetime(2025, 11, 24, 13, 59, tzinfo=UTC),
        sysctls=("net.ipv4.tcp_mtu_probing",),
    )
    assert str(first) == "kube-system/coredns-1 on worker0: Ready, restarted 3 times"
    assert (second.terminating, second.reason, second.ready) == (True, "ImagePullBackOff", False)
    assert str(second) == "kube-system/broken on worker0: Terminating (ImagePullBackOff)"


def test_reads_workloads(api: probe.Api, web: WebServer) -> None:
    metadata = {"name": "w", "namespace": "n", "generation": 3}
    counted = {"observedGeneration": 3, "readyReplicas": 2, "updatedReplicas": 2}
    daemons = {
        "observedGeneration": 3,
        "desiredNumberScheduled": 5,
        "numberReady": 4,
        "updatedNumberScheduled": 5,
    }
    deployment = {"metadata": metadata, "spec": {"replicas": 2}, "status": counted}
    base = "/apis/apps/v1/namespaces/n"
    web.replies[f"{base}/deployments?limit=500"] = collection(deployment)
    web.replies[f"{base}/daemonsets?limit=500"] = collection({"metadata": metadata, "status": daemons})
    web.replies[f"{base}/statefulsets?limit=500"] = collection()
    assert probe.workloads(api, "n") == (
        probe.Workload("DaemonSet", "n", "w", desired=5, ready=4, updated=5),
        probe.Workload("Deployment", "n", "w", desired=2, ready=2, updated=2),
    )
    assert [workload.complete for workload in probe.workloads(api, "n")] == [False, True]
    assert str(probe.workloads(api, "n")[0]) == "DaemonSet n/w: 4 of 5 ready"


def test_counts_of_an_older_specification_are_not_complete(api: probe.Api, web: WebServer) -> None:
    metadata = {"name": "w", "namespace": "n", "generation": 4}
    counted = {"observedGeneration": 3, "readyReplicas": 1, "updatedReplicas": 1}
    old = {"metadata": metadata, "spec": {"replicas": 1}, "status": counted}
    web.replies["/apis/apps/v1/namespaces/n/deployments/w"] = (200, old)
    found = probe.deployment(api, "n", "w")
    assert found is not None
    assert not found.complete
    assert str(found) == "Deployment n/w: 1 of 1 ready, of an older specification"
    assert probe.daemonset(api, "n", "absent") is None


def test_reads_services(api: probe.Api, web: WebServer) -> None:
    service = {
        "metadata": {"name": "ingress", "namespace": "n"},
        "spec": {
            "type": "LoadBalancer",
            "clusterIP": "10.96.4.4",
            "externalTrafficPolicy": "Local",
            "ports": [
                {"name": "https", "port": 443, "protocol": "TCP", "targetPort": "web", "nodePort": 30443}
            ],
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "10.0.3.2", "ipMode": "VIP"}]}},
    }
    pending = changed(service, metadata__name="pending", status={"loadBalancer": {}})
    web.replies["/api/v1/services?limit=500"] = collection(service, pending)
    first, second = probe.services(api)
    assert first == probe.Service(
        name="ingress",
        namespace="n",
        type="LoadBalancer",
        cluster_ip="10.96.4.4",
        external_addresses=("10.0.3.2",),
        external_traffic_policy="Local",
        ports=(probe.Port(443, "TCP", "https", "web", 30443),),
    )
    assert str(first) == "LoadBalancer n/ingress at 10.96.4.4, outside 10.0.3.2, ports 443/TCP"
    assert second.external_addresses == ()
    assert probe.service(api, "n", "absent") is None


def test_reads_events_in_order(api: probe.Api, web: WebServer) -> None:
    def event(reason: str, **when: Any) -> dict[str, Any]:
        about = {"kind": "Pod", "name": "p"}
        return {
            "metadata": {},
            "type": "Warning",
            "reason": reason,
            "message": "m",
            "involvedObject": about,
            **when,
        }

    web.replies["/api/v1/namespaces/n/events?limit=500"] = collection(
        event("Late", lastTimestamp="2025-11-24T14:00:02Z", count=4),
        event("New", lastTimestamp=None, eventTime="2025-11-24T14:00:01.123456Z"),
        event(
            "Again",
            eventTime="2025-11-24T13:00:00Z",
            series={"count": 7, "lastObservedTime": "2025-11-24T14:00:03Z"},
        ),
    )
    found = probe.events(api, "n")
    assert [(one.reason, one.count) for one in found] == [("New", 1), ("Late", 4), ("Again", 7)]
    assert str(found[1]) == "14:00:02 Warning Pod/p Late (x4): m"


def test_reads_metrics(api: probe.Api, web: WebServer) -> None:
    path = "/apis/metrics.k8s.io/v1beta1/nodes?limit=500"
    web.replies[path] = collection(
        {
            "metadata": {"name": "worker0"},
            "timestamp": "2025-11-24T14:00:00Z",
            "window": "10.05s",
            "usage": {"cpu": "247183091n", "memory": "1258Mi"},
        }
    )
    assert probe.node_metrics(api) == (probe.NodeMetrics("worker0", 0.247183091, 1258 * 2**20),)
    web.replies[path] = (503, b"service unavailable\n")
    with pytest.raises(CannotObserve, match="the metrics of the nodes"):
        probe.node_metrics(api)


def test_reads_leases_and_identity(api: probe.Api, web: WebServer) -> None:
    base = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
    web.replies[f"{base}/held"] = (200, {"spec": {"holderIdentity": "controlplane1_3f"}})
    web.replies[f"{base}/free"] = (200, {"spec": {"holderIdentity": ""}})
    assert probe.lease_holder(api, "kube-system", "held") == "controlplane1_3f"
    assert probe.lease_holder(api, "kube-system", "free") == ""
    assert probe.lease_holder(api, "kube-system", "absent") is None
    web.replies[f"{base}/unserved"] = (404, b"404 page not found")  # the group itself is not there
    with pytest.raises(CannotObserve):
        probe.lease_holder(api, "kube-system", "unserved")
    web.replies["/api/v1/namespaces/kube-system"] = (200, {"metadata": {"uid": "f7ed953b"}})
    assert probe.identity(api) == "f7ed953b"
    web.replies["/api/v1/namespaces/kube-system"] = (200, {"metadata": {}})
    with pytest.raises(CannotObserve, match="identity"):
        probe.identity(api)


SERVICE = probe.Service("ingress", "ingress-nginx", "LoadBalancer")
GROUP = "/apis/metallb.io/v1beta1"


def test_reads_address_pools(api: probe.Api, web: WebServer) -> None:
    web.replies[f"{GROUP}/ipaddresspools?limit=500"] = collection(
        {"metadata": {"name": "services"}, "spec": {"addresses": ["10.0.3.4-10.0.3.20"]}},
        {"metadata": {"name": "ingress"}, "spec": {"addresses": ["10.0.3.2/32"], "autoAssign": False}},
    )
    assert probe.address_pools(api) == (
        probe.AddressPool("ingress", ("10.0.3.2/32",), auto_assign=False),
        probe.AddressPool("services", ("10.0.3.4-10.0.3.20",)),
    )


def test_reads_the_ranges_of_a_pool_however_they_are_written() -> None:
    ends = frozenset({(IPv4Address("10.0.3.2"), IPv4Address("10.0.3.3"))})
    assert probe.AddressPool("a", ("10.0.3.2/31",)).ranges == ends
    assert probe.AddressPool("a", ("10.0.3.2 - 10.0.3.3",)).ranges == ends


def test_reads_advertisements(api: probe.Api, web: WebServer) -> None:
    web.replies[f"{GROUP}/l2advertisements?limit=500"] = collection(
        {"metadata": {"name": "on-cards"}, "spec": {"interfaces": ["eth0"]}},
        {"metadata": {"name": "anywhere"}},
    )
    assert metallb.advertisements(api) == (Advertisement("anywhere"), Advertisement("on-cards", ("eth0",)))


def announced(node: str, service: str, created: str) -> dict[str, Any]:
    status = {"node": node, "serviceName": service, "serviceNamespace": "ingress-nginx"}
    return {"metadata": {"name": "l2-x", "creationTimestamp": created}, "status": status}


def assigned(node: str, at: str, name: str = "ingress") -> dict[str, Any]:
    return {
        "metadata": {},
        "type": "Normal",
        "reason": "nodeAssigned",
        "message": f'announcing from node "{node}" with protocol "layer2"',
        "involvedObject": {"kind": "Service", "name": name},
        "lastTimestamp": at,
    }


def test_reads_the_announcer_from_the_status_of_metallb(api: probe.Api, web: WebServer) -> None:
    web.replies[GROUP] = (200, {"kind": "APIResourceList", "resources": [{"name": "servicel2statuses"}]})
    path = f"{GROUP}/servicel2statuses?limit=500"
    moved = announced("worker0", "ingress", "2025-11-24T14:00:00Z")
    moved["metadata"]["labels"] = {"metallb.io/node": "worker1"}  # as 0.15.2 leaves it when worker0 has died
    said = "/api/v1/namespaces/ingress-nginx/events?limit=500"
    web.replies[said] = collection()
    web.replies[path] = collection(moved)
    assert probe.l2_announcer(api, SERVICE) == "worker1"
    web.replies[said] = collection(assigned("worker2", "2025-11-24T14:00:30Z"))
    assert probe.l2_announcer(api, SERVICE) == "worker2"  # it took over while nothing could be written
    moved["metadata"]["managedFields"] = [{"time": "2025-11-24T14:00:40Z"}, {"manager": "without a time"}]
    assert probe.l2_announcer(api, SERVICE) == "worker1"
    web.replies[said] = collection()
    web.replies[path] = collection(
        announced("worker1", "ingress", "2025-11-24T14:00:09Z"),
        announced("worker0", "ingress", "2025-11-24T14:00:00Z"),
        announced("controlplane0", "other", "2025-11-24T15:00:00Z"),
        {"metadata": {"name": "l2-new"}, "status": {}},
    )
    assert probe.l2_announcer(api, SERVICE) == "worker1"
    web.replies[path] = web.replies[said] = collection()
    assert probe.l2_announcer(api, SERVICE) is None


@pytest.mark.parametrize("kind", ["ipaddresspools", "servicel2statuses"])
def test_reads_the_announcer_from_events_where_there_is_no_status(
    api: probe.Api, web: WebServer, kind: str
) -> None:
    web.replies[GROUP] = (200, {"kind": "APIResourceList", "resources": [{"name": kind}]})
    web.replies[f"{GROUP}/servicel2statuses?limit=500"] = collection()
    web.replies["/api/v1/namespaces/ingress-nginx/events?limit=500"] = collection(
        assigned("worker1", "2025-11-24T14:00:09Z"),
        assigned("worker0", "2025-11-24T14:00:00Z"),
        assigned("worker2", "2025-11-24T14:01:00Z", "other"),
    )
    assert probe.l2_announcer(api, SERVICE) == "worker1"


def test_without_metallb_the_announcer_is_unknown(api: probe.Api, web: WebServer) -> None:
    web.replies[GROUP] = (404, b"404 page not found")
    with pytest.raises(CannotObserve, match="who announces ingress-nginx/ingress"):
        probe.l2_announcer(api, SERVICE)


def test_health_is_a_value_whatever_the_api_does(
    web: WebServer, kubeconfig: Callable[..., Path], here: LocalVantage, talking: Callable[[Talk], int]
) -> None:
    file = kubeconfig(web.url)
    web.replies["/readyz"] = (200, b"ok")
    assert probe.api_health(here, file) == probe.ApiHealth(answering=True, outcome=probe.HttpStatus(200))
    web.replies["/readyz"] = (500, b"[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed")
    sick = probe.api_health(here, file)
    assert sick == probe.ApiHealth(answering=False, outcome=probe.HttpStatus(500))
    assert "[-]etcd failed" in str(sick)
    web.replies["/readyz"] = (403, {"kind": "Status", "message": "forbidden: User x"})
    assert "HTTP 403: forbidden (403): forbidden: User x" in str(probe.api_health(here, file))
    refused = probe.ApiHealth(answering=False, outcome=Refused())
    assert probe.api_health(here, file, "127.0.0.1:1") == refused
    assert str(refused) == "the API does not answer: connection refused"
    silent = talking(lambda connection: connection.recv(9999) and connection.recv(1))
    hung = probe.api_health(here, file, f"127.0.0.1:{silent}", timeout=0.3)
    assert hung == probe.ApiHealth(answering=False, outcome=TimedOut())
    with pytest.raises(CannotObserve):
        probe.api_health(NamespaceVantage("the VPS", "cs-probes-no-such"), file)


def test_an_address_has_the_apis_port_by_default(kubeconfig: Callable[..., Path], here: LocalVantage) -> None:
    file = kubeconfig("https://10.0.3.1:6443")
    assert probe.Api(file, here).server == "https://10.0.3.1:6443"
    assert probe.Api(file, here, address="10.0.1.2").server == "https://10.0.1.2:6443"
    assert probe.Api(file, here, address="10.0.1.2:8443").server == "https://10.0.1.2:8443"


def test_a_write_counts_only_when_it_comes_back(
    web: WebServer, kubeconfig: Callable[..., Path], here: LocalVantage
) -> None:
    file = kubeconfig(web.url)
    path = "/apis/coordination.k8s.io/v1/namespaces/n/leases/l?timeout=9s"

    def write() -> object:
        return probe.can_write(here, file, namespace="n", name="l")

    web.replies[path] = (200, lambda body: body)  # the Lease, as patched
    assert write() == probe.Written()
    method, _, headers, body = web.asked[-1]
    assert (method, headers["Content-Type"]) == ("PATCH", "application/merge-patch+json")
    web.replies[path] = (200, body)
    assert write() == probe.WriteRefused(200)  # somebody's earlier value
    web.replies[path] = (500, {"kind": "Status", "message": "etcdserver: request timed out"})
    refused = write()
    assert refused == probe.WriteRefused(500)
    assert str(refused) == "write refused: error (500): etcdserver: request timed out"
    web.replies[path] = (403, {"kind": "Status", "message": "leases is forbidden"})
    with pytest.raises(CannotObserve, match="can write from here: forbidden"):
        write()
    del web.replies[path]
    with pytest.raises(CannotObserve, match="not found"):
        write()
    assert probe.can_write(here, file, "127.0.0.1:1", namespace="n", name="l") == Refused()


def test_every_request_has_a_connection_of_its_own(api: probe.Api, web: WebServer) -> None:
    dialled: list[int] = []

    class Counting(LocalVantage):
        def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
            dialled.append(port)
            return LocalVantage.dial(self, host, port, timeout=timeout)

    from probes.pools import dial_from  # noqa: PLC0415

    dial_from(api.client.rest_client.pool_manager, Counting("the workstation"), reuse=False)
    web.replies["/api/v1/nodes?limit=500"] = collection()
    probe.nodes(api)
    probe.nodes(api)
    assert dialled == [web.port, web.port]
