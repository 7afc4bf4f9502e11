"""Documents → objects of Kubernetes, as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from repository.values import Document, Map, Object, get, maps

_NAMESPACED = frozenset({"ClusterServiceVersion"})
"""Kinds that sound as if they belonged to the whole cluster, and do not."""
_WHOLE = re.compile(r"Cluster[A-Z]")
_CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "CSIDriver",
        "CustomResourceDefinition",
        "GatewayClass",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingWebhookConfiguration",
        "VolumeSnapshotClass",
    }
)


@dataclass(frozen=True, slots=True)
class Scopes:
    """Which kinds belong to the whole cluster: those of Kubernetes, and those whose definition is in the repository.

    Kustomize writes a namespace into objects of kinds that it does not know, whatever they are.
    """

    defined: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def without_wrong(self, one: Object) -> Object:
        """The object without a namespace that the cluster does not look at."""
        if not one.namespace:
            return one
        scope = self.defined.get((one.group, one.kind))
        whole = scope == "Cluster" if scope else one.kind in _CLUSTER_SCOPED or _sounds_like_all(one.kind)
        return replace(one, namespace="") if whole else one


def _sounds_like_all(kind: str) -> bool:
    return bool(_WHOLE.match(kind)) and kind not in _NAMESPACED


def scopes(objects: Iterable[Object]) -> Scopes:
    """What the definitions among the objects say."""
    return Scopes(
        {
            (str(one.get("spec", "group")), str(one.get("spec", "names", "kind"))): str(
                one.get("spec", "scope")
            )
            for one in objects
            if one.kind == "CustomResourceDefinition"
        }
    )


def written(documents: Iterable[Document]) -> Iterator[Object]:
    """The objects among the documents; those inside of a List each for themselves."""
    for document in documents:
        for body in bodies(document.body):
            yield of_body(body, Document(document.file, body.line, body))


def bodies(body: object) -> Iterator[Map]:
    """The objects that a document holds."""
    if not isinstance(body, Map) or not isinstance(body.get("kind"), str) or "apiVersion" not in body:
        return
    if body["kind"].endswith("List") and isinstance(body.get("items"), list):
        yield from (each for each in maps(body["items"]) if isinstance(each, Map) and "kind" in each)
    else:
        yield body


def of_body(body: Map, source: Document | None) -> Object:
    """The object with this body."""
    return Object(
        api_version=str(body.get("apiVersion", "")),
        kind=str(body.get("kind", "")),
        namespace=str(get(body, "metadata", "namespace", default="")),
        name=str(
            get(body, "metadata", "name", default="") or get(body, "metadata", "generateName", default="")
        ),
        body=body,
        source=source,
    )
