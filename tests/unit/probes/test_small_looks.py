"""The small probes that the specification's own steps brought with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from probes import (
    access,
    address_requests,
    certificates,
    greeting,
    leadership,
    objects,
    old_news,
    planned,
    routes,
    usage,
    workload_images,
)
from probes.access import Allowed, Denied, Identity
from probes.greeting import Greeting
from probes.kubeapi import Api
from probes.objects import Changes
from probes.outcomes import CannotObserve, Malformed, Refused
from probes.routes import Hop, NoWay, Way
from probes.vantage import Completed, LocalVantage
from tests.unit.probes.servers import WebServer


@pytest.fixture
def api(web: WebServer, tmp_path: Path) -> Api:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": web.url}}],
        "users": [{"name": "u", "user": {"token": "s3cr3t"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    (tmp_path / "kubeconfig").write_text(json.dumps(config))
    return Api(tmp_path / "kubeconfig", LocalVantage("the workstation"), timeout=5)


def listed(*items: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return 200, {"kind": "List", "metadata": {}, "items": list(items)}


def forbidden(message: str) -> tuple[int, dict[str, Any]]:
    return 403, {"kind": "Status", "reason": "Forbidden", "message": message}


# --- access


def test_somebody_else_is_asked_for_without_a_change(api: Api, web: WebServer) -> None:
    path = "/api/v1/nodes/worker1?dryRun=All"
    web.replies[path] = forbidden('node "worker0" is not allowed to modify node "worker1"')
    assert access.may_annotate_node(api, Identity.of_node("worker0"), "worker1") == Denied(403)
    web.replies["/api/v1/nodes/worker0?dryRun=All"] = 200, {}
    allowed = access.may_annotate_node(api, Identity.of_node("worker0"), "worker0")
    assert isinstance(allowed, Allowed)
    assert (allowed.identity, allowed.path) == (Identity.of_node("worker0"), "/api/v1/nodes/worker0")
    method, asked, headers, _body = web.asked[0]
    headers = {key.lower(): value for key, value in headers.items()}
    assert (method, asked) == ("PATCH", path)
    assert headers["impersonate-user"] == "system:node:worker0"
    assert headers["impersonate-group"] == "system:nodes"
    assert headers["authorization"] == "Bearer s3cr3t"


def test_the_asker_itself_impersonates_nobody(api: Api, web: WebServer) -> None:
    web.replies["/api/v1/secrets?limit=1"] = listed()
    assert access.may_read_secrets(api) == Allowed()
    assert not [key for key in web.asked[0][2] if key.lower().startswith("impersonate")]


@pytest.mark.parametrize(
    "reply",
    [
        forbidden('User "viewer" cannot impersonate resource "users"'),
        (500, {"kind": "Status", "message": "etcdserver: no leader"}),
    ],
)
def test_what_is_no_answer_to_the_question_is_not_taken_for_one(
    api: Api, web: WebServer, reply: tuple[int, Any]
) -> None:
    web.replies["/api/v1/secrets?limit=1"] = reply
    with pytest.raises(CannotObserve):
        access.may_read_secrets(api, Identity.of_account("default", "default"))


# --- address requests


def test_tells_services_that_asked_from_those_that_did_not(api: Api, web: WebServer) -> None:
    def service(name: str, annotations: dict[str, str], **spec: Any) -> dict[str, Any]:
        given = {"loadBalancer": {"ingress": [{"ip": "10.0.3.2"}]}}
        metadata = {"name": name, "namespace": "ns", "annotations": annotations or None}
        return {"metadata": metadata, "spec": {"type": "LoadBalancer", **spec}, "status": given}

    web.replies["/api/v1/services?limit=500"] = listed(
        service("a", {}),
        service("b", {"metallb.io/address-pool": "ingress-pool"}),
        service("c", {"metallb.universe.tf/loadBalancerIPs": "10.0.3.2"}),
        service("d", {}, loadBalancerIP="10.0.3.2"),
        {"metadata": {"name": "e", "namespace": "ns"}, "spec": {"type": "ClusterIP"}},
    )
    found = {one.name: one.asked_for for one in address_requests.holders(api)}
    assert found == {"a": (), "b": ("ingress-pool",), "c": ("10.0.3.2",), "d": ("10.0.3.2",)}


def test_tells_services_whose_namespace_is_being_removed(api: Api, web: WebServer) -> None:
    balancer = {"type": "LoadBalancer"}
    web.replies["/api/v1/services?limit=500"] = listed(
        {"metadata": {"name": "stays", "namespace": "shop"}, "spec": balancer},
        {"metadata": {"name": "goes", "namespace": "scratch"}, "spec": balancer},
    )
    web.replies["/api/v1/namespaces?limit=500"] = listed(
        {"metadata": {"name": "shop"}},
        {"metadata": {"name": "scratch", "deletionTimestamp": "2026-01-01T00:00:00Z"}},
    )
    assert [one.name for one in address_requests.leaving(api)] == ["goes"]


# --- certificates


@pytest.fixture
def pair() -> tuple[bytes, bytes]:
    """A certificate and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sealed-secrets")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return certificate.public_bytes(serialization.Encoding.PEM), secret


