"""What the lab's network is wanted to be, as frozen values. Nothing here touches the machine.

A *network* is one Ethernet segment (a bridge in a namespace of its own); a *host* is a machine with one
network card per segment it stands on. `network.py` turns these values into links, `machine.py` into hosts.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory import Inventory

LAN_MTU = 1500
TAILNET_MTU = 1280
"""What a WireGuard tailnet offers; the cause of the path-MTU incidents of the platform."""


@dataclass(frozen=True, slots=True)
class Network:
    """One Ethernet segment. `name` is also the suffix of its namespace; `prefix` is the IPv4 network on it."""

    name: str
    prefix: str
    mtu: int = LAN_MTU


@dataclass(frozen=True, slots=True)
class Nic:
    """One network card of a host: `device` on segment `network` with `address` (no prefix length)."""

    device: str
    network: str
    address: str


@dataclass(frozen=True, slots=True)
class Route:
    """A static route: `to` is `default` or a network, `via` a next hop.

    `advmss` in bytes: the largest TCP segment that the other side is asked for; 0 leaves it to the card.
    """

    to: str
    via: str
    advmss: int = 0


@dataclass(frozen=True, slots=True)
class Host:
    """One machine. `role`: a word of the inventory's nodes, or `gateway`, `vps`, `internet`, `parent`, `workstation`.

    `hides_behind`: the card whose address the packets carry that it passes on there; from that side nobody gets in.
    """

    name: str
    role: str
    nics: tuple[Nic, ...]
    routes: tuple[Route, ...] = ()
    forwards: bool = False
    hides_behind: str = ""

    @property
    def address(self) -> str:
        """The address of the host's first card: where the others reach it."""
        return self.nics[0].address


@dataclass(frozen=True, slots=True)
class Topology:
    """All networks and hosts of one lab; unique names and addresses are checked on construction."""

    networks: tuple[Network, ...]
    hosts: tuple[Host, ...]

    def __post_init__(self) -> None:
        """Refuse a topology that could not be wired.

        Raises:
            ValueError: naming the host, the card and the clash.

        """
        segments = {network.name: ipaddress.ip_network(network.prefix) for network in self.networks}
        taken: dict[str, str] = {}
        for host, nic in self._cards():
            if nic.network not in segments:
                msg = f"host {host.name}: card {nic.device} is on the unknown network {nic.network!r}"
                raise ValueError(msg)
            if ipaddress.ip_address(nic.address) not in segments[nic.network]:
                msg = f"host {host.name}: {nic.address} is outside {nic.network} ({segments[nic.network]})"
                raise ValueError(msg)
            if nic.address in taken:
                msg = f"hosts {taken[nic.address]} and {host.name} both have the address {nic.address}"
                raise ValueError(msg)
            taken[nic.address] = host.name
        names = [host.name for host in self.hosts] + [network.name for network in self.networks]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            msg = f"names used twice in the lab: {', '.join(sorted(twice))}"
            raise ValueError(msg)

    def _cards(self) -> Iterator[tuple[Host, Nic]]:
        for host in self.hosts:
            for nic in host.nics:
                yield host, nic

    def host(self, name: str) -> Host:
        """Return the host called `name`; KeyError names it."""
        for host in self.hosts:
            if host.name == name:
                return host
        raise KeyError(name)

    def network(self, name: str) -> Network:
        """Return the network called `name`; KeyError names it."""
        for network in self.networks:
            if network.name == name:
                return network
        raise KeyError(name)

    def with_role(self, *roles: str) -> tuple[Host, ...]:
        """Return the hosts of these roles, in the inventory's order."""
        return tuple(host for host in self.hosts if host.role in roles)


GATEWAY_TAILNET = "100.64.0.1"
GATEWAY_PUBLIC = "203.0.113.1"
TAILNET = "100.64.0.0/24"
PUBLIC = "203.0.113.0/24"
"""The documentation range of RFC 5737: it stands for the public internet."""
ETHERNET_MSS = LAN_MTU - 40
"""What a TCP segment holds in a packet of the usual size (20 bytes each of IPv4 and TCP)."""


def from_inventory(inventory: Inventory) -> Topology:
    """Derive the lab's hosts and wires from the inventory: nodes, gateway, VPS, internet, parent, workstation."""
    lan = inventory.cluster.node_network
    gateway = inventory.lab.gateway
    vps_tailnet, vps_public = inventory.lab.vps_tailnet, inventory.lab.vps_public
    to_world = (Route("default", str(gateway)),)
    nodes = tuple(
        Host(
            node.name,
            node.role,
            (Nic(inventory.node.interface, "lan", str(node.address)),),
            to_world,
            forwards=True,
        )
        for node in inventory.nodes
    )
    return Topology(
        networks=(
            Network("lan", str(lan)),
            Network("tailnet", TAILNET, TAILNET_MTU),
            Network("public", PUBLIC),
        ),
        hosts=(
            *nodes,
            Host(
                "gateway",
                "gateway",
                (
                    Nic("eth0", "lan", str(gateway)),
                    Nic("tailnet0", "tailnet", GATEWAY_TAILNET),
                    Nic("wan0", "public", GATEWAY_PUBLIC),
                ),
                forwards=True,
                hides_behind="wan0",
            ),
            Host(
                "vps",
                "vps",
                (Nic("eth0", "public", str(vps_public)), Nic("tailnet0", "tailnet", str(vps_tailnet))),
                # The tailnet's subnet router advertises this route and the VPS accepts it. Its programs live
                # behind a bridge of the usual size: they ask for segments that the tailnet does not take.
                (Route(str(inventory.routes.advertised), GATEWAY_TAILNET, ETHERNET_MSS),),
            ),
            Host("internet", "internet", (Nic("eth0", "public", str(inventory.lab.internet)),)),
            Host("parent", "parent", (Nic("eth0", "public", str(inventory.lab.parent)),)),
            Host(
                "workstation", "workstation", (Nic("eth0", "lan", str(inventory.lab.workstation)),), to_world
            ),
        ),
    )
