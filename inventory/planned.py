"""The inventory for readers that cannot do without a section that they ask for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from inventory.cluster import Probe
from inventory.model import Inventory
from inventory.services import Acme, Dns, Identity, Ingress, Registry, Storage, Vps


class LeftOut(Exception):
    """Something was asked for that the inventory's file leaves out. what: as "[dns]", or "second worker"."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the inventory has no {what}")


class Planned(Inventory):
    """An inventory whose sections are there when they are asked for: one that is left out raises ``LeftOut``."""

    dns: Dns
    ingress: Ingress
    storage: Storage
    acme: Acme
    vps: Vps
    identity: Identity
    registry: Registry
    probe: Probe

    @classmethod
    def of(cls, inventory: Inventory) -> Planned:
        """The same inventory, of this kind."""
        return cls(**{each.name: getattr(inventory, each.name) for each in dataclasses.fields(inventory)})

    if not TYPE_CHECKING:  # for a type checker, every name would exist

        def __getattribute__(self, name: str) -> Any:
            value = super().__getattribute__(name)
            if value is None and name in Planned.__annotations__:
                raise LeftOut(f"[{name}]")
            return value
