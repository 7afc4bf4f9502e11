"""What needs what before it can start, by way of Secrets: who is given one, who makes it, and from whose values.

A workload needs the Secrets that its pods are given at their start, unless they may do without. A Secret needs whoever
makes it: an ExternalSecret (which needs its operator and its store, and the store the servers behind it), a Certificate
(which needs its issuer and cert-manager), a SealedSecret (which needs its controller). Nodes are named as
"KIND NAMESPACE/NAME", or "KIND NAME" for what belongs to the whole cluster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from probes.jsonobjects import JsonObject, part, parts

if TYPE_CHECKING:
    from probes.kubeapi import Api

Edges = Iterator[tuple[str, str]]
_WORKLOADS = {"Deployment": "deployments", "DaemonSet": "daemonsets", "StatefulSet": "statefulsets"}
_MAKERS = {
    "Certificate": ("cert-manager.io", "certificates", "cert-manager"),
    "ExternalSecret": ("external-secrets.io", "externalsecrets", "external-secrets"),
    "SealedSecret": ("bitnami.com", "sealedsecrets", "sealed-secrets"),
}
"""What makes Secrets: the group and the plural of its kind, and the service of the inventory that works on it."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Who needs whom directly, by their names."""

    of: Mapping[str, frozenset[str]]

    @property
    def circle(self) -> tuple[str, ...]:
        """The names along one way that comes back to where it began; none if there is no such way."""
        try:
            TopologicalSorter(self.of).prepare()
        except CycleError as error:
            return tuple(reversed(error.args[1]))
        return ()

    def reach(self, start: str) -> frozenset[str]:
        """Return all that one needs, directly or not."""
        found: set[str] = set()
        ahead = [start]
        while ahead:
            new = self.of.get(ahead.pop(), frozenset()) - found
            found |= new
            ahead += new
        return frozenset(found)

    def __str__(self) -> str:
        """Count, and tell a circle."""
        circle = " needs ".join(self.circle)
        return f"{sum(map(len, self.of.values()))} needs of {len(self.of)}" + (
            f": {circle}" if circle else ", no circle"
        )


def needs(api: Api, places: Mapping[str, str]) -> Needs:
    """Return what needs what.

    Args:
        api: whose cluster.
        places: the namespaces of services, by their names in the inventory: where the operators are.

    """
    workloads = [
        (kind, item)
        for kind, plural in _WORKLOADS.items()
        for item in api.list(f"the {plural}", f"/apis/apps/v1/{plural}")
    ]
    found: defaultdict[str, set[str]] = defaultdict(set)
    for edges in (
        _of_workloads(workloads),
        _of_makers(api, workloads, places),
        _of_stores(api, workloads),
        _of_issuers(api),
    ):
        for who, whom in edges:
            found[who].add(whom)
    return Needs({who: frozenset(whom) for who, whom in found.items()})


def workload_names(needs: Needs, namespace: str) -> tuple[str, ...]:
    """Return the workloads of a namespace that need anything, sorted."""
    return tuple(
        sorted(
            one for one in needs.of if one.startswith(tuple(f"{kind} {namespace}/" for kind in _WORKLOADS))
        )
    )


def _of_workloads(workloads: list[tuple[str, JsonObject]]) -> Edges:
    for kind, item in workloads:
        for secret in _given(part(item, "spec", "template", "spec")):
            yield _name(kind, item), f"Secret {part(item, 'metadata')['namespace']}/{secret}"


def _given(template: JsonObject) -> Iterator[str]:
    """Yield the names of the Secrets without which pods do not start."""
    for container in (*parts(template, "initContainers"), *parts(template, "containers")):
        references = [part(each, "valueFrom", "secretKeyRef") for each in parts(container, "env")]
        references += [part(each, "secretRef") for each in parts(container, "envFrom")]
        yield from (str(one["name"]) for one in references if one.get("name") and not one.get("optional"))
    for volume in parts(template, "volumes"):
        whole = part(volume, "secret")
        if whole and not whole.get("optional"):
            yield str(whole["secretName"])
        projected = (part(one, "secret") for one in parts(volume, "projected", "sources"))
        yield from (str(one["name"]) for one in projected if one.get("name") and not one.get("optional"))


