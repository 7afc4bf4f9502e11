"""Which websites the cluster publishes: its Ingress objects, and the classes that serve them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts

if TYPE_CHECKING:
    from probes.kubeapi import Api

_GROUP = "/apis/networking.k8s.io/v1"
_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_OLD_CLASS = "kubernetes.io/ingress.class"
_ISSUERS = ("cert-manager.io/cluster-issuer", "cert-manager.io/issuer")


@dataclass(frozen=True, slots=True)
class Ingress:
    """An Ingress.

    hosts: as written in its rules, in order; "" is not among them. tls: the Secret that each host's certificate
    is taken from, by host. class_name: "" if it names none (the default class takes it).
    issuer: whom cert-manager asks for its certificates, "" for nobody. addresses: where its controller says that
    it is served.
    """

    namespace: str
    name: str
    hosts: tuple[str, ...]
    class_name: str = ""
    tls: Mapping[str, str] = field(default_factory=dict[str, str])
    issuer: str = ""
    addresses: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.namespace}/{self.name} for {', '.join(self.hosts) or 'no host'}"


@dataclass(frozen=True, slots=True)
class IngressClass:
    """An ingress class. default: it takes every Ingress that names none."""

    name: str
    controller: str
    default: bool

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.name} by {self.controller}" + (", the default" if self.default else "")


def ingresses(api: Api, namespace: str = "", selector: str = "") -> tuple[Ingress, ...]:
    """Return the Ingresses of a namespace ("": of all), sorted; `selector` is a label selector."""
    path = f"{_GROUP}/namespaces/{namespace}/ingresses" if namespace else f"{_GROUP}/ingresses"
    found = api.list(f"the ingresses of {namespace or 'all namespaces'}", path, labelSelector=selector)
    return tuple(sorted(map(_ingress, found), key=lambda one: (one.namespace, one.name)))


def classes(api: Api) -> tuple[IngressClass, ...]:
    """Return the ingress classes, sorted by name."""
    found = api.list("the ingress classes", f"{_GROUP}/ingressclasses")
    return tuple(sorted(map(_class, found), key=lambda one: one.name))


def _ingress(item: JsonObject) -> Ingress:
    metadata, spec = part(item, "metadata"), part(item, "spec")
    notes = part(metadata, "annotations")
    tls = {host: one.get("secretName") or "" for one in parts(spec, "tls") for host in one.get("hosts") or ()}
    status = parts(item, "status", "loadBalancer", "ingress")
    return Ingress(
        namespace=metadata["namespace"],
        name=metadata["name"],
        hosts=tuple(rule["host"] for rule in parts(spec, "rules") if rule.get("host")),
        class_name=spec.get("ingressClassName") or notes.get(_OLD_CLASS) or "",
        tls=tls,
        issuer=next((notes[key] for key in _ISSUERS if key in notes), ""),
        addresses=tuple(sorted(one.get("ip") or one.get("hostname", "") for one in status)),
    )


def _class(item: JsonObject) -> IngressClass:
    metadata = part(item, "metadata")
    default = part(metadata, "annotations").get(_DEFAULT) == "true"
    return IngressClass(metadata["name"], part(item, "spec").get("controller", ""), default)
