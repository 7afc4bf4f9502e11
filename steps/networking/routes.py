"""The VPS reaches the cluster's addresses through the tailnet, and the internet does not."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from pytest_bdd import parsers, scenarios, then

from probes import kubernetes, routes, tcp
from probes.kubernetes import Api
from probes.outcomes import Refused, TimedOut, Unreachable
from probes.routes import Way
from probes.tcp import Connected
from probes.vantage import Vantage
from steps.wiring import Inventory, Observed

scenarios("networking/routes.feature")

API_PORT, SSH_PORT = 6443, 22


@then("the advertised route covers the API VIP, the ingress VIP and the DNS VIP")
def route_covers_vips(inventory: Inventory, observed: Observed) -> None:
    vips = (inventory.vips.api, inventory.vips.ingress, inventory.vips.dns)
    observed("the advertised route", inventory.routes.advertised)
    assert [str(vip) for vip in vips if vip not in inventory.routes.advertised] == []


@then("the advertised route covers every address of every pool of MetalLB")
def route_covers_pools(api: Api, inventory: Inventory, observed: Observed) -> None:
    pools = {pool.name: pool.addresses for pool in kubernetes.address_pools(api)}
    observed("MetalLB's pools", pools)
    ends = {f"{name} {part}": _ends(part) for name, parts in pools.items() for part in parts}
    assert pools
    assert [
        name for name, both in ends.items() if not all(end in inventory.routes.advertised for end in both)
    ] == []


def _ends(part: str) -> tuple[IPv4Address, IPv4Address]:
    """Return the first and the last address of a pool's part, a network or "FIRST-LAST"."""
    first, dash, last = part.partition("-")
    return (IPv4Address(first), IPv4Address(last)) if dash else (IPv4Network(part)[0], IPv4Network(part)[-1])


@then("on the VPS the way to the API VIP leads through the tailnet")
def way_through_tailnet(vps: Vantage, inventory: Inventory, observed: Observed) -> None:
    way = routes.way(vps, str(inventory.vips.api))
    observed("the way to the API VIP", way, vps)
    assert isinstance(way, Way), str(way)
    assert way.source == str(inventory.vantages["vps"].tailnet_address)


@then("on the VPS the way to the public internet does not")
def way_outside_tailnet(vps: Vantage, inventory: Inventory, observed: Observed) -> None:
    way = routes.way(vps, str(inventory.vantages["internet"].address))
    observed("the way to the public internet", way, vps)
    assert isinstance(way, Way), str(way)
    assert way.source == str(inventory.vantages["vps"].address)


@then("from the VPS a connection to the API at its VIP is accepted")
def vps_reaches_vip(vps: Vantage, inventory: Inventory, observed: Observed) -> None:
    outcome = tcp.connect(vps, str(inventory.vips.api), API_PORT)
    observed("a connection to the API VIP", outcome, vps)
    assert isinstance(outcome, Connected), str(outcome)


@then("from the public internet the VPS is reached")
def internet_reaches_vps(internet: Vantage, inventory: Inventory, observed: Observed) -> None:
    outcome = tcp.connect(internet, str(inventory.vantages["vps"].address), SSH_PORT)
    observed("a connection to the VPS", outcome, internet)
    # Refused is an answer too, and only the VPS can have given it.
    assert isinstance(outcome, Connected | Refused), str(outcome)


@then("from the public internet the API VIP is not reached")
def internet_has_no_way(internet: Vantage, inventory: Inventory, observed: Observed) -> None:
    outcome = tcp.connect(internet, str(inventory.vips.api), API_PORT)
    observed("a connection to the API VIP", outcome, internet)
    assert isinstance(outcome, TimedOut | Unreachable), str(outcome)


@then(parsers.parse("on the VPS the MTU of the way to the API VIP is {size:d} bytes"))
def mtu_of_the_way(vps: Vantage, inventory: Inventory, observed: Observed, size: int) -> None:
    way = routes.way(vps, str(inventory.vips.api))
    observed("the way to the API VIP", way, vps)
    assert isinstance(way, Way), str(way)
    assert way.mtu == size
