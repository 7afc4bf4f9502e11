"""Objects of the cluster that were changed, or that should not exist.

What a change does to an object is a JSON merge patch; the memo has that patch and the one that takes it back.
"""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard
from urllib.parse import quote

from faults import hosts, reach
from faults.kinds.base import Harm
from faults.words import filled
from probes.kubeapi import refusal
from probes.outcomes import CannotObserve, NetworkFailure
from probes.waiting import Patience, eventually
from probes.workload_images import image_of
from provisioning.target import Target

Json = dict[str, Any]
Pairs = tuple[tuple[str, str], ...]
_MERGE = "application/merge-patch+json"
_OWN = ("name", "namespace", "labels", "annotations")
_OK = range(200, 300)
NOT_FOUND, CONFLICT = 404, 409
_IMAGE = "{image}"
_RESTARTED = "clusterspec/restarted-for"
_RUNS = Patience(within=90.0, every=0.5)
DEPLOYMENT = ("spec", "template", "spec")
CRON_JOB = ("spec", "jobTemplate", "spec", "template", "spec")
"""Where a workload describes its pods."""


@dataclass(frozen=True, slots=True)
class _Object(Harm):
    """An object differs from how it was declared. path: of the object in the API."""

    path: str

    @abstractmethod
    def _patch(self, target: Target, found: Json, /) -> Json:
        """Return what is changed of the object as it was found, as a merge patch (None takes a key away)."""

    def _rolled(self) -> tuple[str, str]:
        """Return the path of a Deployment that is rolled out for the change, and why; "" for none."""
        return "", ""

    @property
    def places(self) -> frozenset[str]:
        """The object, and the Deployment that is rolled out for it."""
        return frozenset(f": {path}" for path in (self.path, self._rolled()[0]) if path)

    def available(self, target: Target) -> str | None:
        """Say that there is no such object, or None."""
        return next((f"there is no {at}" for at in self._where(target) if get(target, at) is None), None)

    def _where(self, _target: Target) -> Iterable[str]:
        return (self.path,)

    def _look(self, target: Target, at: str) -> Json:
        found = get(target, at)
        if found is None:
            raise LookupError(f"there is no {at}")
        patch = self._patch(target, found)
        if holds(found, patch):
            raise LookupError(f"{at} has nothing that would change")
        return {"patch": patch, **self._kept(found, patch)}

    def _kept(self, found: Json, patch: Json, /) -> Json:
        return {"restore": inverse(found, patch)}

    def _harm(self, target: Target, at: str, was: Json) -> None:
        send(target, "PATCH", at, was["patch"])
        self._roll(target, broken=True)

    def _undo(self, target: Target, at: str, was: Json) -> None:
        send(target, "PATCH", at, was["restore"])
        self._roll(target, broken=False)

    def _undone(self, target: Target, at: str, was: Json) -> bool:
        found, workload = get(target, at), self._rolled()[0]
        same = found is not None and holds(found, was["restore"]) and settled(found)
        return same and (not workload or is_settled(target, workload))

    def _roll(self, target: Target, *, broken: bool) -> None:
        workload, why = self._rolled()
        if workload:
            restart(target, workload, why if broken else None)


@dataclass(frozen=True, slots=True)
class ObjectChanged(_Object):
    """An object has other values.

    path: of the object in the API; "{}" stands for the host that ``on`` means, in the words of `faults.hosts`.
    patch: what is changed, as a JSON merge patch (None takes a key away).
    """

    patch: Mapping[str, Any]
    on: str = ""

    @property
    def places(self) -> frozenset[str]:
        """The object."""
        return frozenset({f"{self.on}: {self.path}"})

    def _where(self, target: Target) -> Iterable[str]:
        return (self.path.replace("{}", hosts.one(target, self.on)) if self.on else self.path,)

    def _patch(self, _target: Target, _found: Json) -> Json:
        return dict(self.patch)


@dataclass(frozen=True, slots=True)
class ObjectReplaced(ObjectChanged):
    """The same where the API lets no object be changed: it is deleted, and another one is made."""

    def _kept(self, found: Json, _patch: Json) -> Json:
        return {"original": original(found)}

    def _harm(self, target: Target, at: str, was: Json) -> None:
        _replace(target, at, merged(was["original"], was["patch"]))

    def _undo(self, target: Target, at: str, was: Json) -> None:
        if not self._undone(target, at, was):
            _replace(target, at, was["original"])

    def _undone(self, target: Target, at: str, was: Json) -> bool:
        found = get(target, at)
        return found is not None and holds(found, inverse(was["original"], was["patch"]))


@dataclass(frozen=True, slots=True)
class ConfigMapChanged(_Object):
    """A text of a ConfigMap is another one, and the Deployment that reads it runs with it.

    key: of the text in the ConfigMap. changes: pairs (regular expression, what each match becomes). restarts: path of
    the Deployment.
    """

    key: str
    changes: Pairs
    restarts: str

    def _patch(self, target: Target, found: Json) -> Json:
        return {"data": {self.key: changed(target, found["data"][self.key], self.changes)}}

    def _rolled(self) -> tuple[str, str]:
        return self.restarts, self.key


@dataclass(frozen=True, slots=True)
class ContainerArgsChanged(_Object):
    """A workload's containers run with other words.

    changes: as in ``ConfigMapChanged``, for each word. pods: where the workload describes its pods.
    """

    changes: Pairs
    pods: tuple[str, ...] = DEPLOYMENT

    def _patch(self, target: Target, found: Json) -> Json:
        return _nested(self.pods, [self._argued(target, each) for each in _containers(found, self.pods)])

    def _argued(self, target: Target, container: Json) -> Json:
        lists = {key: container[key] for key in ("command", "args") if key in container}
        return {
            **container,
            **{key: [changed(target, word, self.changes) for word in words] for key, words in lists.items()},
        }


