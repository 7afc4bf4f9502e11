"""The VPS reaches the cluster's addresses through the tailnet, and the internet does not."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from pytest_bdd import parsers, scenarios, then

from inventory import Planned
from probes import kubernetes, routes, tcp
from probes.kubernetes import Api
from probes.outcomes import Refused, TimedOut, Unreachable
from probes.routes import Way
from probes.tcp import Connected
from probes.vantage import Vantage
from steps.vocabulary.places import AddressOf
from steps.vocabulary.seen import Seen

scenarios("networking/routes.feature")

API_PORT, SSH_PORT = 6443, 22


@then("the planned route covers the API VIP, the ingress VIP and the DNS VIP")
def route_covers_vips(inventory: Planned, seen: Seen) -> None:
    route = seen("the planned route", inventory.routes.advertised)
    assert [vip for vip in _vips(inventory) if IPv4Address(vip) not in route] == []


def _vips(inventory: Planned) -> tuple[str, ...]:
    return tuple(map(str, (inventory.vips.api, inventory.vips.ingress, inventory.vips.dns)))


@then("the planned route covers every address of every pool of MetalLB")
def route_covers_pools(api: Api, inventory: Planned, seen: Seen) -> None:
    pools = seen("MetalLB's pools", {pool.name: pool.addresses for pool in kubernetes.address_pools(api)})
    assert pools
    assert [part for parts in pools.values() for part in parts if not _covered(part, inventory)] == []


def _covered(part: str, inventory: Planned) -> bool:
    """Tell whether the planned route covers a part of a pool, a network or "FIRST-LAST"."""
    first, dash, last = part.partition("-")
    ends = (IPv4Address(first), IPv4Address(last)) if dash else (IPv4Network(part)[0], IPv4Network(part)[-1])
    return all(end in inventory.routes.advertised for end in ends)


@then("on the VPS the ways to the API VIP, the ingress VIP and the DNS VIP lead through the tailnet")
def ways_through_tailnet(vps: Vantage, inventory: Planned, seen: Seen) -> None:
    ways = seen("the ways to the VIPs", {vip: routes.way(vps, vip) for vip in _vips(inventory)}, vps)
    sources = {vip: way.source if isinstance(way, Way) else str(way) for vip, way in ways.items()}
    assert sources == dict.fromkeys(ways, str(inventory.vantages["vps"].tailnet_address))


@then("on the VPS the way to the public internet does not")
def way_outside_tailnet(vps: Vantage, address_of: AddressOf, seen: Seen) -> None:
    way = seen("the way to the public internet", routes.way(vps, address_of("internet")), vps)
    assert isinstance(way, Way), str(way)
    assert way.source == address_of("vps")


@then("from the VPS a connection to the API at its VIP is accepted")
def vps_reaches_vip(vps: Vantage, inventory: Planned, seen: Seen) -> None:
    outcome = seen("a connection to the API VIP", tcp.connect(vps, str(inventory.vips.api), API_PORT), vps)
    assert isinstance(outcome, Connected), str(outcome)


@then("from the public internet the VPS is reached")
def internet_reaches_vps(internet: Vantage, address_of: AddressOf, seen: Seen) -> None:
    outcome = seen("a connection to the VPS", tcp.connect(internet, address_of("vps"), SSH_PORT), internet)
    # Refused is an answer too, and only the VPS can have given it.
    assert isinstance(outcome, Connected | Refused), str(outcome)


@then("from the public internet the API VIP is not reached")
def internet_has_no_way(internet: Vantage, inventory: Planned, seen: Seen) -> None:
    outcome = seen(
        "a connection to the API VIP", tcp.connect(internet, str(inventory.vips.api), API_PORT), internet
    )
    assert isinstance(outcome, TimedOut | Unreachable), str(outcome)


@then(parsers.parse("on the VPS the MTU of the way to the API VIP is {size:d} bytes"))
def mtu_of_the_way(vps: Vantage, inventory: Planned, seen: Seen, size: int) -> None:
    way = seen("the way to the API VIP", routes.way(vps, str(inventory.vips.api)), vps)
    assert isinstance(way, Way), str(way)
    assert way.mtu == size
