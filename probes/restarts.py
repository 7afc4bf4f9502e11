"""How often containers have been started again, and what pods had to wait for before their first start."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts
from probes.kubestate import events
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api

_MISSING = re.compile(
    r"""(secret|configmap)\ "[^"]+"\ not\ found            # the whole of it
    | find\ key\ .+\ in\ (secret|configmap)              # one of its keys
    | references\ non-existent\ (secret|config)\ key""",
    re.IGNORECASE | re.VERBOSE,
)
_REMEMBERED = timedelta(hours=1)
"""How long the API keeps an event."""
_ASKS = ("Failed", "FailedMount")
"""Reasons of the events with which a kubelet says that it lacks something for a pod."""


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


def waited_for(api: Api, namespace: str = "") -> tuple[str, ...]:
    """Return which Secrets and ConfigMaps pods of a namespace ("": of all) lacked at their start, as "POD: words".

    A volume that was not there yet is not told. The API forgets after an hour.
    """
    lacking = (one for one in events(api, namespace) if one.reason in _ASKS and _MISSING.search(one.message))
    return tuple(sorted({f"{one.subject.removeprefix('Pod/')}: {one.message}" for one in lacking}))


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


def _containers(item: JsonObject) -> list[Container]:
    metadata, status = part(item, "metadata"), part(item, "status")
    return [
        Container(
            metadata["namespace"], metadata["name"], one["name"], one.get("restartCount", 0), _last(one)
        )
        for one in (*parts(status, "initContainerStatuses"), *parts(status, "containerStatuses"))
    ]


def _last(container: JsonObject) -> str:
    ended = part(container, "lastState", "terminated")
    return f"{ended.get('reason', 'ended')} ({ended.get('exitCode', '?')})" if ended else ""
