"""Where applications keep what they write: classes, volumes, claims, and the Deployments that have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from probes.kubeapi import Api

_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_DEFAULT = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


@dataclass(frozen=True, slots=True)
class StorageClass:
    """A storage class, and who makes its volumes. reclaim_policy: "Retain" or "Delete", of volumes yet to be made."""

    name: str
    provisioner: str
    default: bool = False
    reclaim_policy: str = "Delete"
    binding_mode: str = "Immediate"

    def __str__(self) -> str:
        """Read as a phrase."""
        default = ", the default" if self.default else ""
        return f"{self.name} by {self.provisioner}{default}, {self.reclaim_policy}"


@dataclass(frozen=True, slots=True)
class Volume:
    """A PersistentVolume. phase: "Available", "Bound", "Released", "Failed". claim: "NAMESPACE/NAME", or ""."""

    name: str
    phase: str
    reclaim_policy: str
    access_modes: tuple[str, ...]
    class_name: str = ""
    claim: str = ""

    def __str__(self) -> str:
        """Read as a phrase."""
        modes = ", ".join(self.access_modes)
        return f"{self.name} of {self.class_name or 'no class'}: {self.phase}, {self.reclaim_policy}, {modes}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A PersistentVolumeClaim. phase: "Pending", "Bound", "Lost". volume: the one it is bound to, or ""."""

    namespace: str
    name: str
    phase: str
    access_modes: tuple[str, ...]
    class_name: str = ""
    volume: str = ""

    def __str__(self) -> str:
        """Read as a phrase."""
        where = f" to {self.volume}" if self.volume else ""
        modes = ", ".join(self.access_modes)
        return (
            f"{self.namespace}/{self.name} of {self.class_name or 'no class'}: {self.phase}{where}, {modes}"
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """A Deployment, and the claims that its pods mount. strategy: "Recreate" or "RollingUpdate"."""

    namespace: str
    name: str
    replicas: int
    strategy: str
    claims: tuple[str, ...]

    def __str__(self) -> str:
        """Read as a phrase."""
        held = ", ".join(self.claims) or "no claim"
        return f"{self.namespace}/{self.name}, {self.replicas} replicas, {self.strategy}, holds {held}"


def classes(api: Api) -> tuple[StorageClass, ...]:
    """Return the storage classes, sorted by name."""
    found = api.list("the storage classes", _CLASSES)
    return tuple(sorted(map(_class, found), key=lambda one: one.name))


def volumes(api: Api, selector: str = "") -> tuple[Volume, ...]:
    """Return the volumes, sorted by name; `selector` is a label selector."""
    found = api.list("the volumes", "/api/v1/persistentvolumes", labelSelector=selector)
    return tuple(sorted(map(_volume, found), key=lambda one: one.name))


def volume(api: Api, name: str) -> Volume | None:
    """Return one volume; None if it does not exist."""
    found = api.get(f"the volume {name}", f"/api/v1/persistentvolumes/{name}", optional=True)
    return None if found is None else _volume(found)


def claims(api: Api, namespace: str = "", selector: str = "") -> tuple[Claim, ...]:
    """Return the claims of a namespace ("": of all), sorted; `selector` is a label selector."""
    where = f"namespaces/{namespace}/" if namespace else ""
    found = api.list(
        f"the claims of {namespace or 'all namespaces'}",
        f"/api/v1/{where}persistentvolumeclaims",
        labelSelector=selector,
    )
    return tuple(sorted(map(_claim, found), key=lambda one: (one.namespace, one.name)))


def mounted(api: Api, namespace: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the claims that each pod of a namespace mounts, by the pod's."""
    found = api.list(f"the pods of {namespace}", f"/api/v1/namespaces/{namespace}/pods")
    return {part(item, "metadata")["name"]: _mounted(part(item, "spec")) for item in found}


def holders(api: Api, selector: str = "") -> tuple[Holder, ...]:
    """Return the Deployments of all namespaces as they are, whatever they were rendered from, sorted."""
    found = api.list("the deployments", "/apis/apps/v1/deployments", labelSelector=selector)
    return tuple(sorted(map(_holder, found), key=lambda one: (one.namespace, one.name)))


def _class(item: JsonObject) -> StorageClass:
    metadata = part(item, "metadata")
    notes = part(metadata, "annotations")
    return StorageClass(
        name=metadata["name"],
        provisioner=item.get("provisioner", ""),
        default=any(notes.get(key) == "true" for key in _DEFAULT),
        reclaim_policy=item.get("reclaimPolicy") or "Delete",
        binding_mode=item.get("volumeBindingMode") or "Immediate",
    )


def _volume(item: JsonObject) -> Volume:
    spec = part(item, "spec")
    claim = part(spec, "claimRef")
    return Volume(
        name=part(item, "metadata")["name"],
        phase=part(item, "status").get("phase", ""),
        reclaim_policy=spec.get("persistentVolumeReclaimPolicy", ""),
        access_modes=tuple(spec.get("accessModes") or ()),
        class_name=spec.get("storageClassName") or "",
        claim=f"{claim['namespace']}/{claim['name']}" if claim else "",
    )


def _claim(item: JsonObject) -> Claim:
    metadata, spec = part(item, "metadata"), part(item, "spec")
    return Claim(
        namespace=metadata["namespace"],
        name=metadata["name"],
        phase=part(item, "status").get("phase", ""),
        access_modes=tuple(spec.get("accessModes") or ()),
        class_name=spec.get("storageClassName") or "",
        volume=spec.get("volumeName") or "",
    )


def _holder(item: JsonObject) -> Holder:
    metadata, spec = part(item, "metadata"), part(item, "spec")
    return Holder(
        namespace=metadata["namespace"],
        name=metadata["name"],
        replicas=spec.get("replicas", 1),
        strategy=part(spec, "strategy").get("type", "RollingUpdate"),
        claims=_mounted(part(spec, "template", "spec")),
    )


def _mounted(pod: JsonObject) -> tuple[str, ...]:
    claims = (part(one, "persistentVolumeClaim").get("claimName") for one in parts(pod, "volumes"))
    return tuple(str(one) for one in claims if one)
