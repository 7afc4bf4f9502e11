"""Objects of the cluster that were changed, or that should not exist, or that are gone.

What a change does to an object is a JSON merge patch; the memo has that patch and the one that takes it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from faults import hosts, reach
from faults.kinds.base import Harm
from faults.kinds.patches import EACH, Also, Json, holds, inverse, merged, resolved
from faults.words import filled, filled_in
from probes.kubeapi import refusal
from probes.outcomes import CannotObserve, NetworkFailure
from probes.waiting import Patience, eventually
from provisioning.target import Target

_MERGE = "application/merge-patch+json"
_OWN = ("name", "namespace", "labels", "annotations")
_OK = range(200, 300)
NOT_FOUND, CONFLICT = 404, 409
_RESTARTED = "clusterspec/restarted-for"
_RUNS = Patience(within=90.0, every=0.5)
_EVERY = "/*"


@dataclass(frozen=True, slots=True)
class ObjectChanged(Harm):
    """An object differs from how it was declared.

    path: of the object in the API, or of a collection with "/*" behind it, for every object there that would change.
    patch: what is changed, as a JSON merge patch (None takes a key away) with the words of `faults.kinds.patches`.
    on: the host that "{node}" stands for, in the words of `faults.hosts`. In all of them names in braces are replaced
        (`faults.words`).
    rolls: path of a Deployment that is rolled out for the change; "" for none.
    anew: the API lets no such object be changed: it is deleted, and another one is made.
    """

    path: str
    patch: Mapping[str, Any]
    on: str = ""
    rolls: str = ""
    anew: bool = False

    @property
    def places(self) -> frozenset[str]:
        """The object, and the Deployment that is rolled out for it."""
        return frozenset(f"{self.on}: {path}" for path in (self.path, self.rolls) if path)

    def _why_not(self, target: Target) -> str | None:
        where = self._where(target)
        if not where:
            return f"nothing would change of {self.path}"
        return next((f"there is no {at}" for at in where if get(target, at) is None), None)

    def _where(self, target: Target) -> Sequence[str]:
        path = filled(target, self.path, on=hosts.one(target, self.on) if self.on else "")
        if not path.endswith(_EVERY):
            return (path,)
        collection = path.removesuffix(_EVERY)
        found = reach.api(target).list(collection, collection)
        changed = [each for each in found if not holds(each, resolved(target, each, self.patch))]
        return [f"{collection}/{each['metadata']['name']}" for each in changed]

    def _look(self, target: Target, at: str) -> Json:
        found = get(target, at)
        if found is None:
            raise LookupError(f"there is no {at}")
        patch = resolved(target, found, self.patch)
        if holds(found, patch):
            raise LookupError(f"{at} has nothing that would change")
        was = {"patch": patch, "restore": inverse(found, patch)}
        return {**was, "original": original(found)} if self.anew else was

    def _harm(self, target: Target, at: str, was: Json) -> None:
        if self.anew:
            _replace(target, at, merged(was["original"], was["patch"]))
        else:
            send(target, "PATCH", at, was["patch"])
        self._roll(target, at.rpartition("/")[2])

    def _undo(self, target: Target, at: str, was: Json) -> None:
        if not self.anew:
            send(target, "PATCH", at, was["restore"])
        elif not self._undone(target, at, was):
            _replace(target, at, was["original"])
        self._roll(target, None)

    def _undone(self, target: Target, at: str, was: Json) -> bool:
        found = get(target, at)
        same = found is not None and holds(found, was["restore"]) and settled(found)
        return same and (not self.rolls or is_settled(target, filled(target, self.rolls)))

    def _roll(self, target: Target, why: str | None) -> None:
        if self.rolls:
            restart(target, filled(target, self.rolls), why)


@dataclass(frozen=True, slots=True)
class ObjectAdded(Harm):
    """An object exists that was not declared.

    collection: its path in the API, without the object's name. then: a merge patch, sent when the workload runs.
    In all of them names in braces are replaced (`faults.words`).
    """

    collection: str
    manifest: Mapping[str, Any]
    then: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def _why_not(self, target: Target) -> str | None:
        (path,) = self._where(target)
        return f"{path} exists already" if get(target, path) is not None else None

    def _where(self, target: Target) -> Iterable[str]:
        return (f"{filled(target, self.collection)}/{quote(self.manifest['metadata']['name'])}",)

    def _look(self, target: Target, _at: str) -> None:
        filled_in(target, self.manifest)  # what it names is there

    def _harm(self, target: Target, at: str, _was: None) -> None:
        collection = at.rpartition("/")[0]
        send(target, "POST", collection, filled_in(target, self.manifest), fine=(CONFLICT,))
        if self.then and not holds(get(target, at) or {}, self.then):
            eventually(lambda: is_settled(target, at), bool, expected=f"{at} is rolled out", patience=_RUNS)
            send(target, "PATCH", at, dict(self.then))

    def _undo(self, target: Target, at: str, _was: None) -> None:
        send(target, "DELETE", at, None, fine=(NOT_FOUND,))

    def _undone(self, target: Target, at: str, _was: None) -> bool:
        return get(target, at) is None and not self._pods(target, at)

    def _pods(self, target: Target, at: str) -> Iterable[Json]:
        """Return the pods that a workload leaves for a moment."""
        labels = self.manifest.get("spec", {}).get("selector", {}).get("matchLabels")
        if not labels:
            return ()
        namespace = at.partition("/namespaces/")[2].partition("/")[0]
        chosen = ",".join(f"{key}={value}" for key, value in labels.items())
        return reach.api(target).list("pods", f"/api/v1/namespaces/{namespace}/pods", labelSelector=chosen)


@dataclass(frozen=True, slots=True)
class ObjectRemoved(Harm):
    """An object is gone, and what its controller made of it, and a Deployment was rolled out since.

    path: of the object in the API, which holds no secret. made: path of what its controller makes of it. rolls: path
    of the Deployment. In all of them names in braces are replaced (`faults.words`).
    """

    path: str
    made: str
    rolls: str

    def _why_not(self, target: Target) -> str | None:
        (path,) = self._where(target)
        return None if get(target, path) is not None else f"there is no {path}"

    def _where(self, target: Target) -> Iterable[str]:
        return (filled(target, self.path),)

    def _look(self, target: Target, at: str) -> Json:
        return {**original(get(target, at) or {}), "status": {}}

    def _harm(self, target: Target, at: str, _was: Json) -> None:
        for path in (at, filled(target, self.made)):
            send(target, "DELETE", path, None, fine=(NOT_FOUND,))
        restart(target, filled(target, self.rolls), at.rpartition("/")[2])

    def _undo(self, target: Target, at: str, was: Json) -> None:
        send(target, "POST", at.rpartition("/")[0], was, fine=(CONFLICT,))
        restart(target, filled(target, self.rolls), None)

    def _undone(self, target: Target, at: str, _was: Json) -> bool:
        there = all(get(target, path) is not None for path in (at, filled(target, self.made)))
        return there and is_settled(target, filled(target, self.rolls))


def scaled_down(service: str) -> ObjectChanged:
    """The Deployment of a service of the inventory has no pod."""
    return ObjectChanged(workload(service), {"spec": {"replicas": 0}})


def environment(path: str, variables: Mapping[str, str]) -> ObjectChanged:
    """A Deployment's containers run with other variables. What is secret is a reference, and stays."""
    wanted = Also(tuple({"name": name, "value": value} for name, value in variables.items()))
    return ObjectChanged(path, {"spec": {"template": {"spec": {"containers": {EACH: {"env": wanted}}}}}})


