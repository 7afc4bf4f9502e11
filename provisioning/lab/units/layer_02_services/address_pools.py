"""The address pools, exactly the inventory's. They come after MetalLB, whose webhook checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def refused(lab: Lab) -> str:
    """Apply the pools and return why the API refused them; empty when it took them.

    A Ready controller's webhook may not be reachable from each API server in the same moment, so taking
    the pools is what this unit waits for.
    """
    try:
        lab.apply(lab.render("address_pools.yaml"))
    except OSError as error:
        return str(error)
    return ""


UNIT: Unit[Lab] = Unit(
    name="address_pools",
    layer=Layer.SERVICES,
    needs=("metallb",),
    gate=Gate(
        observe=refused,
        until=lambda why: not why,
        expected="the API takes the address pools",
        patience="workload",
    ),
)
