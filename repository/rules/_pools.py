"""Pools of addresses that a load balancer announces: MetalLB's and Cilium's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network

from repository.reading.flux import Cluster
from repository.repository import Repository
from repository.rules import _words
from repository.values import Object, Place, maps


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a pool, as it is written. ``ends`` is None when it is no range of IPv4 addresses."""

    pool: Object
    said: str
    place: Place
    ends: tuple[IPv4Address, IPv4Address] | None

    @property
    def is_other(self) -> bool:
        """Whether it is not of IPv4, or put in later: nothing that can be judged here."""
        return ":" in self.said or "${" in self.said

    @property
    def single(self) -> bool:
        """Whether it is one address."""
        return self.ends is not None and self.ends[0] == self.ends[1]


def pools(found: tuple[Object, ...]) -> tuple[Object, ...]:
    """The pools among objects."""
    return tuple(
        each
        for each in found
        if (each.kind == "IPAddressPool" and each.group == "metallb.io")
        or (each.kind == "CiliumLoadBalancerIPPool" and each.group == "cilium.io")
    )


def parts(pool: Object) -> Iterator[Part]:
    """The parts of a pool."""
    if pool.kind == "IPAddressPool":
        for number, said in enumerate(pool.get("spec", "addresses", default=[])):
            yield Part(pool, str(said), pool.at("spec", "addresses", number), _words.span(str(said)))
        return
    for key in ("blocks", "cidrs"):
        for number, each in enumerate(maps(pool.get("spec", key, default=[]))):
            first, last = each.get("start"), each.get("stop")
            said = f"{first}-{last or first}" if first else str(each.get("cidr"))
            yield Part(pool, said, pool.at("spec", key, number), _words.span(said))


def is_text_of_address(said: str) -> bool:
    """Whether a text is an address or a network of any family, not strictly."""
    try:
        ip_network(said, strict=False)
    except ValueError:
        try:
            ip_address(said)
        except ValueError:
            return False
    return True


def none(repo: Repository) -> str:
    """Why a rule about pools does not apply; an empty string when it does."""
    return (
        ""
        if any(pools(each.objects) for each in repo.clusters)
        else "no pool of addresses reaches a cluster from here"
    )


def clusters(repo: Repository) -> Iterator[tuple[Cluster, tuple[Object, ...]]]:
    """The clusters that have pools, with them."""
    return ((each, found) for each in repo.clusters if (found := pools(each.objects)))
