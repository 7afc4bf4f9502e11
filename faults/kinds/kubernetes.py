"""Objects of the cluster that somebody changed, or that should not exist."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import quote

from faults import hosts, reach
from faults.fault import Memo
from probes.kubeapi import refusal
from probes.outcomes import CannotObserve, NetworkFailure
from probes.workload_images import image_of
from provisioning.target import Target

Json = dict[str, Any]
_MERGE = "application/merge-patch+json"
_OWN = ("name", "namespace", "labels", "annotations")
_OK = range(200, 300)
_NOT_FOUND = 404
_CONFLICT = 409
_IMAGE = "{image}"


@dataclass(frozen=True, slots=True)
class Patched:
    """An object differs from how it was declared.

    path: of the object in the API; "{}" stands for the host that ``on`` means.
    patch: what to change, as a JSON merge patch (None takes a key away); ``on`` in the words of `faults.hosts`.
    """

    path: str
    patch: Mapping[str, Any]
    on: str = ""

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self._path(target)) is not None else f"there is no {self._path(target)}"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        path = self._path(target)
        found = get(target, path)
        if found is None:
            raise LookupError(f"there is no {path}")
        return {"path": path, "restore": inverse(found, self.patch)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        send(target, "PATCH", memo["path"], dict(self.patch))

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        send(target, "PATCH", memo["path"], memo["restore"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`: also rolled out, where it is a workload."""
        found = get(target, memo["path"])
        return found is not None and holds(found, memo["restore"]) and settled(found)

    def _path(self, target: Target) -> str:
        return self.path.replace("{}", hosts.one(target, self.on)) if self.on else self.path


@dataclass(frozen=True, slots=True)
class Recreated:
    """An object was replaced by one that differs where no object may be changed.

    path: as in ``Patched``. patch: what differs. The original is kept in the memo without what the API adds.
    """

    path: str
    patch: Mapping[str, Any]
    on: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self._path(target)) is not None else f"there is no {self._path(target)}"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        found = get(target, self._path(target)) or {}
        metadata = {key: value for key, value in found["metadata"].items() if key in _OWN}
        return {"path": self._path(target), "original": {**found, "metadata": metadata}}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        self._replace(target, memo, merged(memo["original"], self.patch))

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        if not self.mended(target, memo):
            self._replace(target, memo, memo["original"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        found = get(target, memo["path"])
        return found is not None and holds(found, inverse(memo["original"], self.patch))

    def _replace(self, target: Target, memo: Memo, by: Json) -> None:
        send(target, "DELETE", memo["path"], None, fine=(_NOT_FOUND,))
        send(target, "POST", memo["path"].rpartition("/")[0], by)

    def _path(self, target: Target) -> str:
        return self.path.replace("{}", hosts.one(target, self.on))


@dataclass(frozen=True, slots=True)
class Created:
    """An object exists that nobody declared. collection: its path in the API, without the object's name.

    In the manifest "{image}" stands for an image that does nothing by itself: that of the probe's pods.
    """

    collection: str
    manifest: Mapping[str, Any]

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return f"{self._path} exists already" if get(target, self._path) is not None else None

    def before(self, target: Target) -> Memo:  # noqa: ARG002 - every kind is given it
        """See `Kind.before`."""
        return {"path": self._path}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - as above
        """See `Kind.break_`."""
        send(target, "POST", self.collection, with_image(target, self.manifest), fine=(_CONFLICT,))

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        send(target, "DELETE", memo["path"], None, fine=(_NOT_FOUND,))

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return get(target, memo["path"]) is None

    @property
    def _path(self) -> str:
        return f"{self.collection}/{quote(self.manifest['metadata']['name'])}"


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