def test_a_certificate_and_its_key_belong_together(pair: tuple[bytes, bytes]) -> None:
    certificate = certificates.read(pair[0], "here")
    assert (certificate.subject, certificate.key) == ("CN=sealed-secrets", "EC 256")
    assert certificates.public_key_of(pair[1], "here") == certificate.public_key


def test_the_words_about_a_bad_key_do_not_quote_it() -> None:
    with pytest.raises(CannotObserve) as caught:
        certificates.public_key_of(
            b"-----BEGIN PRIVATE KEY-----\ns3cr3t\n-----END PRIVATE KEY-----", "a file"
        )
    assert "s3cr3t" not in str(caught.value)
    with pytest.raises(CannotObserve):
        certificates.read(b"nothing", "a file")


# --- greeting


def test_only_a_greeting_is_taken_for_one(web: WebServer, here: LocalVantage) -> None:
    web.replies["/"] = 200, {"namespace": "n", "pod": "p", "node": "worker0"}
    assert greeting.ask(here, "127.0.0.1", web.port) == Greeting("n", "p", "worker0")
    web.replies["/"] = 503, {"namespace": "n", "pod": "p", "node": "worker0"}
    assert isinstance(greeting.ask(here, "127.0.0.1", web.port), Malformed)
    web.replies["/"] = 200, b"<html>it works</html>"
    assert isinstance(greeting.ask(here, "127.0.0.1", web.port), Malformed)
    assert greeting.ask(here, "127.0.0.1", 1) == Refused()


# --- leadership


def test_reads_who_leads(api: Api, web: WebServer) -> None:
    path = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler"
    assert leadership.of(api, "kube-scheduler") is None
    spec = {"holderIdentity": "controlplane1_2f", "renewTime": "2025-12-10T08:00:00.000000Z"}
    web.replies[path] = 200, {"spec": spec}
    found = leadership.of(api, "kube-scheduler")
    assert found is not None
    assert (found.host, found.renewed) == ("controlplane1", datetime(2025, 12, 10, 8, tzinfo=UTC))


# --- objects


def thing(name: str, **more: Any) -> dict[str, Any]:
    metadata = {
        "name": name,
        "namespace": "ns",
        "uid": f"uid-{name}",
        "resourceVersion": "1",
        "generation": 1,
    }
    return {"metadata": metadata, "data": {"key": "value"}, **more}


def serve(web: WebServer, *items: dict[str, Any]) -> None:
    """An API with ConfigMaps that can be listed, Events that are left out, and metrics that are computed."""
    kinds = [("configmaps", ["list"]), ("events", ["list"]), ("pods/log", ["get"]), ("bindings", ["create"])]
    groups = ("metrics.k8s.io", "metallb.io")
    web.replies |= {
        "/apis": (
            200,
            {"groups": [{"name": one, "preferredVersion": {"groupVersion": f"{one}/v1"}} for one in groups]},
        ),
        "/api/v1": (200, {"resources": [{"name": name, "verbs": verbs} for name, verbs in kinds]}),
        "/apis/metallb.io/v1": (200, {"resources": []}),
        "/api/v1/configmaps?limit=500": listed(*items),
    }


