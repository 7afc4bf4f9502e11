"""How the specification names places: nodes without their names ("the first controller"), others by their address."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inventory import ordinals
from steps.wiring import Inventory, Node, SayUnsupported

AddressOf = Callable[[str], str]


@pytest.fixture
def address_of(inventory: Inventory, unsupported: SayUnsupported) -> AddressOf:
    """``address_of("internet")``: what others see of a vantage point. Without it the scenario is *unsupported*."""

    def address(vantage: str) -> str:
        place = inventory.vantages.get(vantage)
        if place is None or place.address is None:
            unsupported(f"the inventory has no address in [vantages.{vantage}]")
        return str(place.address)

    return address


def controller(inventory: Inventory, nth: str) -> Node:
    """Return the first, second, … controller, in the inventory's order."""
    return inventory.controlplanes[ordinals.index(nth)]


def worker(inventory: Inventory, nth: str) -> Node:
    """Return the first, second, … or last worker, in the inventory's order."""
    return inventory.workers[-1 if nth == "last" else ordinals.index(nth)]


def node(inventory: Inventory, words: str) -> Node:
    """Return "the first controller", "the second worker" and so on."""
    _the, nth, role = words.split()
    return controller(inventory, nth) if role == "controller" else worker(inventory, nth)
