"""What an API still says of a node that has lost its power since: the state of before, and not that of now.

A node that returns before anybody has missed it was never NotReady, and neither were its pods, all of which have died.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from probes import leadership
from probes.jsonobjects import JsonObject, part, parts

if TYPE_CHECKING:
    from probes.kubeapi import Api

_LEASES = "kube-node-lease"


def of(api: Api, node: str, cut: datetime) -> tuple[str, ...]:
    """Return what is said of a node from before its power was cut (UTC), as phrases: its lease, and its pods.

    A pod that is called Ready with a container of before then is one of which its kubelet has not told yet. The clocks
    of the nodes and of this machine must differ by less than the time that the node was without power.

    Raises:
        CannotObserve: as every reader of `probes.kubernetes`.

    """
    lease = leadership.of(api, node, _LEASES)
    heard = lease.renewed if lease else None
    silent = () if heard and heard > cut else (f"{node}, not heard of since {cut:%H:%M:%S}",)
    found = api.list(f"the pods of {node}", "/api/v1/pods", fieldSelector=f"spec.nodeName={node}")
    names = (
        f"{one['metadata']['namespace']}/{one['metadata']['name']}" for one in found if _is_old(one, cut)
    )
    return (*silent, *(f"{name} of before {cut:%H:%M:%S}" for name in sorted(names)))


def _is_old(pod: JsonObject, cut: datetime) -> bool:
    conditions = parts(pod, "status", "conditions")
    if not any((one.get("type"), one.get("status")) == ("Ready", "True") for one in conditions):
        return False
    starts = [
        part(one, "state", "running").get("startedAt") for one in parts(pod, "status", "containerStatuses")
    ]
    return any(datetime.fromisoformat(one) <= cut for one in starts if one)
