"""Every object that an API holds, as what was wanted of it: for telling whether anything was changed.

Left out is what changes by itself all the time: status, leases, events, endpoints (which follow the pods), what runs
by the clock (a CronJob's jobs and their pods), and what is computed when asked for (metrics, component statuses).
Secrets are only ever seen as a digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from probes.jsonobjects import part, parts
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api, JsonObject

_RESTLESS = frozenset({"events", "leases", "endpoints", "endpointslices", "componentstatuses", "bindings"})
_COMPUTED = frozenset({"metrics.k8s.io", "events.k8s.io"})
_OWN_TIME = ("resourceVersion", "managedFields", "generation")
_GITOPS = ("argocd.argoproj.io", "fluxcd.io")
"""Domains of the labels that GitOps tools put on what they own."""
_HEARTBEATS = ("control-plane.alpha.kubernetes.io/leader",)


@dataclass(frozen=True, slots=True)
class Object:
    """One object.

    kind: as "KIND.GROUP", the group left out where it is the core's. uid: a replaced object has another one.
    content: SHA-256 of all but its status and what the API server keeps for itself.
    generation: how often its specification was changed; 0 where its kind does not count. Not compared.
    """

    kind: str
    namespace: str
    name: str
    uid: str
    content: str
    generation: int = field(default=0, compare=False)
    labels: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)

    @property
    def gitops(self) -> tuple[str, ...]:
        """Its labels that a GitOps tool has put on it."""
        return tuple(label for label in self.labels if label.partition("/")[0].endswith(_GITOPS))

    @property
    def key(self) -> str:
        """What it is called, across its replacements."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.key}, generation {self.generation}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the objects between two looks: the keys of those that are new, gone, replaced, changed."""

    created: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Read as a line."""
        parts = (
            f"{name}: {', '.join(keys)}"
            for name, keys in (
                ("created", self.created),
                ("deleted", self.deleted),
                ("replaced", self.replaced),
                ("changed", self.changed),
            )
            if keys
        )
        return "; ".join(parts) or "nothing changed"


def everything(api: Api) -> Mapping[str, Object]:
    """Return all objects of all kinds that can be listed, by their keys; none that runs by the clock.

    Raises:
        CannotObserve: also when a single kind could not be listed.

    """
    seen: list[Object] = []
    owners: dict[str, frozenset[str]] = {}
    runs: set[str] = set()
    for kind, item in items(api):
        one, owned = _object(item, kind), parts(item, "metadata", "ownerReferences")
        seen.append(one)
        owners[one.key] = frozenset(each.get("uid", "") for each in owned)
        if any(each.get("kind") == "CronJob" for each in owned):
            runs.add(one.uid)
    found = {one.key: one for one in seen if one.uid not in runs and runs.isdisjoint(owners[one.key])}
    if not found:
        what, why = "the objects of the cluster", "the API lists no object of any kind"
        raise CannotObserve(what, api.vantage.name, why)
    return found


def items(api: Api) -> Iterator[tuple[str, JsonObject]]:
    """Yield all objects of all kinds that can be listed, each with its kind ("KIND.GROUP"). Raises as `everything`.

    These hold whatever they hold: keep what is secret to yourself.
    """
    for group, plural in _kinds(api):
        suffix = f".{group.split('/')[2]}" if group.startswith("/apis/") else ""
        for item in api.list(f"all {plural}", f"{group}/{plural}"):
            yield f"{plural}{suffix}", item


def changes(before: Mapping[str, Object], after: Mapping[str, Object]) -> Changes:
    """Compare two looks at the same cluster."""
    both = sorted(before.keys() & after.keys())
    return Changes(
        created=tuple(sorted(after.keys() - before.keys())),
        deleted=tuple(sorted(before.keys() - after.keys())),
        replaced=tuple(key for key in both if before[key].uid != after[key].uid),
        changed=tuple(
            key
            for key in both
            if before[key].uid == after[key].uid and before[key].content != after[key].content
        ),
    )


def _kinds(api: Api) -> list[tuple[str, str]]:
    """Return every kind that can be listed, as the path of its group and its plural."""
    groups = api.get("the API groups", "/apis") or {}
    names = [(one["name"], one["preferredVersion"]["groupVersion"]) for one in groups.get("groups", [])]
    paths = ["/api/v1", *(f"/apis/{version}" for name, version in names if name not in _COMPUTED)]
    return [
        (path, kind["name"])
        for path in paths
        for kind in (api.get(f"the kinds of {path}", path) or {}).get("resources", [])
        if "/" not in kind["name"] and "list" in kind["verbs"] and kind["name"] not in _RESTLESS
    ]


def _object(item: JsonObject, kind: str) -> Object:
    metadata = item["metadata"]
    return Object(
        kind=kind,
        namespace=metadata.get("namespace", ""),
        name=metadata["name"],
        uid=metadata.get("uid", ""),
        content=_digest(item),
        generation=metadata.get("generation", 0),
        labels=metadata.get("labels") or {},
    )


def _digest(item: JsonObject) -> str:
    metadata = {key: value for key, value in item["metadata"].items() if key not in _OWN_TIME}
    notes = part(metadata, "annotations")
    metadata["annotations"] = {key: value for key, value in notes.items() if key not in _HEARTBEATS}
    wanted: dict[str, Any] = {key: value for key, value in item.items() if key != "status"}
    text = json.dumps({**wanted, "metadata": metadata}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
