"""What MetalLB (0.13 to 0.15, layer 2) has configured and announces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts
from probes.kubestate import events

if TYPE_CHECKING:
    from probes.kubeapi import Api
    from probes.kubeobjects import Service

_NODE_LABEL = "metallb.io/node"
_GROUP = "/apis/metallb.io/v1beta1"
_ANNOUNCING = re.compile(r'announcing from node "([^"]+)"')


@dataclass(frozen=True, slots=True)
class AddressPool:
    """An IPAddressPool. addresses: as configured, CIDRs or ranges "A-B". auto_assign: given out unasked."""

    name: str
    addresses: tuple[str, ...]
    auto_assign: bool = True

    @property
    def ranges(self) -> frozenset[tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address]]:
        """The first and the last address of each range. Raises ValueError for what is none."""
        return frozenset(map(_ends, self.addresses))

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.name}: {', '.join(self.addresses)}" + (
            "" if self.auto_assign else " (on request only)"
        )


@dataclass(frozen=True, slots=True)
class Advertisement:
    """An L2Advertisement. interfaces: those that it is restricted to; none for all."""

    name: str
    interfaces: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return one line."""
        return f"{self.name}: {', '.join(self.interfaces) or 'all interfaces'}"


def address_pools(api: Api) -> tuple[AddressPool, ...]:
    """Return the address pools, sorted by name. CannotObserve also when MetalLB's types are not installed."""
    found = api.list("MetalLB's address pools", f"{_GROUP}/ipaddresspools")
    return tuple(sorted(map(_pool, found), key=lambda pool: pool.name))


def advertisements(api: Api) -> tuple[Advertisement, ...]:
    """Return the L2Advertisements, sorted by name. CannotObserve also when MetalLB's types are not installed."""
    found = api.list("MetalLB's advertisements", f"{_GROUP}/l2advertisements")
    named = (
        Advertisement(one["metadata"]["name"], tuple(part(one, "spec").get("interfaces") or ()))
        for one in found
    )
    return tuple(sorted(named, key=lambda one: one.name))


def l2_announcer(api: Api, service: Service) -> str | None:
    """Return the node that says it announces a service's address on the LAN; None if none says so.

    It is the word of the speakers: a node that died says so until another has taken over. Read from ServiceL2Status,
    which exists since MetalLB 0.14, and from the events of the service, whichever is newer: a speaker that takes over
    while etcd has no quorum writes its event later, and its status not at all.
    """
    what = f"who announces {service.namespace}/{service.name}"
    found = [*(_in_status(api, what, service) if _has_status(api, what) else ()), *_announced(api, service)]
    return max(found, key=lambda each: each[0])[1] if found else None


def _in_status(api: Api, what: str, service: Service) -> Iterator[tuple[datetime, str]]:
    """Yield the node of each status of a service, and when it was written last: two while a node takes over."""
    for one in api.list(what, f"{_GROUP}/servicel2statuses"):
        metadata, status = part(one, "metadata"), part(one, "status")
        its_own = (status.get("serviceNamespace"), status.get("serviceName"))
        if its_own == (service.namespace, service.name) and status.get("node"):
            written = [str(each["time"]) for each in parts(metadata, "managedFields") if "time" in each]
            # When a node dies and another takes over, MetalLB 0.15 renames the object's label and leaves the dead
            # node in its status: the label is what is true.
            node = part(metadata, "labels").get(_NODE_LABEL) or status["node"]
            yield datetime.fromisoformat(max([metadata["creationTimestamp"], *written])), str(node)


def _announced(api: Api, service: Service) -> Iterator[tuple[datetime, str]]:
    """Yield the node of each event that tells of an announcement, and when it was seen last, the oldest first."""
    for event in events(api, service.namespace):
        match = _ANNOUNCING.search(event.message)
        if event.subject == f"Service/{service.name}" and event.reason == "nodeAssigned" and match:
            yield event.last, match[1]


def _has_status(api: Api, what: str) -> bool:
    found = api.get(what, _GROUP) or {}
    return any(one.get("name") == "servicel2statuses" for one in parts(found, "resources"))


def _pool(item: JsonObject) -> AddressPool:
    spec = part(item, "spec")
    return AddressPool(
        item["metadata"]["name"], tuple(spec.get("addresses") or ()), spec.get("autoAssign", True)
    )


def _ends(written: str) -> tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address]:
    first, dash, last = written.partition("-")
    if dash:
        return ip_address(first.strip()), ip_address(last.strip())
    network = ip_network(first)
    return network[0], network[-1]
