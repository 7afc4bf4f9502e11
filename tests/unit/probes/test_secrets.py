"""Secrets of the cluster, where they come from, and what is sealed."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from probes import certificates, external_secrets, internal_ca, seal, sealed_secrets, secrets
from probes.digests import digest
from probes.external_secrets import ExternalSecret, Source, Store
from probes.kubeapi import Api
from probes.outcomes import CannotObserve
from probes.seal import SealStatus
from probes.secrets import Use
from probes.vantage import LocalVantage
from probes.vault import VaultRefused
from tests.unit.probes.servers import WebServer

NOW = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
STAMP = "2026-11-24T21:00:00Z"
V1BETA1 = "external-secrets.io/v1beta1"


@pytest.fixture
def api(web: WebServer, tmp_path: Path) -> Api:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": web.url}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    (tmp_path / "kubeconfig").write_text(json.dumps(config))
    return Api(tmp_path / "kubeconfig", LocalVantage("the workstation"), timeout=5)


def listed(*items: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return 200, {"kind": "List", "metadata": {}, "items": list(items)}


def encoded(**values: bytes) -> dict[str, str]:
    return {key: b64encode(value).decode() for key, value in values.items()}


# --- Secrets and their users


def test_a_secret_is_seen_as_digests(api: Api, web: WebServer) -> None:
    metadata = {
        "namespace": "gitea",
        "name": "admin",
        "creationTimestamp": STAMP,
        "ownerReferences": [{"kind": "ExternalSecret", "name": "admin"}],
    }
    item = {"metadata": metadata, "data": encoded(password=b"s3cr3t", empty=b"")}
    web.replies["/api/v1/namespaces/gitea/secrets/admin"] = (200, item)
    web.replies["/api/v1/namespaces/gitea/secrets?limit=500"] = listed(item)
    found = secrets.held(api, "gitea", "admin")
    assert found is not None
    assert (found.digests, found.owner) == (
        {"password": digest("s3cr3t"), "empty": ""},
        "ExternalSecret/admin",
    )
    assert str(found) == "Secret gitea/admin with empty, password, of which empty: empty"
    assert secrets.all_held(api, "gitea") == (found,)
    assert secrets.held(api, "gitea", "other") is None


def test_tells_which_pods_have_a_secret_in_them(api: Api, web: WebServer) -> None:
    container = {
        "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "one", "key": "k"}}}, {"name": "B"}],
        "envFrom": [{"secretRef": {"name": "two"}}],
        "volumeMounts": [{"name": "v", "subPath": "k"}, {"name": "w"}],
    }
    volumes = [
        {"name": "v", "secret": {"secretName": "three"}},
        {"name": "w", "secret": {"secretName": "four"}},
        {"name": "x", "projected": {"sources": [{"secret": {"name": "five"}}, {"serviceAccountToken": {}}]}},
    ]
    states = [{"state": {"running": {"startedAt": STAMP}}}, {"state": {"waiting": {}}}]
    pod = {
        "metadata": {"namespace": "n", "name": "p"},
        "spec": {"containers": [container], "volumes": volumes},
        "status": {"phase": "Running", "containerStatuses": states},
    }
    waiting = {**pod, "metadata": {"namespace": "n", "name": "q"}, "status": {"phase": "Pending"}}
    web.replies["/api/v1/pods?limit=500"] = listed(pod, waiting)
    found = secrets.uses(api)
    assert found == tuple(Use("n", "p", name, NOW) for name in ("five", "four", "one", "three", "two"))
    assert str(found[2]) == "n/p, started 2026-11-24 21:00:00, with one"


def workload(name: str, annotations: dict[str, str], on_pods: dict[str, str]) -> dict[str, Any]:
    mounted = {"volumes": [{"name": "v", "secret": {"secretName": one}} for one in ("a", "b")]}
    return {
        "metadata": {"namespace": "n", "name": name, "annotations": annotations},
        "spec": {"template": {"metadata": {"annotations": on_pods}, "spec": mounted}},
    }


@pytest.mark.parametrize(
    ("annotations", "on_pods", "unasked"),
    [
        ({}, {}, {"a", "b"}),
        ({"reloader.stakater.com/auto": "true"}, {}, set[str]()),
        ({}, {"secret.reloader.stakater.com/auto": "true"}, set[str]()),
        ({"reloader.stakater.com/auto": "false"}, {}, {"a", "b"}),
        ({"configmap.reloader.stakater.com/auto": "true"}, {}, {"a", "b"}),
        ({"secret.reloader.stakater.com/reload": "c, a"}, {}, {"b"}),
    ],
)
def test_tells_who_asks_to_be_restarted(
    api: Api,
    web: WebServer,
    annotations: dict[str, str],
    on_pods: dict[str, str],
    unasked: set[str],
) -> None:
    without = {"metadata": {"namespace": "n", "name": "without"}, "spec": {"template": {"spec": {}}}}
    away = workload("away", {}, {})
    away["spec"]["replicas"] = 0
    given = workload("w", annotations, on_pods)
    web.replies["/apis/apps/v1/deployments?limit=500"] = listed(given, without, away)
    for plural in ("statefulsets", "daemonsets"):
        web.replies[f"/apis/apps/v1/{plural}?limit=500"] = listed()
    (found,) = secrets.consumers(api)
    assert found == secrets.Consumer("Deployment", "n", "w", frozenset("ab"), frozenset(unasked))
    assert found.only({("n", "a"), ("other", "b")}).secrets == {"a"}
    assert found.only({("n", "b")}).unasked == unasked & {"b"}
    assert not found.only(set()).secrets


# --- the operator


@pytest.fixture
def operator(web: WebServer) -> WebServer:
    web.replies["/apis/external-secrets.io"] = (200, {"preferredVersion": {"groupVersion": V1BETA1}})
    return web


def ready(status: str, reason: str = "", message: str = "") -> dict[str, Any]:
    return {"conditions": [{"type": "Ready", "status": status, "reason": reason, "message": message}]}


def test_lists_the_stores(api: Api, operator: WebServer) -> None:
    vault_store = {
        "metadata": {"name": "vault-backend"},
        "spec": {
            "provider": {
                "vault": {
                    "path": "kv",
                    "server": "https://v",
                    "auth": {"kubernetes": {"mountPath": "kubernetes", "role": "reader"}},
                }
            }
        },
        "status": ready("False", "InvalidProviderConfig", "unable to log in"),
    }
    own = {"metadata": {"namespace": "n", "name": "k"}, "spec": {"provider": {"kubernetes": {}}}}
    operator.replies[f"/apis/{V1BETA1}/clustersecretstores?limit=500"] = listed(vault_store)
    operator.replies[f"/apis/{V1BETA1}/secretstores?limit=500"] = listed(own)
    found = external_secrets.stores(api)
    assert found == (
        Store(
            "ClusterSecretStore",
            "",
            "vault-backend",
            "vault",
            ready=False,
            mount="kv",
            login="kubernetes",
            role="reader",
        ),
        Store("SecretStore", "n", "k", "kubernetes", ready=False),
    )
    assert str(found[0]) == (
        "ClusterSecretStore vault-backend of vault: not Ready (InvalidProviderConfig: unable to log in)"
    )


def external(name: str, spec: dict[str, Any], status: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"namespace": "n", "name": name}, "spec": spec, "status": status}


def test_lists_what_is_asked_for(api: Api, operator: WebServer) -> None:
    taken = {
        "refreshInterval": "1h30m",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault-backend"},
        "target": {"name": "client"},
        "data": [{"secretKey": "key", "remoteRef": {"key": "sso/gitea", "property": "client_id"}}],
        "dataFrom": [{"extract": {"key": "sso/all"}}],
    }
    made = {
        "refreshInterval": "0",
        "dataFrom": [{"sourceRef": {"generatorRef": {"kind": "Password", "name": "long"}}}],
    }
    templated = {**taken, "target": {"template": {"data": {"values.yaml": "{{ .key }}"}}}}
    operator.replies[f"/apis/{V1BETA1}/externalsecrets?limit=500"] = listed(
        external("client", taken, {"refreshTime": STAMP, **ready("True", "SecretSynced")}),
        external("password", made, {}),
        external("values", templated, {}),
    )
    client, password, values = external_secrets.external_secrets(api)
    assert client == ExternalSecret(
        "n",
        "client",
        "client",
        ready=True,
        store="ClusterSecretStore/vault-backend",
        sources=(Source("key", "sso/gitea", "client_id"), Source("", "sso/all", "")),
        refresh=timedelta(minutes=90),
    )
    assert (password.generators, password.refresh, password.target) == (("Password/long",), None, "password")
    assert values.sources == (), "a template makes the values"
    assert str(client) == (
        "n/client from ClusterSecretStore/vault-backend: synced at 2026-11-24 21:00:00, every 1:30:00"
    )
    assert str(password) == "n/password from Password/long: not synced (no condition Ready), never again"


@pytest.mark.parametrize(
    ("spec", "refresh"),
    [
        ({}, timedelta(hours=1)),
        ({"refreshInterval": "8760h"}, timedelta(hours=8760)),
        ({"refreshInterval": "8760h0m0s"}, timedelta(hours=8760)),
        ({"refreshInterval": "500ms"}, timedelta(milliseconds=500)),
        ({"refreshInterval": "0s"}, None),
        ({"refreshInterval": "1h", "refreshPolicy": "CreatedOnce"}, None),
        ({"refreshInterval": "1h", "refreshPolicy": "Periodic"}, timedelta(hours=1)),
    ],
)
def test_reads_how_often_it_is_refreshed(
    api: Api, operator: WebServer, spec: dict[str, Any], refresh: timedelta | None
) -> None:
    operator.replies[f"/apis/{V1BETA1}/namespaces/n/externalsecrets?limit=500"] = listed(
        external("e", spec, {})
    )
    assert external_secrets.external_secrets(api, "n")[0].refresh == refresh


def test_an_operator_that_sleeps_is_overdue() -> None:
    def overdue(refresh: timedelta | None, synced: datetime | None) -> bool:
        one = ExternalSecret("n", "e", "e", ready=True, refresh=refresh, synced=synced)
        return one.overdue(NOW, timedelta(minutes=1))

    hour = timedelta(hours=1)
    assert overdue(hour, NOW - timedelta(minutes=62))
    assert not overdue(hour, NOW - timedelta(minutes=60))
    assert overdue(hour, None)
    assert not overdue(None, NOW - timedelta(days=400))


def test_a_cluster_without_the_operator_is_unknown(api: Api) -> None:
    with pytest.raises(CannotObserve, match=r"does not know the group external-secrets\.io"):
        external_secrets.stores(api)


# --- what is sealed


def certified(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(4711).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def private(key: rsa.RSAPrivateKey) -> bytes:
    pem, clear = serialization.Encoding.PEM, serialization.NoEncryption()
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, clear)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def opened(key: rsa.RSAPrivateKey, sealed: str, label: bytes) -> bytes:
    """As the controller does it: length, wrapped key, and what is under the key, with a nonce of zeros."""
    data = b64decode(sealed)
    size = int.from_bytes(data[:2], "big")
    around = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)
    session = key.decrypt(data[2 : 2 + size], around)
    return AESGCM(session).decrypt(bytes(12), data[2 + size :], None)


def test_what_is_sealed_opens_with_its_key_and_its_name_only(key: rsa.RSAPrivateKey) -> None:
    sealed = sealed_secrets.seal(certified(key), "n", "s", b"s3cr3t")
    assert opened(key, sealed, b"n/s") == b"s3cr3t"
    assert sealed != sealed_secrets.seal(certified(key), "n", "s", b"s3cr3t")
    with pytest.raises((ValueError, InvalidTag)):
        opened(key, sealed, b"n/other")


def test_tells_whether_a_private_key_belongs_to_a_certificate(key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    files = {"crt": certified(key), "key": private(key), "other": private(other)}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert certificates.pair(tmp_path / "crt", tmp_path / "key").whole
    assert not certificates.pair(tmp_path / "crt", tmp_path / "other").whole


def test_only_rsa_seals() -> None:
    with pytest.raises(CannotObserve, match="its key is"):
        sealed_secrets.seal(certified(ec.generate_private_key(ec.SECP256R1())), "n", "s", b"x")
    with pytest.raises(CannotObserve):
        sealed_secrets.seal(b"nothing", "n", "s", b"x")


@pytest.mark.parametrize(
    ("status", "is_open", "reason"),
    [
        ({"observedGeneration": 2, "conditions": [{"type": "Synced", "status": "True"}]}, True, ""),
        (
            {
                "observedGeneration": 2,
                "conditions": [
                    {"type": "Synced", "status": "False", "message": "no key could decrypt secret"}
                ],
            },
            False,
            "no key could decrypt secret",
        ),
        (
            {"observedGeneration": 1, "conditions": [{"type": "Synced", "status": "True"}]},
            False,
            "its latest version has not been tried yet; ",
        ),
        ({}, False, "nobody has tried yet"),
    ],
)
def test_tells_whether_it_is_open(
    api: Api, web: WebServer, *, status: dict[str, Any], is_open: bool, reason: str
) -> None:
    item = {
        "metadata": {"namespace": "nix-cache", "name": "token", "generation": 2},
        "spec": {"encryptedData": {"jwt-token": "AgB"}},
        "status": status,
    }
    web.replies["/apis/bitnami.com/v1alpha1/sealedsecrets?limit=500"] = listed(item)
    (found,) = sealed_secrets.sealed_secrets(api)
    assert (found.opened, found.reason, found.keys) == (is_open, reason, {"jwt-token"})
    assert str(found) == "nix-cache/token: " + ("open" if is_open else f"closed ({reason})")
    assert found.undecryptable is (reason == "no key could decrypt secret")


# --- Vault's servers, by way of the API


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, {"initialized": True, "sealed": True, "t": 1}), SealStatus(sealed=True)),
        ((200, {"initialized": True, "sealed": False}), SealStatus(sealed=False)),
        ((503, {"kind": "Status", "message": "error trying to reach service"}), VaultRefused(503)),
    ],
)
def test_tells_the_seal_status_of_a_server(
    api: Api, web: WebServer, answer: tuple[int, dict[str, Any]], expected: object
) -> None:
    web.replies["/api/v1/namespaces/vault/pods/https:instance-0:8200/proxy/v1/sys/seal-status"] = answer
    assert seal.status(api, "vault", "instance-0") == expected


def test_lists_the_keys_and_the_certificate_that_is_offered(
    api: Api, web: WebServer, key: rsa.RSAPrivateKey
) -> None:
    pair = encoded(**{"tls.crt": certified(key), "tls.key": private(key)})
    selector = "labelSelector=sealedsecrets.bitnami.com%2Fsealed-secrets-key%3Dactive"
    web.replies[f"/api/v1/namespaces/kube-system/secrets?limit=500&{selector}"] = listed(
        {"metadata": {"namespace": "kube-system", "name": "sealed-secrets-key"}, "data": pair}
    )
    services = "/api/v1/namespaces/kube-system/services"
    service = {"metadata": {"name": "sealed-secrets-controller"}, "spec": {"ports": [{"port": 8080}]}}
    web.replies[f"{services}/sealed-secrets-controller"] = (200, service)
    offer = f"{services}/http:sealed-secrets-controller:8080/proxy/v1/cert.pem"
    web.replies[offer] = (200, certified(key))
    (found,) = sealed_secrets.keys(api, "kube-system")
    assert found.certificate.serial == f"{4711:x}"
    assert found.private == found.certificate.public_key
    assert sealed_secrets.offered(api, "kube-system").serial == found.certificate.serial
    web.replies[offer] = (503, {"message": "no endpoints available"})
    with pytest.raises(CannotObserve, match="no endpoints available"):
        sealed_secrets.offered(api, "kube-system")


def test_the_clusters_own_authority_is_read_from_its_issuer(api: Api, web: WebServer) -> None:
    issuer = "/apis/cert-manager.io/v1/clusterissuers/cluster-internal-ca"
    web.replies[issuer] = (200, {"spec": {"ca": {"secretName": "root"}}})
    web.replies["/api/v1/namespaces/cert-manager/secrets/root"] = (
        200,
        {"data": encoded(**{"tls.crt": b"PEM"})},
    )
    assert internal_ca.roots(api, "cert-manager", "cluster-internal-ca") == b"PEM"
    web.replies[issuer] = (200, {"spec": {"acme": {}}})
    with pytest.raises(CannotObserve, match="keeps no authority"):
        internal_ca.roots(api, "cert-manager", "cluster-internal-ca")
