"""Which services asked a load balancer for an address by name, and what they were given (MetalLB)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes.jsonobjects import part, parts

if TYPE_CHECKING:
    from probes.kubeapi import Api

_PREFIXES = ("metallb.io", "metallb.universe.tf")


@dataclass(frozen=True, slots=True)
class Holder:
    """A service of type LoadBalancer. given: its addresses. asked_for: pools and addresses it asked for by name."""

    namespace: str
    name: str
    given: tuple[str, ...]
    asked_for: tuple[str, ...]

    def __str__(self) -> str:
        """Read as a phrase."""
        asked = f"asked for {', '.join(self.asked_for)}" if self.asked_for else "asked for nothing"
        return f"{self.namespace}/{self.name} has {', '.join(self.given) or 'no address'} and {asked}"


def holders(api: Api) -> tuple[Holder, ...]:
    """Return every service of type LoadBalancer, sorted. Raises CannotObserve as `probes.kubernetes.services`."""
    found: list[Holder] = []
    for item in api.list("the services of all namespaces", "/api/v1/services"):
        metadata, spec = item["metadata"], item.get("spec", {})
        if spec.get("type") != "LoadBalancer":
            continue
        notes = part(metadata, "annotations")
        wishes = [
            notes.get(f"{prefix}/{key}")
            for prefix in _PREFIXES
            for key in ("address-pool", "loadBalancerIPs")
        ]
        ingress = parts(item, "status", "loadBalancer", "ingress")
        found.append(
            Holder(
                namespace=metadata["namespace"],
                name=metadata["name"],
                given=tuple(one["ip"] for one in ingress if "ip" in one),
                asked_for=tuple(wish for wish in (*wishes, spec.get("loadBalancerIP")) if wish),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.namespace, one.name)))


def leaving(api: Api) -> tuple[Holder, ...]:
    """Return those whose namespace is being removed: their addresses are about to be free. Raises as ``holders``."""
    namespaces = api.list("the namespaces", "/api/v1/namespaces")
    going = {one["metadata"]["name"] for one in namespaces if one["metadata"].get("deletionTimestamp")}
    return tuple(holder for holder in holders(api) if holder.namespace in going)