def test_tells_what_became_of_the_objects(api: Api, web: WebServer) -> None:
    serve(web, thing("same"), thing("changed"), thing("replaced"), thing("gone"))
    before = objects.everything(api)
    replaced = thing("replaced")
    replaced["metadata"]["uid"] = "another"
    same = thing("same", status={"seen": "now"})
    same["metadata"] |= {"resourceVersion": "9", "managedFields": [{"time": "now"}]}
    serve(web, same, thing("changed", data={"key": "other"}), replaced, thing("new"))
    assert objects.changes(before, objects.everything(api)) == Changes(
        created=("configmaps ns/new",),
        deleted=("configmaps ns/gone",),
        replaced=("configmaps ns/replaced",),
        changed=("configmaps ns/changed",),
    )


def test_what_runs_by_the_clock_is_left_out(api: Api, web: WebServer) -> None:
    def owned(name: str, kind: str, owner: str) -> dict[str, Any]:
        one = thing(name)
        one["metadata"]["ownerReferences"] = [{"kind": kind, "name": owner, "uid": f"uid-{owner}"}]
        return one

    pod, job = owned("pod", "Job", "job"), owned("job", "CronJob", "nightly")
    serve(web, pod, job, thing("nightly"), owned("another", "Job", "by hand"), thing("by hand"))
    assert {one.name for one in objects.everything(api).values()} == {"nightly", "another", "by hand"}


def test_an_api_without_any_object_was_not_observed(api: Api, web: WebServer) -> None:
    serve(web)
    with pytest.raises(CannotObserve, match="no object of any kind"):
        objects.everything(api)


# --- planned


