"""The machines, powered on: nodes, VPS, public internet, parent; each with a supervisor and nothing else yet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import machine

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Power on what is off."""
    on = {one.host for one in machine.running(lab.name)}
    hosts = "\n".join(f"{host.address} {host.name}" for host in lab.topology.hosts)
    for host in lab.machines:
        lab.write(host.name, "/etc/hosts", f"127.0.0.1 localhost\n{hosts}\n")
        # Like the owner's nodes, these have resolvers of the public internet; pods get the cluster's.
        lab.write(host.name, "/etc/resolv.conf", f"nameserver {lab.inventory.lab.resolver}\n")
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lab.power_on, (host for host in lab.machines if host.name not in on)))


UNIT: Unit[Lab] = Unit(
    name="machines",
    layer=Layer.INFRASTRUCTURE,
    needs=("network_segments",),
    start=start,
    gate=Gate(
        observe=lambda lab: (
            {one.host for one in machine.running(lab.name)} ^ {host.name for host in lab.machines}
        ),
        until=lambda missing: not missing,
        expected="every machine of the topology is on",
        patience="machine",
    ),
)
