"""How MetalLB's pools differ from the plan."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from faults.platform import Platform


def differ(seen: Platform) -> bool:
    """Tell whether the pools, or their ranges, are not the planned ones."""
    planned = {name: _bounds(ranges) for name, (ranges, _) in seen.plan.get("pools", {}).items()}
    return bool(seen.pools) and planned != {name: _bounds(ranges) for name, (ranges, _) in seen.pools.items()}


def beyond(seen: Platform) -> bool:
    """Tell whether a pool has an address that the advertised route does not cover."""
    if not seen.plan.get("route"):
        return False
    route = IPv4Network(seen.plan["route"])
    return any(
        end not in route for ranges, _ in seen.pools.values() for both in _bounds(ranges) for end in both
    )


def _bounds(ranges: str) -> list[tuple[IPv4Address, IPv4Address]]:
    """Return the first and the last address of each range, whether it is written as a network or as "A-B"."""
    found: list[tuple[IPv4Address, IPv4Address]] = []
    for part in ranges.split(", "):
        first, dash, last = part.partition("-")
        network = None if dash else IPv4Network(part)
        found.append((network[0], network[-1]) if network else (IPv4Address(first), IPv4Address(last)))
    return sorted(found)
