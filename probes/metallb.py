"""What MetalLB (0.13 to 0.15, layer 2) has configured and announces."""

from __future__ import annotations

import re
from dataclasses import dataclass
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

    It is the word of the speakers: a node that died says so until another has taken over. Read from
    ServiceL2Status, which exists since MetalLB 0.14; before, from the latest event of the service. So also where there
    is no status of it: a speaker that takes over while nothing can be written (etcd without a quorum) tries only once.
    """
    what = f"who announces {service.namespace}/{service.name}"
    mine = [
        one
        for one in (api.list(what, f"{_GROUP}/servicel2statuses") if _has_status(api, what) else ())
        if (status := part(one, "status")).get("serviceName") == service.name
        and status.get("serviceNamespace") == service.namespace
        and status.get("node")
    ]
    if not mine:
        return _announced(api, service)
    # Two while one node takes over from another: the later one is the one that took over.
    latest = max(mine, key=lambda one: str(one["metadata"].get("creationTimestamp", "")))
    # When a node dies and another takes over, MetalLB 0.15 renames the object's label and leaves the dead
    # node in its status: the label is what is true.
    labels = part(part(latest, "metadata"), "labels")
    return str(labels.get(_NODE_LABEL) or latest["status"]["node"])


def _announced(api: Api, service: Service) -> str | None:
    """Return the node of the latest event that tells of an announcement; None without one."""
    said = [
        match[1]
        for event in events(api, service.namespace)
        if event.subject == f"Service/{service.name}"
        and event.reason == "nodeAssigned"
        and (match := _ANNOUNCING.search(event.message))
    ]
    return said[-1] if said else None


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
