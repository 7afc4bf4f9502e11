"""The wires: LAN, tailnet and public internet, and the hosts that are only places in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import network

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Lay each segment and plug in the hosts that have no processes of their own."""
    present = network.namespaces(lab.name)
    for segment in lab.topology.networks:
        if network.namespace(lab.name, segment.name) not in present:
            network.lay(lab.name, segment)
    for host in lab.topology.hosts:
        if host not in lab.machines and network.namespace(lab.name, host.name) not in present:
            network.plug(lab.name, lab.topology, host)


UNIT: Unit[Lab] = Unit(
    name="network_segments",
    layer=Layer.INFRASTRUCTURE,
    needs=("sealing_key_pair", "operator_identity"),
    start=start,
    gate=Gate(
        observe=lambda lab: network.namespaces(lab.name),
        until=lambda found: len(found) > 0,
        expected="the network segments exist",
        patience="file",
    ),
)
