"""Issuers of cert-manager, and who asks for which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from repository.reading.flux import Cluster
from repository.repository import Repository
from repository.values import Object, Place, walk

GROUP = "cert-manager.io"
ANNOTATIONS = {"cert-manager.io/cluster-issuer": "ClusterIssuer", "cert-manager.io/issuer": "Issuer"}


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks an issuer for a certificate."""

    by: str
    kind: str
    namespace: str
    name: str
    place: Place


def issuers(cluster: Cluster) -> tuple[Object, ...]:
    """The issuers of a cluster."""
    return tuple(each for each in cluster.kinds("ClusterIssuer", "Issuer") if each.group == GROUP)


def requests(repo: Repository, cluster: Cluster) -> Iterator[Request]:
    """Every certificate, annotation and value of a chart that names an issuer."""
    for one in cluster.objects:
        if one.kind == "Certificate" and one.group == GROUP:
            if one.get("spec", "issuerRef", "group", default=GROUP) == GROUP:
                kind, name = (
                    str(one.get("spec", "issuerRef", each, default="")) for each in ("kind", "name")
                )
                yield Request(
                    str(one), kind or "Issuer", one.namespace, name, one.at("spec", "issuerRef", "name")
                )
        elif one.kind != "CustomResourceDefinition":
            yield from _annotated(one, str(one), one.namespace, ("metadata", "annotations"))
    applied = {(each.key, each.renderer) for each in cluster.kinds("HelmRelease")}
    for release in repo.releases:
        if (release.object.key, release.object.renderer) in applied:
            yield from _annotated(release.object, str(release), release.namespace, ("spec", "values"))


def _annotated(one: Object, by: str, namespace: str, below: tuple[str, ...]) -> Iterator[Request]:
    for path, value in walk(one.get(*below, default={})):
        if path and (kind := ANNOTATIONS.get(str(path[-1]))) and isinstance(value, str):
            yield Request(by, kind, namespace, value, one.at(*below, *path))


def environment(one: Object) -> str:
    """The environment of an ACME issuer by its server's name: "staging", "production", "" for any other issuer."""
    server = str(one.get("spec", "acme", "server", default=""))
    return "" if not server else "staging" if "staging" in server else "production"


def none(repo: Repository) -> str:
    """Why a rule about issuers does not apply; an empty string when it does."""
    found = any(issuers(each) for each in repo.clusters)
    return "" if found else "no issuer of cert-manager reaches a cluster from here"
