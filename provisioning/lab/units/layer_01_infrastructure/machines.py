"""The machines, powered on: nodes, VPS, public internet, parent; each with a supervisor and nothing else yet."""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import machine

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab
    from provisioning.lab.topology import Host

_AT_ONCE = 4


def start(lab: Lab) -> None:
    """Power on what is off."""
    on = {one.host for one in machine.running(lab.name)}
    hosts = "\n".join(f"{host.address} {host.name}" for host in lab.topology.hosts)
    for host in lab.machines:
        lab.write(host.name, "/etc/hosts", f"127.0.0.1 localhost\n{hosts}\n")
        # Like the owner's nodes, these have resolvers of the public internet; pods get the cluster's.
        lab.write(host.name, "/etc/resolv.conf", f"nameserver {lab.inventory.lab.resolver}\n")
    _power_on(lab, [host for host in lab.machines if host.name not in on])


def _power_on(lab: Lab, hosts: list[Host]) -> None:
    """Some at a time. Not by a pool of the standard library: it goes on after an interrupt, until all are on."""
    left: queue.SimpleQueue[Host] = queue.SimpleQueue()
    failures: list[Exception] = []
    for host in hosts:
        left.put(host)

    def work() -> None:
        with contextlib.suppress(queue.Empty):
            while not failures:
                try:
                    lab.power_on(left.get_nowait())
                except OSError as error:
                    failures.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


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
