"""Restarts who uses a Secret or a ConfigMap when that has changed. It stands for stakater's Reloader.

It understands that one's annotations (`reloader.stakater.com/auto`, `secret.reloader.stakater.com/reload`, and so
on) on a Deployment, StatefulSet or DaemonSet, and restarts by an annotation of the pod template, as that one can.
What changes while it does not run, it does not notice; nor does that one.

It runs as a program of its own in a pod, with the standard library only.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import sys
import threading
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
SERVER = "https://kubernetes.default.svc"
PREFIX = "reloader.stakater.com"
WORKLOADS = ("deployments", "statefulsets", "daemonsets")
_WATCH = 240
"""Seconds after which a watch is begun anew."""
_PAUSE = 2.0
"""Seconds to wait after the API said no."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object that pods take values from, and how a pod's specification names it."""

    name: str
    collection: str
    variable: str
    variables: str
    volume: str
    named: str

    @property
    def prefix(self) -> str:
        """The word that the annotations for this kind alone begin with."""
        return self.name.lower()


KINDS = (
    Kind("Secret", "secrets", "secretKeyRef", "secretRef", "secret", "secretName"),
    Kind("ConfigMap", "configmaps", "configMapKeyRef", "configMapRef", "configMap", "name"),
)


def used(kind: Kind, pod: Mapping[str, Any]) -> set[str]:
    """Return the names of the objects of a kind that a pod's specification takes values from."""
    return {name for name in _names(kind, pod) if name}


def _names(kind: Kind, pod: Mapping[str, Any]) -> Iterator[str | None]:
    for container in (*_each(pod, "containers"), *_each(pod, "initContainers")):
        for variable in _each(container, "env"):
            yield _part(variable, "valueFrom", kind.variable).get("name")
        for variables in _each(container, "envFrom"):
            yield _part(variables, kind.variables).get("name")
    for volume in _each(pod, "volumes"):
        yield _part(volume, kind.volume).get(kind.named)
        for source in _each(_part(volume, "projected"), "sources"):
            yield _part(source, kind.volume).get("name")


def _part(item: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Return what is below the keys; nothing, where a key is missing or null."""
    found: Any = item
    for key in keys:
        found = found.get(key) or {}
    return found


def _each(item: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return item.get(key) or []


def concerned(kind: Kind, name: str, workload: Mapping[str, Any]) -> bool:
    """Tell whether a workload asks to be restarted when the object of this kind and name has changed."""
    template = _part(workload, "spec", "template")
    annotations = {**_part(workload, "metadata", "annotations"), **_part(template, "metadata", "annotations")}
    listed = annotations.get(f"{kind.prefix}.{PREFIX}/reload", "")
    if name in {one.strip() for one in listed.split(",")}:
        return True
    automatic = (f"{PREFIX}/auto", f"{kind.prefix}.{PREFIX}/auto")
    return any(annotations.get(one) == "true" for one in automatic) and name in used(
        kind, _part(template, "spec")
    )


def digest(item: Mapping[str, Any]) -> str:
    """Return what changes when the values of a Secret or ConfigMap do, and does not tell them."""
    values = {key: item.get(key) for key in ("data", "binaryData")}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


class Api:
    """The API of the cluster, by the account of the pod."""

    def __init__(self) -> None:
        self.context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))

    def open(self, method: str, path: str, body: object = None, *, timeout: float = 30.0) -> Any:
        """Send a request and return the answer to read from. Raises OSError."""
        request = urllib.request.Request(  # noqa: S310 - https only
            SERVER + path, method=method, data=None if body is None else json.dumps(body).encode()
        )
        # Read each time: the kubelet replaces it before it ends.
        request.add_header("Authorization", f"Bearer {(ACCOUNT / 'token').read_text()}")
        if body is not None:
            request.add_header("Content-Type", "application/strategic-merge-patch+json")
        return urllib.request.urlopen(request, timeout=timeout, context=self.context)  # noqa: S310

    def get(self, path: str) -> dict[str, Any]:
        """Return an object or a list."""
        with self.open("GET", path) as answer:
            return json.load(answer)

    def events(self, path: str, version: str) -> Iterator[dict[str, Any]]:
        """Yield what happens to the objects of a collection from a version on, for some minutes."""
        query = f"watch=true&resourceVersion={version}&timeoutSeconds={_WATCH}"
        with self.open("GET", f"{path}?{query}", timeout=_WATCH + 30.0) as answer:
            for line in answer:
                yield json.loads(line)


class Watcher:
    """Follows one kind of objects, and restarts whatever is concerned."""

    def __init__(self, api: Api, kind: Kind) -> None:
        self.api, self.kind = api, kind
        self.known: dict[tuple[str, str], str] = {}

    def run(self) -> None:
        """Follow for ever; whatever the API says no to is tried again from the start."""
        first = True
        while True:
            try:
                self.follow(first=first)
                first = False
            except (OSError, ValueError, LookupError) as error:
                say(f"{self.kind.name}s cannot be followed: {error}")
                threading.Event().wait(_PAUSE)

    def follow(self, *, first: bool) -> None:
        """Compare all objects with what is known of them, and then each one that changes."""
        path = f"/api/v1/{self.kind.collection}"
        page = self.api.get(path)
        for item in page["items"]:
            self.look(item, first=first)
        if first:
            say(f"follows {len(self.known)} {self.kind.name}s")
        for event in self.api.events(path, page["metadata"]["resourceVersion"]):
            if event["type"] == "ERROR":
                return
            if event["type"] in {"ADDED", "MODIFIED"}:
                self.look(event["object"], first=False)

    def look(self, item: Mapping[str, Any], *, first: bool) -> None:
        """Note an object's digest; restart whatever is concerned if another one was known."""
        metadata = item["metadata"]
        where, now = (metadata["namespace"], metadata["name"]), digest(item)
        # What was removed stays known: if it comes back with other values, it has changed.
        if self.known.get(where) not in {None, now} and not first:
            self.restart(*where, now)
        # Only now: if the API said no to a restart, it is tried again with the next list.
        self.known[where] = now

    def restart(self, namespace: str, name: str, now: str) -> None:
        """Restart the workloads of a namespace that an object concerns."""
        cause = json.dumps({"kind": self.kind.name, "name": name, "namespace": namespace, "hash": now})
        patch = {"spec": {"template": {"metadata": {"annotations": {f"{PREFIX}/last-reloaded-from": cause}}}}}
        for collection in WORKLOADS:
            path = f"/apis/apps/v1/namespaces/{namespace}/{collection}"
            for workload in self.api.get(path)["items"]:
                if concerned(self.kind, name, workload):
                    called = workload["metadata"]["name"]
                    say(f"{self.kind.name} {namespace}/{name} has changed: restarts {collection}/{called}")
                    with self.api.open("PATCH", f"{path}/{called}", patch) as answer:
                        answer.read()


def say(text: str) -> None:
    """Write a line to the pod's log."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Follow Secrets and ConfigMaps until the pod ends."""
    api = Api()
    threads = [threading.Thread(target=Watcher(api, kind).run) for kind in KINDS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