def unstarted(name: str, container: Json) -> Json:
    """Return the manifest of a Deployment that is there to be read: of one container, with no pod."""
    labels = {"app": name}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"image": "{image}", **container}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": pod},
    }


def settled(found: Mapping[str, Any]) -> bool:
    """Tell whether an object is no workload, or one of which every pod is there and ready."""
    status, spec = found.get("status", {}), found.get("spec", {})
    if status.get("observedGeneration", 0) < found["metadata"].get("generation", 0) and "template" in spec:
        return False
    if "desiredNumberScheduled" in status:
        wanted, have = status["desiredNumberScheduled"], status.get("numberReady", 0)
        return bool(status.get("updatedNumberScheduled", 0) == wanted == have)
    if "template" in spec and "replicas" in spec:
        return bool(status.get("readyReplicas", 0) == spec["replicas"] == status.get("replicas", 0))
    return True


def is_settled(target: Target, path: str) -> bool:
    """Tell whether an object is there, and ``settled``."""
    found = get(target, path)
    return found is not None and settled(found)


def get(target: Target, path: str) -> Json | None:
    """Return an object of the cluster by its path in the API; None where there is none."""
    return reach.api(target).get(path, path, optional=True)


def send(target: Target, method: str, path: str, body: Json | None, *, fine: tuple[int, ...] = ()) -> None:
    """Send a change; raises CannotObserve when there was no answer, OSError when it was refused."""
    kind = _MERGE if method == "PATCH" else "application/json"
    reply = reach.api(target).request(
        method, path, what=path, body=body, kind=kind if body is not None else ""
    )
    if isinstance(reply, NetworkFailure):
        raise CannotObserve(path, "the operator's workstation", str(reply))
    if reply.status not in _OK and reply.status not in fine:
        # What was sent to a Secret is told to nobody.
        told = "something" if "/secrets" in path else json.dumps(body)
        raise OSError(f"{method} {path} with {told}: {refusal(reply)}")


def original(found: Json) -> Json:
    """Return an object without what the API adds to its metadata, so that it can be made again."""
    metadata = {key: value for key, value in found["metadata"].items() if key in _OWN}
    return {**found, "metadata": metadata}


def restart(target: Target, path: str, why: str | None) -> None:
    """Roll a Deployment out anew, by a mark on its pods; None takes the mark away, which does so too."""
    marked = {"spec": {"template": {"metadata": {"annotations": {_RESTARTED: why}}}}}
    send(target, "PATCH", path, marked)


def secret_path(namespace: str, name: str) -> str:
    """Return the path of a Secret in the API."""
    return f"/api/v1/namespaces/{namespace}/secrets/{name}"


def beside(service: str, collection: str) -> str:
    """Return the path of a collection in the namespace of a service of the inventory, with names in braces.

    collection: with its group before it: "apps/v1 deployments", "v1 secrets".
    """
    group, _, name = collection.partition(" ")
    root = f"/apis/{group}" if "/" in group else f"/api/{group}"
    return f"{root}/namespaces/{{services.{service}.namespace}}/{name}"


def workload(service: str, kind: str = "deployments") -> str:
    """Return the path of what does the work of a service of the inventory, likewise."""
    return f"{beside(service, f'apps/v1 {kind}')}/{{services.{service}.workload}}"


def _replace(target: Target, path: str, by: Json) -> None:
    send(target, "DELETE", path, None, fine=(NOT_FOUND,))
    send(target, "POST", path.rpartition("/")[0], by)
