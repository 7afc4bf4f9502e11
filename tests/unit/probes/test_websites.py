"""What websites show and who asked for their certificates: on loopback servers, and on an API's documented answers."""

from __future__ import annotations

import json
import socket
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from probes import cert_manager, certificates, http, ingresses, storage, testssl, tls
from probes.cert_manager import Issuer, Solver, Underway, Wanted
from probes.ingresses import Ingress, IngressClass
from probes.kubeapi import Api
from probes.outcomes import CannotObserve
from probes.pinned import Pinned
from probes.storage import Claim, Holder, StorageClass, Volume
from probes.testssl import Finding
from probes.vantage import Completed, LocalVantage
from tests.unit.probes.servers import Authority, Talk, WebServer

MANAGER, ACME = "/apis/cert-manager.io/v1", "/apis/acme.cert-manager.io/v1"


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


def named(name: str, namespace: str = "shop", **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace, **more}}


# --- what is shown


def serving(authority: Authority, *names: str) -> Talk:
    context = authority.server(*names)

    def talk(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(1)
        except OSError:
            pass

    return talk


def test_a_handshake_holds_the_chain_byte_for_byte(
    here: LocalVantage, talking: Callable[[Talk], int], tmp_path: Path
) -> None:
    authority = Authority.made(tmp_path, "ours")
    port = talking(serving(authority, "*.shop.example"))
    seen = tls.handshake(here, "127.0.0.1", port, "a.shop.example", authority.file)
    assert isinstance(seen, tls.Handshake)
    assert seen.chain[1] == authority.certificate.public_bytes(serialization.Encoding.DER)
    own = certificates.read(_pem(seen.chain[0]), "the server")
    assert (seen.serial, seen.sans) == (own.serial, own.sans) == (own.serial, ("*.shop.example",))
    assert (seen.verified, seen.covers("a.shop.example"), seen.covers("a.b.shop.example")) == (
        True,
        True,
        False,
    )
    assert not seen.covers("shop.example")


def _pem(der: bytes) -> bytes:
    body = b64encode(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n".encode()


def test_no_name_may_be_asked_for(here: LocalVantage, talking: Callable[[Talk], int], tmp_path: Path) -> None:
    asked: list[object] = []
    authority = Authority.made(tmp_path, "ours")
    context = authority.server("default.example")
    context.sni_callback = lambda _socket, name, _context: asked.append(name)

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    seen = tls.handshake(here, "127.0.0.1", talking(talk), None, authority.file)
    assert isinstance(seen, tls.Handshake)
    assert (asked, seen.sans, seen.verified) == ([None], ("default.example",), True)


def test_every_name_leads_to_the_pinned_address(here: LocalVantage, web: WebServer) -> None:
    web.replies["/"] = (200, b"here")
    answer = http.get(Pinned(here, "127.0.0.1"), f"http://nobody.example:{web.port}/")
    assert isinstance(answer, http.Response)
    assert (answer.body, web.asked[0][2]["Host"]) == (b"here", f"nobody.example:{web.port}")


def test_a_bundle_is_read_whole(tmp_path: Path) -> None:
    both = [Authority.made(tmp_path, name) for name in ("one", "two")]
    text = b"".join(one.file.read_bytes() for one in both)
    assert [one.subject for one in certificates.read_all(text, "a bundle")] == [
        "CN=one authority",
        "CN=two authority",
    ]
    assert certificates.read_all(b" \n", "a bundle") == ()
    with pytest.raises(CannotObserve):
        certificates.read_all(b"none", "a bundle")


# --- testssl.sh


@dataclass
class Saying:
    """A place where every program says the same."""

    stdout: str
    returncode: int = 0
    stderr: str = ""
    name: str = "there"

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        del timeout, stdin
        return Completed(tuple(argv), self.returncode, self.stdout, self.stderr)

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        raise NotImplementedError


def test_reads_what_testssl_found(recording: Callable[[str], str]) -> None:
    found = testssl.look(Saying(recording("testssl.json")), "git.example", "192.0.2.1")
    assert found.of("cert_subjectAltName") == "git.example"
    assert found.of("no such check") == ""
    assert [one.id for one in found.heavy("MEDIUM")] == ["cert_expirationStatus", "cert_revocation"]
    assert Finding("new", "UNHEARD OF", "").weight > Finding("old", "CRITICAL", "").weight


@pytest.mark.parametrize(
    "said",
    [
        Saying("[]"),
        Saying("", 127, "testssl: not found"),
        Saying('[{"id": "scanProblem", "severity": "FATAL", "finding": "Can\'t connect"}]'),
    ],
    ids=["nothing", "not installed", "no connection"],
)
def test_without_a_result_nothing_is_known(said: Saying) -> None:
    with pytest.raises(CannotObserve):
        testssl.look(said, "git.example", "192.0.2.1")


# --- ingresses


def test_reads_ingresses_and_their_classes(api: Api, web: WebServer) -> None:
    site = named("site", annotations={"cert-manager.io/cluster-issuer": "prod"}) | {
        "spec": {
            "ingressClassName": "nginx",
            "tls": [{"hosts": ["a.example"], "secretName": "a-tls"}],
            "rules": [{"host": "a.example"}, {}, {"host": "b.example"}],
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}},
    }
    group = "/apis/networking.k8s.io/v1"
    web.replies[f"{group}/ingresses?limit=500"] = listed(site)
    assert ingresses.ingresses(api) == (
        Ingress(
            "shop",
            "site",
            ("a.example", "b.example"),
            "nginx",
            {"a.example": "a-tls"},
            "prod",
            ("192.0.2.1",),
        ),
    )
    default = {"ingressclass.kubernetes.io/is-default-class": "true"}
    web.replies[f"{group}/ingressclasses?limit=500"] = listed(
        named("nginx", annotations=default) | {"spec": {"controller": "k8s.io/ingress-nginx"}}, named("other")
    )
    assert ingresses.classes(api) == (
        IngressClass("nginx", "k8s.io/ingress-nginx", default=True),
        IngressClass("other", "", default=False),
    )


# --- cert-manager


def ready(status: str, reason: str = "") -> dict[str, Any]:
    return {"conditions": [{"type": "Ready", "status": status, "reason": reason}]}


def test_reads_issuers(api: Api, web: WebServer) -> None:
    solvers = [
        {"dns01": {"rfc2136": {}}, "selector": {"dnsZones": ["example"]}},
        {"http01": {"ingress": {}}},
    ]
    acme = {"spec": {"acme": {"server": "https://acme.example/dir", "solvers": solvers}}}
    web.replies[f"{MANAGER}/clusterissuers?limit=500"] = listed(
        named("prod") | acme | {"status": ready("True")}, named("own") | {"status": ready("False", "ErrInit")}
    )
    own, prod = cert_manager.issuers(api)
    assert (own, str(own)) == (Issuer("own", ready=False), "own: not Ready (ErrInit)")
    assert prod.solvers == (Solver("DNS-01 by rfc2136", ("example",)), Solver("HTTP-01 by ingress"))
    assert (prod.ready, prod.directory) == (True, "https://acme.example/dir")


def test_reads_certificates(api: Api, web: WebServer) -> None:
    spec = {
        "secretName": "a-tls",
        "dnsNames": ["a.example"],
        "issuerRef": {"kind": "ClusterIssuer", "name": "prod"},
    }
    status = {"revision": 2, "notAfter": "2026-11-24T18:00:00Z", "renewalTime": "2026-10-24T18:00:00Z"}
    web.replies[f"{MANAGER}/namespaces/shop/certificates?limit=500"] = listed(
        named("a") | {"spec": spec, "status": {**ready("True"), **status}}, named("b") | {"spec": {}}
    )
    first, second = cert_manager.wanted(api, "shop")
    assert first == Wanted(
        namespace="shop",
        name="a",
        secret="a-tls",
        names=("a.example",),
        issuer="ClusterIssuer/prod",
        ready=True,
        revision=2,
        not_after=datetime(2026, 11, 24, 18, tzinfo=UTC),
        renewal=datetime(2026, 10, 24, 18, tzinfo=UTC),
    )
    assert str(second) == "shop/b by Issuer/: not Ready (no condition Ready), revision 0"


def test_reads_what_is_under_way(api: Api, web: WebServer) -> None:
    of = {"cert-manager.io/certificate-name": "a"}
    web.replies[f"{MANAGER}/certificaterequests?limit=500"] = listed(
        named("a-1", annotations=of) | {"status": ready("False", "Pending")}
    )
    web.replies[f"{ACME}/orders?limit=500"] = listed(
        named("a-1-2", annotations=of) | {"status": {"state": "errored", "reason": "429 rateLimited"}}
    )
    web.replies[f"{ACME}/challenges?limit=500"] = listed(
        named("a-1-2-3") | {"spec": {"type": "DNS-01", "dnsName": "a.example", "wildcard": True}}
    )
    assert cert_manager.underway(api) == (
        Underway("CertificateRequest", "shop", "a-1", "a", "not Ready"),
        Underway("Order", "shop", "a-1-2", "a", "errored"),
        Underway("DNS-01", "shop", "a-1-2-3", "*.a.example", ""),
    )


def test_remembers_challenges_by_their_events(api: Api, web: WebServer) -> None:
    said = [
        {"message": f"Presented challenge using {kind} challenge mechanism"} for kind in ("DNS-01", "HTTP-01")
    ]
    web.replies["/api/v1/events?limit=500"] = listed(*said, {"message": "Started container"})
    assert cert_manager.presented(api) == {"DNS-01", "HTTP-01"}


def test_reads_what_is_kept_and_trusted(api: Api, web: WebServer, tmp_path: Path) -> None:
    authority = Authority.made(tmp_path, "ours")
    pem = authority.file.read_text()
    secret, trust = "/api/v1/namespaces/shop/secrets/a-tls", "/api/v1/namespaces/shop/configmaps/trust"
    assert cert_manager.stored(api, "shop", "a-tls") is None
    assert cert_manager.bundle(api, "shop", "trust", "ca.crt") is None
    web.replies[secret] = (200, {"data": {"tls.crt": b64encode(pem.encode()).decode()}})
    web.replies[trust] = (200, {"data": {"ca.crt": pem + pem}})
    kept, trusted = (
        cert_manager.stored(api, "shop", "a-tls"),
        cert_manager.bundle(api, "shop", "trust", "ca.crt"),
    )
    assert kept is not None
    assert kept.serial == f"{authority.certificate.serial_number:x}"
    assert trusted == (kept, kept)
    assert cert_manager.bundle(api, "shop", "trust", "other") == ()


# --- storage


def test_reads_storage(api: Api, web: WebServer) -> None:
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    web.replies["/apis/storage.k8s.io/v1/storageclasses?limit=500"] = listed(
        named("kept", annotations=default) | {"provisioner": "p", "reclaimPolicy": "Retain"},
        named("other") | {"provisioner": "q"},
    )
    assert storage.classes(api) == (
        StorageClass("kept", "p", default=True, reclaim_policy="Retain"),
        StorageClass("other", "q"),
    )
    spec = {
        "persistentVolumeReclaimPolicy": "Retain",
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "kept",
        "claimRef": {"namespace": "shop", "name": "data"},
    }
    one = named("pv-1") | {"spec": spec, "status": {"phase": "Bound"}}
    web.replies["/api/v1/persistentvolumes?limit=500"] = listed(one)
    web.replies["/api/v1/persistentvolumes/pv-1"] = (200, one)
    volume = Volume("pv-1", "Bound", "Retain", ("ReadWriteOnce",), "kept", "shop/data")
    assert storage.volumes(api) == (storage.volume(api, "pv-1"),) == (volume,)
    assert storage.volume(api, "pv-2") is None
    web.replies["/api/v1/persistentvolumeclaims?limit=500"] = listed(
        named("data") | {"spec": {"accessModes": ["ReadWriteMany"]}, "status": {"phase": "Pending"}}
    )
    assert storage.claims(api) == (Claim("shop", "data", "Pending", ("ReadWriteMany",)),)


def test_reads_who_holds_volumes(api: Api, web: WebServer) -> None:
    mounted = [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}, {"name": "e", "emptyDir": {}}]
    spec = {"replicas": 1, "template": {"spec": {"volumes": mounted}}}
    web.replies["/apis/apps/v1/deployments?limit=500"] = listed(named("app") | {"spec": spec})
    assert storage.holders(api) == (Holder("shop", "app", 1, "RollingUpdate", ("data",)),)
    web.replies["/api/v1/namespaces/shop/pods?limit=500"] = listed(
        named("app-0") | {"spec": {"volumes": mounted}}, named("other") | {"spec": {}}
    )
    assert storage.mounted(api, "shop") == {"app-0": ("data",), "other": ()}