def test_a_product_is_known_by_what_only_it_says(web: WebServer, here: LocalVantage) -> None:
    web.replies["/v1/traces"] = 200, {"partialSuccess": {}}
    reply = planned.send_span(here, "127.0.0.1", port=web.port)
    assert getattr(reply, "status", None) == 200
    (span,) = json.loads(web.asked[0][3])["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert len(span["traceId"]) == 32
    radarr = planned.told(200, b"<html><title>Radarr</title>", "Radarr")
    assert (radarr.status, radarr.itself) == (200, True)
    assert not planned.told(200, b"<html>404 page not found</html>", "Radarr").itself
    assert not planned.told(503, b"<title>Radarr</title>", "Radarr").itself


# --- routes


@dataclass
class Kernel:
    """A vantage point whose `ip` prints what it is told to, by its last argument."""

    said: dict[str, tuple[int, str, str]]
    name: str = "the VPS"
    asked: list[Sequence[str]] = field(default_factory=list)

    def run(self, argv: Sequence[str], **_limits: object) -> Completed:
        self.asked.append(argv)
        code, out, err = self.said[argv[-1]]
        return Completed(tuple(argv), code, out, err)

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> Any:
        raise AssertionError((host, port, timeout))


TAILNET = '[{"dst":"10.0.3.1","gateway":"100.64.0.1","dev":"tailscale0","prefsrc":"100.64.0.3","flags":[]}]'


def test_reads_the_way_and_its_mtu() -> None:
    vps = Kernel({"10.0.3.1": (0, TAILNET, ""), "tailscale0": (0, '[{"mtu":1280}]', "")})
    assert routes.way(vps, "10.0.3.1") == Way("tailscale0", "100.64.0.3", "100.64.0.1", 1280)
    own = TAILNET.replace('"flags"', '"metrics":[{"mtu":1200}],"flags"')
    assert routes.way(Kernel({"10.0.3.1": (0, own, "")}), "10.0.3.1") == Way(
        "tailscale0", "100.64.0.3", "100.64.0.1", 1200
    )


def test_no_way_is_an_answer_and_silence_is_none() -> None:
    refused = Kernel({"10.0.3.1": (2, "", "RTNETLINK answers: Network is unreachable\n")})
    assert routes.way(refused, "10.0.3.1") == NoWay("Network is unreachable")
    with pytest.raises(CannotObserve, match="ip: not found"):
        routes.way(Kernel({"10.0.3.1": (127, "", "ip: not found")}), "10.0.3.1")


@pytest.mark.parametrize(
    ("told", "hop"),
    [
        # BusyBox on a node; iproute2, which adds a line; a host of the own network; no way at all.
        ("10.244.4.1 via 10.0.2.2 dev eth0  src 10.0.2.1", Hop("eth0", "10.0.2.2")),
        ("10.244.4.1 via 10.0.2.2 dev eth0 src 10.0.2.1 uid 0\n    cache", Hop("eth0", "10.0.2.2")),
        ("10.244.4.1 dev cni0 src 10.244.4.9", Hop("cni0", None)),
        ("ip: RTNETLINK answers: Invalid argument", NoWay("Invalid argument")),
        ("RTNETLINK answers: No route to host", NoWay("No route to host")),
    ],
)
def test_reads_the_first_hops(told: str, hop: Hop | NoWay) -> None:
    folded = " ".join(told.split())
    kernel = Kernel({"10.244.4.1": (0, f"10.244.4.1 {folded}\n", "")})
    assert routes.hops(kernel, ["10.244.4.1"]) == {"10.244.4.1": hop}


def test_the_kernel_of_this_machine_tells_its_first_hops() -> None:
    found = routes.hops(LocalVantage("here"), ["127.0.0.1", "127.0.0.2"])
    assert found == {"127.0.0.1": Hop("lo", None), "127.0.0.2": Hop("lo", None)}


def test_what_is_not_asked_to_its_end_is_no_first_hop() -> None:
    with pytest.raises(CannotObserve):
        routes.hops(Kernel({"10.244.4.1": (137, "", "")}), ["10.244.4.1"])


# --- usage and images


def test_adds_up_what_a_pods_containers_use(api: Api, web: WebServer) -> None:
    containers = [{"usage": {"cpu": "1500u", "memory": "1Mi"}}, {"usage": {"cpu": "1m", "memory": "24Ki"}}]
    item = {"metadata": {"name": "greeter", "namespace": "ns"}, "containers": containers}
    web.replies["/apis/metrics.k8s.io/v1beta1/namespaces/ns/pods?limit=500"] = listed(item)
    (found,) = usage.of_pods(api, "ns")
    assert (found.cpu_cores, found.memory_bytes) == (0.0025, 2**20 + 24 * 2**10)


def test_reads_the_image_of_a_workload(api: Api, web: WebServer) -> None:
    path = "/apis/apps/v1/namespaces/ns/daemonsets/probe"
    web.replies[path] = 200, {"spec": {"template": {"spec": {"containers": [{"image": "busybox:1"}]}}}}
    assert workload_images.image_of(api, "ns", "probe") == "busybox:1"
    web.replies[path] = 200, {"spec": {}}
    with pytest.raises(CannotObserve, match="no container"):
        workload_images.image_of(api, "ns", "probe")


# --- old news


def a_pod(name: str, started: str, *, ready: bool = True) -> dict[str, Any]:
    status = {
        "conditions": [{"type": "Ready", "status": str(ready)}],
        "containerStatuses": [{"state": {"running": {"startedAt": started}}}],
    }
    return {"metadata": {"namespace": "n", "name": name}, "status": status}


def test_what_is_said_of_a_node_from_before_its_power_was_cut_is_told(api: Api, web: WebServer) -> None:
    cut = datetime(2026, 1, 1, 12, 0, 0, 500, UTC)
    lease = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/w"
    pods = "/api/v1/pods?limit=500&fieldSelector=spec.nodeName%3Dw"
    web.replies[lease] = (200, {"spec": {"holderIdentity": "w", "renewTime": "2026-01-01T11:59:59.900000Z"}})
    unready = a_pod("seen-to-be-dead", "2026-01-01T11:00:00Z", ready=False)
    web.replies[pods] = listed(a_pod("old", "2026-01-01T11:00:00Z"), unready)
    assert old_news.of(api, "w", cut) == ("w, not heard of since 12:00:00", "n/old of before 12:00:00")
    web.replies[lease] = (200, {"spec": {"holderIdentity": "w", "renewTime": "2026-01-01T12:00:09.100000Z"}})
    web.replies[pods] = listed(a_pod("old", "2026-01-01T12:00:11Z"), unready)
    assert old_news.of(api, "w", cut) == ()
    web.replies[lease] = (404, {"kind": "Status", "reason": "NotFound"})
    assert old_news.of(api, "w", cut) == ("w, not heard of since 12:00:00",)
