"""Checks of everything that is an address, a range or a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from itertools import combinations

from inventory.cluster import Cluster, Node, Pool, Routes, VantageName, VantageSpec, Vips
from inventory.finding import Check, Finding


def _addresses(
    cluster: Cluster, nodes: tuple[Node, ...], vips: Vips, vantages: Mapping[VantageName, VantageSpec]
) -> Iterator[Finding]:
    """Nobody shares an address, and what stands on the node network has an address of it."""
    lan: list[tuple[str, IPv4Address]] = [
        *((f"nodes[{node.name}].address", node.address) for node in nodes),
        *((f"vips.{name}", getattr(vips, name)) for name in vips.__slots__),
    ]
    if cluster.gateway is not None:
        lan.append(("cluster.gateway", cluster.gateway))
    for key, address in lan:
        if address not in cluster.node_network:
            yield Finding(key, f'"{address}"', f"an address of cluster.node_network, {cluster.node_network}")
    owners: dict[IPv4Address, str] = {}
    for key, address in [*lan, *_vantage_addresses(vantages)]:
        first = owners.setdefault(address, key)
        if first != key:
            yield Finding(key, f'"{address}", which {first} has too', "an address of its own")


def _vantage_addresses(vantages: Mapping[VantageName, VantageSpec]) -> Iterator[tuple[str, IPv4Address]]:
    for name, vantage in vantages.items():
        for key in ("address", "tailnet_address"):
            address = getattr(vantage, key)
            if address is not None:
                yield f"vantages.{name}.{key}", address


def _networks(cluster: Cluster) -> Iterator[Finding]:
    named = {key: getattr(cluster, key) for key in ("node_network", "pod_network", "service_network")}
    for (first, one), (second, two) in combinations(named.items(), 2):
        if one.overlaps(two):
            yield Finding(
                f"cluster.{second}",
                f'"{two}", which overlaps cluster.{first} ({one})',
                "a network of its own",
            )


def _route(cluster: Cluster, routes: Routes) -> Iterator[Finding]:
    if not routes.advertised.subnet_of(cluster.node_network):
        yield Finding(
            "routes.advertised",
            f'"{routes.advertised}"',
            f"a part of cluster.node_network, {cluster.node_network}",
        )


def _pools_in_route(pools: tuple[Pool, ...], routes: Routes) -> Iterator[Finding]:
    for pool in pools:
        for addresses in pool.addresses:
            if not addresses.within(routes.advertised):
                yield Finding(
                    f"pools[{pool.name}].addresses",
                    f'"{addresses}"',
                    f"addresses within routes.advertised, {routes.advertised}: the VPS reaches no others",
                )


def _pools_apart(pools: tuple[Pool, ...]) -> Iterator[Finding]:
    ranges = [(pool.name, addresses) for pool in pools for addresses in pool.addresses]
    for (first, one), (second, two) in combinations(ranges, 2):
        if one.overlaps(two):
            yield Finding(
                f"pools[{second}].addresses",
                f'"{two}", which overlaps "{one}" of pools[{first}]',
                "addresses of its own",
            )
    for pool in pools:
        if not pool.addresses:
            yield Finding(f"pools[{pool.name}].addresses", "an empty list", "at least one network or range")


def _pools_and_nodes(cluster: Cluster, nodes: tuple[Node, ...], pools: tuple[Pool, ...]) -> Iterator[Finding]:
    taken = [(f"nodes[{node.name}].address", node.address) for node in nodes]
    if cluster.gateway is not None:
        taken.append(("cluster.gateway", cluster.gateway))
    for key, address in taken:
        for pool in pools:
            if any(address in addresses for addresses in pool.addresses):
                yield Finding(
                    key,
                    f'"{address}", which pools[{pool.name}] may give to a service',
                    "an address in no pool",
                )


def _vips_and_pools(vips: Vips, pools: tuple[Pool, ...]) -> Iterator[Finding]:
    """MetalLB gives out the ingress and DNS addresses; the API's belongs to the control plane alone."""

    def pool_of(address: IPv4Address) -> Pool | None:
        return next((pool for pool in pools if any(address in part for part in pool.addresses)), None)

    for name in ("ingress", "dns"):
        address: IPv4Address = getattr(vips, name)
        if pool_of(address) is None:
            yield Finding(f"vips.{name}", f'"{address}"', f"an address of one of the pools: {_ranges(pools)}")
    pool = pool_of(vips.api)
    if pool is not None:
        yield Finding(
            "vips.api",
            f'"{vips.api}", which pools[{pool.name}] may give to a service',
            "an address in no pool",
        )


def _ranges(pools: tuple[Pool, ...]) -> str:
    return ", ".join(str(part) for pool in pools for part in pool.addresses) or "there are none"


CHECKS = (
    Check(_networks, ("cluster",)),
    Check(_addresses, ("cluster", "nodes", "vips", "vantages")),
    Check(_vips_and_pools, ("vips", "pools"), whole=("pools",)),
    Check(_pools_apart, ("pools",)),
    Check(_pools_and_nodes, ("cluster", "nodes", "pools")),
    Check(_pools_in_route, ("pools", "routes")),
    Check(_route, ("cluster", "routes")),
)