@dataclass(frozen=True, slots=True)
class ContainerEnvironmentChanged(_Object):
    """A Deployment's containers run with other variables. What is secret is a reference, and stays."""

    variables: Mapping[str, str]

    def _patch(self, target: Target, found: Json) -> Json:
        wanted = [{"name": name, "value": filled(target, value)} for name, value in self.variables.items()]
        containers = [
            {
                **each,
                "env": [*(one for one in each.get("env", []) if one["name"] not in self.variables), *wanted],
            }
            for each in _containers(found, DEPLOYMENT)
        ]
        return _nested(DEPLOYMENT, containers)


@dataclass(frozen=True, slots=True)
class IngressPathsChanged(_Object):
    """An Ingress leads to its services only below another path. below: that path."""

    below: str

    def _patch(self, _target: Target, found: Json) -> Json:
        rules = [
            {**rule, "http": {"paths": [{**one, "path": self.below} for one in rule["http"]["paths"]]}}
            for rule in found["spec"]["rules"]
        ]
        return {"spec": {"rules": rules}}


@dataclass(frozen=True, slots=True)
class ObjectCreated(Harm):
    """An object exists that was not declared.

    collection: its path in the API, without the object's name. then: a merge patch, sent when the workload runs.
    In the manifest "{image}" stands for an image that does nothing by itself: that of the probe's pods.
    """

    collection: str
    manifest: Mapping[str, Any]
    then: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def available(self, target: Target) -> str | None:
        """Say that the object exists already, or None."""
        (path,) = self._where(target)
        return f"{path} exists already" if get(target, path) is not None else None

    def _where(self, _target: Target) -> Iterable[str]:
        return (f"{self.collection}/{quote(self.manifest['metadata']['name'])}",)

    def _harm(self, target: Target, at: str, _was: None) -> None:
        send(target, "POST", self.collection, with_image(target, self.manifest), fine=(CONFLICT,))
        if self.then and not holds(get(target, at) or {}, self.then):
            eventually(lambda: is_settled(target, at), bool, expected=f"{at} is rolled out", patience=_RUNS)
            send(target, "PATCH", at, dict(self.then))

    def _undo(self, target: Target, at: str, _was: None) -> None:
        send(target, "DELETE", at, None, fine=(NOT_FOUND,))

    def _undone(self, target: Target, at: str, _was: None) -> bool:
        return get(target, at) is None and not self._pods(target)

    def _pods(self, target: Target) -> Iterable[Json]:
        """Return the pods that a workload leaves for a moment."""
        labels = self.manifest.get("spec", {}).get("selector", {}).get("matchLabels")
        if not labels:
            return ()
        namespace = self.collection.partition("/namespaces/")[2].partition("/")[0]
        chosen = ",".join(f"{key}={value}" for key, value in labels.items())
        return reach.api(target).list("pods", f"/api/v1/namespaces/{namespace}/pods", labelSelector=chosen)


def unstarted(name: str, container: Json) -> Json:
    """Return the manifest of a Deployment that is there to be read: of one container, with no pod."""
    labels = {"app": name}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"image": _IMAGE, **container}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": pod},
    }


def with_image(target: Target, manifest: Mapping[str, Any]) -> Json:
    """Return a manifest with the image of the probe's pods where it has "{image}"."""
    text, probe = json.dumps(manifest), target.inventory.probe
    if _IMAGE not in text or probe is None:
        return dict(manifest)
    image = image_of(reach.api(target), probe.namespace, probe.daemonset)
    return dict(json.loads(text.replace(_IMAGE, image)))


def inverse(found: Mapping[str, Any], patch: Mapping[str, Any]) -> Json:
    """Return the merge patch that takes ``patch`` back, on an object that was ``found`` so before it."""
    undo: Json = {}
    for key, wanted in patch.items():
        had = found.get(key)
        undo[key] = inverse(had, wanted) if _is_object(had) and _is_object(wanted) else had
    return undo


def merged(found: Mapping[str, Any], patch: Mapping[str, Any]) -> Json:
    """Return an object with a merge patch applied."""
    result: Json = dict(found)
    for key, wanted in patch.items():
        had = result.get(key)
        if wanted is None:
            result.pop(key, None)
        elif _is_object(wanted):
            result[key] = merged(had if _is_object(had) else {}, wanted)
        else:
            result[key] = wanted
    return result


def holds(found: Mapping[str, Any], patch: Mapping[str, Any]) -> bool:
    """Tell whether a merge patch would change nothing of an object."""
    for key, wanted in patch.items():
        had = found.get(key)
        if _is_object(wanted):
            if not holds(had if _is_object(had) else {}, wanted):
                return False
        elif had != wanted:
            return False
    return True


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


def _is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


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


def changed(target: Target, text: str, changes: Pairs) -> str:
    """Return a text with all changes made."""
    for pattern, becomes in changes:
        text = re.sub(filled(target, pattern), filled(target, becomes), text, flags=re.MULTILINE)
    return text


def secret_path(namespace: str, name: str) -> str:
    """Return the path of a Secret in the API."""
    return f"/api/v1/namespaces/{namespace}/secrets/{name}"


def _replace(target: Target, path: str, by: Json) -> None:
    send(target, "DELETE", path, None, fine=(NOT_FOUND,))
    send(target, "POST", path.rpartition("/")[0], by)


def _containers(found: Any, pods: tuple[str, ...]) -> list[Json]:
    for key in pods:
        found = found[key]
    return list(found["containers"])


def _nested(pods: tuple[str, ...], containers: list[Json]) -> Json:
    patch: Json = {"containers": containers}
    for key in reversed(pods):
        patch = {key: patch}
    return patch
