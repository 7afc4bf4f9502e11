"""What pods use, as metrics-server measured it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import kubernetes.utils

if TYPE_CHECKING:
    from probes.jsonobjects import JsonObject
    from probes.kubeapi import Api


@dataclass(frozen=True, slots=True)
class PodUsage:
    """What the containers of one pod use together: in cores and in bytes."""

    namespace: str
    name: str
    cpu_cores: float = field(compare=False)
    memory_bytes: int = field(compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.namespace}/{self.name} uses {self.memory_bytes / 2**20:.1f} MiB"


def of_pods(api: Api, namespace: str) -> tuple[PodUsage, ...]:
    """Return what the pods of a namespace use, sorted; pods that were not measured yet are missing.

    CannotObserve also stands for metrics-server not being there (404, 503).
    """
    path = f"/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods"
    found = api.list(f"the metrics of the pods of {namespace}", path)
    return tuple(sorted(map(_usage, found), key=lambda one: one.name))


def _usage(item: JsonObject) -> PodUsage:
    return PodUsage(
        namespace=item["metadata"]["namespace"],
        name=item["metadata"]["name"],
        cpu_cores=float(_sum(item, "cpu")),
        memory_bytes=int(_sum(item, "memory")),
    )


def _sum(item: JsonObject, resource: str) -> Decimal:
    parse = cast("Any", kubernetes.utils).parse_quantity
    return Decimal(sum(parse(one["usage"][resource]) for one in item["containers"]))
