"""How often containers have been started again, and what pods had to wait for before their first start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from probes.jsonobjects import JsonObject, part, parts
from probes.kubestate import events
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api

_MISSING = re.compile(
    r"""(?P<whole>secret|configmap)\ "(?P<name>[^"]+)"\ not\ found            # the whole of it
    | find\ key\ .+\ in\ (?P<part>secret|configmap)\ (?:[^\s/]+/)?(?P<of>[^\s/]+)  # one of its keys
    | references\ non-existent\ (?P<volume>secret|config)\ key""",
    re.IGNORECASE | re.VERBOSE,
)
"""In the words of a kubelet, which has no others."""
_REMEMBERED = timedelta(hours=1)
"""How long the API keeps an event."""
_PREPARED = frozenset({None, "PodInitializing", "ContainerCreating"})
"""Reasons of a container that waits as each does for a moment."""
_ASKS = ("Failed", "FailedMount")
"""Reasons of the events with which a kubelet says that it lacks something for a pod."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A Secret or ConfigMap, or a key of it, that a pod is given and that is not there. name: "" if it is not known."""

    of: Literal["Secret", "ConfigMap"]
    name: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.of} {self.name}".rstrip()


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """What a pod lacked at its start. message: the kubelet's."""

    pod: str
    missing: Missing
    message: str

    def __str__(self) -> str:
        """Read as a line."""
        return f"{self.pod}: {self.message}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A container that is not started, or a pod that no node was found for (then it has no container).

    reason: the API's, "CreateContainerConfigError", "Unschedulable". missing: what is not there, if it waits for that.
    """

    namespace: str
    pod: str
    container: str
    reason: str
    missing: Missing | None = None
    message: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a line."""
        return f"{self.namespace}/{self.pod} {self.container}".rstrip() + f": {self.reason}: {self.message}"


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a pod, of its first ones (init) or not. last: how it ended before, as "Error (1)"; "" if never."""

    namespace: str
    pod: str
    name: str
    restarts: int
    last: str = ""

    def __str__(self) -> str:
        """Read as a phrase."""
        last = f", last {self.last}" if self.last else ""
        return f"{self.namespace}/{self.pod} {self.name}: {self.restarts} restarts{last}"


def containers(api: Api) -> tuple[Container, ...]:
    """Return the containers of all pods, those that come first in a pod included, sorted."""
    found = [
        one for item in api.list("the pods of all namespaces", "/api/v1/pods") for one in _containers(item)
    ]
    return tuple(sorted(found, key=lambda one: (one.namespace, one.pod, one.name)))


def waited_for(api: Api, namespace: str = "") -> tuple[WaitedFor, ...]:
    """Return which Secrets and ConfigMaps pods of a namespace ("": of all) lacked at their start, sorted.

    A volume that was not there yet is not told. The API forgets after an hour.
    """
    asked = (one for one in events(api, namespace) if one.reason in _ASKS)
    found = {
        WaitedFor(one.subject.removeprefix("Pod/"), missing, one.message)
        for one in asked
        if (missing := _missing(one.message)) is not None
    }
    return tuple(sorted(found, key=str))


def waiting(api: Api) -> tuple[Waiting, ...]:
    """Return the containers of all pods that are held back, and the pods that have no node, sorted.

    A container whose pod is only being prepared is not told.
    """
    found = [
        one for item in api.list("the pods of all namespaces", "/api/v1/pods") for one in _held_back(item)
    ]
    return tuple(sorted(found, key=str))


def backed_off(api: Api, since: datetime) -> tuple[str, ...]:
    """Return whom a kubelet let wait before it tried again, since then (UTC): what crashed, and what was not pulled.

    Also those that are gone by now. Each as "POD: words".

    Raises:
        CannotObserve: also when that is longer ago than the API remembers.

    """
    if datetime.now(UTC) - since > _REMEMBERED:
        why = f"the API has forgotten what was more than {_REMEMBERED} ago, and that was at {since:%H:%M:%S}"
        raise CannotObserve("who was let wait", api.vantage.name, why)
    late = (one for one in events(api) if one.reason == "BackOff" and one.last >= since)
    return tuple(sorted({f"{one.subject.removeprefix('Pod/')}: {one.message}" for one in late}))


def _missing(message: str) -> Missing | None:
    found = _MISSING.search(message)
    if found is None:
        return None
    of = str(found["whole"] or found["part"] or found["volume"]).lower()
    return Missing("Secret" if of == "secret" else "ConfigMap", found["name"] or found["of"] or "")


def _held_back(item: JsonObject) -> Iterator[Waiting]:
    metadata, status = part(item, "metadata"), part(item, "status")
    namespace, pod = metadata["namespace"], metadata["name"]
    for one in _statuses(item):
        why = part(one, "state", "waiting")
        if why and why.get("reason") not in _PREPARED:
            message = why.get("message") or ""
            yield Waiting(namespace, pod, one["name"], str(why.get("reason", "")), _missing(message), message)
    for one in parts(status, "conditions"):
        if one.get("type") == "PodScheduled" and one.get("status") == "False":
            yield Waiting(namespace, pod, "", one.get("reason") or "", message=one.get("message") or "")


def _statuses(item: JsonObject) -> list[JsonObject]:
    status = part(item, "status")
    return [*parts(status, "initContainerStatuses"), *parts(status, "containerStatuses")]


def _containers(item: JsonObject) -> list[Container]:
    metadata = part(item, "metadata")
    return [
        Container(
            metadata["namespace"], metadata["name"], one["name"], one.get("restartCount", 0), _last(one)
        )
        for one in _statuses(item)
    ]


def _last(container: JsonObject) -> str:
    ended = part(container, "lastState", "terminated")
    return f"{ended.get('reason', 'ended')} ({ended.get('exitCode', '?')})" if ended else ""