def _of_makers(api: Api, workloads: list[tuple[str, JsonObject]], places: Mapping[str, str]) -> Edges:
    for kind, (group, plural, service) in _MAKERS.items():
        operators = [
            _name(of, item)
            for of, item in workloads
            if part(item, "metadata")["namespace"] == places.get(service)
            and part(item, "metadata")["name"].startswith(service)
        ]
        for item in _all(api, group, plural):
            maker, namespace = _name(kind, item), part(item, "metadata")["namespace"]
            yield f"Secret {namespace}/{_makes(kind, item)}", maker
            yield from ((maker, operator) for operator in operators)
            yield from ((maker, source) for source in _sources(kind, item))


def _makes(kind: str, item: JsonObject) -> str:
    name = str(part(item, "metadata")["name"])
    made = {
        "Certificate": part(item, "spec").get("secretName"),
        "ExternalSecret": part(item, "spec", "target").get("name"),
    }
    return str(made.get(kind) or name)


def _sources(kind: str, item: JsonObject) -> Iterator[str]:
    namespace, spec = part(item, "metadata")["namespace"], part(item, "spec")
    reference = part(spec, {"Certificate": "issuerRef", "ExternalSecret": "secretStoreRef"}.get(kind, ""))
    if reference.get("name"):
        of = reference.get("kind") or {"Certificate": "Issuer"}.get(kind, "SecretStore")
        yield f"{of} {reference['name'] if of.startswith('Cluster') else f'{namespace}/' + reference['name']}"


def _of_stores(api: Api, workloads: list[tuple[str, JsonObject]]) -> Edges:
    services = {
        (part(one, "metadata")["namespace"], part(one, "metadata")["name"]): one
        for one in api.list("the services", "/api/v1/services")
    }
    for kind, plural in (("ClusterSecretStore", "clustersecretstores"), ("SecretStore", "secretstores")):
        for item in _all(api, "external-secrets.io", plural):
            vault = part(item, "spec", "provider", "vault")
            name, _, rest = (urlsplit(str(vault.get("server") or "")).hostname or "").partition(".")
            service = services.get((rest.partition(".")[0], name))
            yield from (
                (_name(kind, item), server) for server in (_behind(service, workloads) if service else ())
            )
            for secret in _references(vault):
                yield _name(kind, item), secret


def _behind(service: JsonObject, workloads: list[tuple[str, JsonObject]]) -> Iterator[str]:
    """Yield the workloads whose pods a service leads to."""
    selector, namespace = part(service, "spec", "selector").items(), part(service, "metadata")["namespace"]
    for kind, item in workloads:
        labels = part(item, "spec", "template", "metadata", "labels").items()
        if selector and part(item, "metadata")["namespace"] == namespace and selector <= labels:
            yield _name(kind, item)


def _references(value: Any) -> Iterator[str]:
    """Yield the Secrets of other namespaces that a store lets itself in with, or trusts."""
    if isinstance(value, dict):
        one = cast("JsonObject", value)
        if (
            one.get("namespace")
            and one.get("name")
            and one.get("type", "Secret") == "Secret"
            and one.get("key")
        ):
            yield f"Secret {one['namespace']}/{one['name']}"
        for inner in one.values():
            yield from _references(inner)


def _of_issuers(api: Api) -> Edges:
    wanted = [
        (part(one, "metadata")["namespace"], part(one, "spec").get("secretName"))
        for one in _certificates(api)
    ]
    for item in _all(api, "cert-manager.io", "clusterissuers"):
        secret = part(item, "spec", "ca").get("secretName")
        # In which namespace cert-manager keeps what belongs to the cluster is a flag of its own: it is told by the
        # Certificate that makes the Secret.
        for namespace in (place for place, name in wanted if secret and name == secret):
            yield _name("ClusterIssuer", item), f"Secret {namespace}/{secret}"


def _certificates(api: Api) -> list[JsonObject]:
    return _all(api, "cert-manager.io", "certificates")


def _all(api: Api, group: str, plural: str) -> list[JsonObject]:
    """Return all objects of a kind; none if the cluster does not know it."""
    served = api.get(f"the group {group}", f"/apis/{group}", optional=True)
    version = part(served or {}, "preferredVersion").get("groupVersion")
    return api.list(f"the {plural}", f"/apis/{version}/{plural}") if version else []


def _name(kind: str, item: JsonObject) -> str:
    metadata = part(item, "metadata")
    return (
        f"{kind} {metadata['namespace']}/{metadata['name']}"
        if metadata.get("namespace")
        else f"{kind} {metadata['name']}"
    )
