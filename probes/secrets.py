"""What Secrets of Kubernetes hold, as digests, and which pods use them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from probes.digests import digest
from probes.jsonobjects import JsonObject, part, parts

if TYPE_CHECKING:
    from probes.kubeapi import Api


_RELOADER = "reloader.stakater.com"


@dataclass(frozen=True, slots=True)
class Held:
    """A Secret. digests: of each value, by its key; a value of no bytes is "".

    labels: of the Secret. created: UTC. owner: "KIND/NAME" of what made it, "" for nobody.
    """

    namespace: str
    name: str
    digests: Mapping[str, str] = field(repr=False)
    owner: str = ""
    created: datetime | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """Read as a phrase; no value, and not even a digest."""
        empty = [key for key, value in self.digests.items() if not value]
        why = f", of which empty: {', '.join(empty)}" if empty else ""
        return f"Secret {self.namespace}/{self.name} with {', '.join(sorted(self.digests)) or 'nothing'}{why}"


@dataclass(frozen=True, slots=True)
class Use:
    """A pod that is given a Secret's values. started: UTC; None while no container of it runs."""

    namespace: str
    pod: str
    secret: str
    started: datetime | None = None

    def __str__(self) -> str:
        """Read as a phrase."""
        since = f"{self.started:%Y-%m-%d %H:%M:%S}" if self.started else "never"
        return f"{self.namespace}/{self.pod}, started {since}, with {self.secret}"


@dataclass(frozen=True, slots=True)
class Consumer:
    """A workload whose pods are given Secrets. unasked: those of them at whose change it does not ask for a restart."""

    kind: str
    namespace: str
    name: str
    secrets: frozenset[str]
    unasked: frozenset[str] = frozenset()

    def only(self, secrets: Container[tuple[str, str]]) -> Consumer:
        """Return it with only those of its Secrets that are among these, by namespace and name."""
        kept = frozenset(one for one in self.secrets if (self.namespace, one) in secrets)
        return replace(self, secrets=kept, unasked=self.unasked & kept)

    def __str__(self) -> str:
        """Read as a phrase."""
        why = f", stays as it is when these change: {', '.join(sorted(self.unasked))}" if self.unasked else ""
        return f"{self.kind} {self.namespace}/{self.name} with {', '.join(sorted(self.secrets))}{why}"


def held(api: Api, namespace: str, name: str) -> Held | None:
    """Return what a Secret holds; None if there is no such Secret."""
    path = f"/api/v1/namespaces/{namespace}/secrets/{name}"
    found = api.get(f"the Secret {namespace}/{name}", path, optional=True)
    return None if found is None else _held(found)


def all_held(api: Api, namespace: str = "", selector: str = "") -> tuple[Held, ...]:
    """Return the Secrets of a namespace ("": of all), sorted; `selector` is a label selector."""
    path = f"/api/v1/namespaces/{namespace}/secrets" if namespace else "/api/v1/secrets"
    what = f"the Secrets of {namespace or 'all namespaces'}"
    found = map(_held, api.list(what, path, labelSelector=selector))
    return tuple(sorted(found, key=lambda one: (one.namespace, one.name)))


def uses(api: Api) -> tuple[Use, ...]:
    """Return which running pods have Secrets in their environment, or as files.

    Also those of which the kubelet renews the files: a program may read them only when it starts.
    """
    found: list[Use] = []
    for item in api.list("the pods of all namespaces", "/api/v1/pods"):
        if part(item, "status").get("phase") == "Running":
            metadata, started = part(item, "metadata"), _started(item)
            used = sorted(_used(part(item, "spec")))
            found += [Use(metadata["namespace"], metadata["name"], secret, started) for secret in used]
    return tuple(found)


def consumers(api: Api) -> tuple[Consumer, ...]:
    """Return the workloads of all namespaces whose pods are given Secrets, sorted; not jobs, and who wants no pods.

    What asks for a restart are the annotations of stakater's Reloader, on the workload or on its pods.
    """
    found: list[Consumer] = []
    for kind in ("Deployment", "StatefulSet", "DaemonSet"):
        for item in api.list(f"the {kind}s", f"/apis/apps/v1/{kind.lower()}s"):
            metadata, template = part(item, "metadata"), part(item, "spec", "template")
            used = _used(part(template, "spec"))
            if used and part(item, "spec").get("replicas") != 0:
                notes = {**part(metadata, "annotations"), **part(template, "metadata", "annotations")}
                unasked = frozenset(one for one in used if not _asks(notes, one))
                place = metadata["namespace"], metadata["name"]
                found.append(Consumer(kind, *place, frozenset(used), unasked))
    return tuple(sorted(found, key=lambda one: (one.namespace, one.kind, one.name)))


def _asks(annotations: Mapping[str, str], secret: str) -> bool:
    named = {one.strip() for one in annotations.get(f"secret.{_RELOADER}/reload", "").split(",")}
    return secret in named or any(
        annotations.get(one) == "true" for one in (f"{_RELOADER}/auto", f"secret.{_RELOADER}/auto")
    )


def _started(pod: JsonObject) -> datetime | None:
    """Return when the oldest of its containers was started: it got its environment then."""
    running = [
        part(one, "state", "running").get("startedAt") for one in parts(pod, "status", "containerStatuses")
    ]
    moments = sorted(datetime.fromisoformat(one) for one in running if one)
    return moments[0] if moments else None


def _used(pod: JsonObject) -> set[str]:
    """Return the Secrets that a pod of this specification is given."""
    containers = [*parts(pod, "containers"), *parts(pod, "initContainers")]
    names = {
        str(part(one, "valueFrom", "secretKeyRef").get("name", ""))
        for each in containers
        for one in parts(each, "env")
    }
    names |= {
        str(part(one, "secretRef").get("name", "")) for each in containers for one in parts(each, "envFrom")
    }
    for volume in parts(pod, "volumes"):
        names.add(str(part(volume, "secret").get("secretName", "")))
        names |= {str(part(one, "secret").get("name", "")) for one in parts(volume, "projected", "sources")}
    return names - {""}


def _held(item: JsonObject) -> Held:
    metadata = part(item, "metadata")
    owners = parts(metadata, "ownerReferences")
    created = metadata.get("creationTimestamp")
    values = {key: b64decode(value or "") for key, value in part(item, "data").items()}
    return Held(
        namespace=metadata.get("namespace", ""),
        name=metadata["name"],
        digests={key: digest(value) if value else "" for key, value in values.items()},
        owner=f"{owners[0]['kind']}/{owners[0]['name']}" if owners else "",
        created=datetime.fromisoformat(created) if created else None,
    )
