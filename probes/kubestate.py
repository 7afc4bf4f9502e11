"""Events, leases, metrics and the identity of a cluster. See `probes.kubernetes`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import kubernetes.utils

from probes.jsonobjects import JsonObject, part
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from decimal import Decimal

    from probes.kubeapi import Api

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the core group. `subject` is "KIND/NAME"; `last` is when it was last seen, in UTC."""

    type: str
    reason: str
    subject: str
    message: str
    count: int = 1
    last: datetime = field(default=_NEVER, compare=False)

    def __str__(self) -> str:
        """Read as a line."""
        times = f" (x{self.count})" if self.count > 1 else ""
        return f"{self.last:%H:%M:%S} {self.type} {self.subject} {self.reason}{times}: {self.message}"


@dataclass(frozen=True, slots=True)
class NodeMetrics:
    """What a node uses, as metrics-server measured it: in cores and in bytes, at `measured` (UTC)."""

    name: str
    cpu_cores: float
    memory_bytes: int
    measured: datetime | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.name} uses {self.cpu_cores:.3f} cores and {self.memory_bytes / 2**20:.0f} MiB"


def events(api: Api, namespace: str = "") -> tuple[Event, ...]:
    """Return the events of a namespace ("": of all), the oldest first. The API forgets them after an hour."""
    path = f"/api/v1/namespaces/{namespace}/events" if namespace else "/api/v1/events"
    found = map(_event, api.list(f"the events of {namespace or 'all namespaces'}", path))
    return tuple(sorted(found, key=lambda event: event.last))


def identity(api: Api) -> str:
    """Return the UID of the namespace kube-system: no two clusters share it, a rebuilt one has a new one."""
    what = "the identity of the cluster"
    found = api.get(what, "/api/v1/namespaces/kube-system") or {}
    uid = part(found, "metadata").get("uid")
    if not uid:
        why = "the namespace kube-system has no UID in the answer"
        raise CannotObserve(what, api.vantage.name, why)
    return str(uid)


def lease_holder(api: Api, namespace: str, name: str) -> str | None:
    """Return who holds a lease; "" if nobody does, None if there is no such lease.

    It does not mean that the holder is alive: that shows only in the lease's being renewed.
    """
    path = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}"
    found = api.get(f"lease {namespace}/{name}", path, optional=True)
    return None if found is None else str(part(found, "spec").get("holderIdentity") or "")


def node_metrics(api: Api) -> tuple[NodeMetrics, ...]:
    """Return what the nodes use, sorted by name; nodes that were not measured are missing.

    CannotObserve also stands for metrics-server not being there (404, 503).
    """
    found = api.list("the metrics of the nodes", "/apis/metrics.k8s.io/v1beta1/nodes")
    return tuple(sorted(map(_node_metrics, found), key=lambda one: one.name))


def _node_metrics(item: JsonObject) -> NodeMetrics:
    usage, measured = item["usage"], item.get("timestamp")
    return NodeMetrics(
        name=item["metadata"]["name"],
        cpu_cores=float(_quantity(usage["cpu"])),
        memory_bytes=int(_quantity(usage["memory"])),
        measured=datetime.fromisoformat(measured) if measured else None,
    )


def _quantity(text: str) -> Decimal:
    return cast("Any", kubernetes.utils).parse_quantity(text)


def _event(item: JsonObject) -> Event:
    series, about = part(item, "series"), part(item, "involvedObject")
    when: str | None = (
        series.get("lastObservedTime")
        or item.get("lastTimestamp")
        or item.get("eventTime")
        or item.get("firstTimestamp")
        or part(item, "metadata").get("creationTimestamp")
    )
    return Event(
        type=item.get("type", ""),
        reason=item.get("reason", ""),
        subject=f"{about.get('kind', '')}/{about.get('name', '')}",
        message=item.get("message", ""),
        count=series.get("count") or item.get("count") or 1,
        last=datetime.fromisoformat(when) if when else _NEVER,
    )
