"""Who needs whom is followed from workloads through Secrets to what makes them, and around."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from probes import dependencies
from probes.dependencies import Needs
from probes.jsonobjects import JsonObject

Listed = dict[str, list[JsonObject]]
PLACES = {"vault": "vault", "external-secrets": "eso", "cert-manager": "cert-manager", "gitea": "gitea"}


class Cluster:
    """An API that knows these collections, by their paths, and these groups."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed

    def list(self, _what: str, path: str) -> list[JsonObject]:
        return self._listed.get(path, [])

    def get(self, _what: str, path: str, **_options: bool) -> JsonObject | None:
        versions = {
            "/apis/cert-manager.io": "cert-manager.io/v1",
            "/apis/external-secrets.io": "external-secrets.io/v1beta1",
        }
        return {"preferredVersion": {"groupVersion": versions[path]}} if path in versions else None


def workload(namespace: str, name: str, *secrets: str, **more: Any) -> JsonObject:
    env = [{"name": "X", "valueFrom": {"secretKeyRef": {"name": one, "key": "k"}}} for one in secrets]
    spec = {"containers": [{"name": "c", "env": env}], **more}
    template = {"metadata": {"labels": {"app": name}}, "spec": spec}
    return {"metadata": {"namespace": namespace, "name": name}, "spec": {"template": template}}


def made(namespace: str, name: str, **spec: Any) -> JsonObject:
    return {"metadata": {"namespace": namespace, "name": name} if namespace else {"name": name}, "spec": spec}


def platform() -> Listed:
    server = {
        "vault": {
            "server": "https://instance.vault.svc:8200",
            "caProvider": {"type": "Secret", "namespace": "vault", "name": "vault-tls", "key": "ca.crt"},
        }
    }
    return {
        "/apis/apps/v1/deployments": [
            workload("gitea", "gitea", "gitea-oauth"),
            workload("eso", "external-secrets"),
            workload("cert-manager", "cert-manager"),
        ],
        "/apis/apps/v1/statefulsets": [workload("vault", "instance", "vault-tls", "unseal-key")],
        "/api/v1/services": [made("vault", "instance", selector={"app": "instance"})],
        "/apis/external-secrets.io/v1beta1/externalsecrets": [
            made(
                "gitea",
                "oauth",
                target={"name": "gitea-oauth"},
                secretStoreRef={"kind": "ClusterSecretStore", "name": "backend"},
            )
        ],
        "/apis/external-secrets.io/v1beta1/clustersecretstores": [made("", "backend", provider=server)],
        "/apis/cert-manager.io/v1/certificates": [
            made(
                "vault",
                "tls",
                secretName="vault-tls",
                issuerRef={"kind": "ClusterIssuer", "name": "internal"},
            ),
            made(
                "cert-manager",
                "root",
                secretName="root-ca",
                issuerRef={"kind": "ClusterIssuer", "name": "self"},
            ),
        ],
        "/apis/cert-manager.io/v1/clusterissuers": [
            made("", "internal", ca={"secretName": "root-ca"}),
            made("", "self", selfSigned={}),
        ],
    }


def needs(listed: Listed) -> Needs:
    api: Any = Cluster(listed)
    return dependencies.needs(api, PLACES)


def test_an_application_is_followed_to_vault_and_on_to_the_root_certificate() -> None:
    found = needs(platform())
    assert dependencies.workload_names(found, "gitea") == ("Deployment gitea/gitea",)
    assert {
        "Secret gitea/gitea-oauth",
        "ExternalSecret gitea/oauth",
        "Deployment eso/external-secrets",
        "ClusterSecretStore backend",
        "StatefulSet vault/instance",
        "Certificate vault/tls",
        "Deployment cert-manager/cert-manager",
        "Secret cert-manager/root-ca",
        "ClusterIssuer self",
    } <= found.reach("Deployment gitea/gitea")
    assert found.circle == ()


def test_a_circle_is_told_in_the_order_of_needing() -> None:
    listed = platform()
    listed["/apis/apps/v1/statefulsets"] = [workload("vault", "instance", "own")]
    listed["/apis/external-secrets.io/v1beta1/externalsecrets"] += [
        made("vault", "own", secretStoreRef={"kind": "ClusterSecretStore", "name": "backend"})
    ]
    circle = needs(listed).circle
    assert circle[0] == circle[-1]
    assert set(circle) == {
        "StatefulSet vault/instance",
        "Secret vault/own",
        "ExternalSecret vault/own",
        "ClusterSecretStore backend",
    }
    after = dict(pairwise(circle))
    assert after["StatefulSet vault/instance"] == "Secret vault/own"
    assert after["ClusterSecretStore backend"] == "StatefulSet vault/instance"
    assert " needs " in str(needs(listed))


def test_what_pods_may_do_without_is_not_needed() -> None:
    listed = platform()
    volumes = [{"name": "v", "secret": {"secretName": "own", "optional": True}}]
    listed["/apis/apps/v1/statefulsets"] = [workload("vault", "instance", volumes=volumes)]
    assert needs(listed).reach("StatefulSet vault/instance") == frozenset()
